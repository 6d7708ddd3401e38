/**
 * One pipeline from a changed state to an answer: at most one request in flight, and the newest state wins.
 *
 * While a request is under way, further calls only replace the state that will be sent next. A server that does not
 * answer, or asks for patience, is asked again, more and more slowly; the next success is the newest state's.
 */

const FIRST_WAIT = 0.5;
const LONGEST_WAIT = 10;

/**
 * `request(payload, signal)` asks, `done(answer, payload)` takes the answer, `failed(error, seconds)` tells of a
 * failure (seconds until the next attempt, or null), `recovered()` of the first success after one.
 */
export function createPipeline({ request, done, failed = () => {}, recovered = () => {} }) {
  let waiting = null;
  let busy = false;
  let timer = null;
  let wait = FIRST_WAIT;
  let troubled = false;

  async function next() {
    const { payload } = waiting;
    waiting = null;
    busy = true;
    try {
      const answer = await request(payload);
      wait = FIRST_WAIT;
      if (troubled) recovered();
      troubled = false;
      done(answer, payload);
    } catch (error) {
      if (error.kind === undefined) throw error;
      troubled = true;
      if (error.kind !== "refused") retry(error, payload);
      else failed(error, null);
    } finally {
      busy = false;
      if (waiting && timer === null) next();
    }
  }

  function retry(error, payload) {
    const seconds = error.retryAfter ?? wait;
    wait = Math.min(2 * wait, LONGEST_WAIT);
    waiting ??= { payload };
    failed(error, seconds);
    timer = setTimeout(() => {
      timer = null;
      if (!busy && waiting) next();
    }, 1000 * seconds);
  }

  return {
    ask(payload) {
      waiting = { payload };
      if (!busy && timer === null) next();
    },
    get busy() {
      return busy || waiting !== null;
    },
  };
}
