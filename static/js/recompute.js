/**
 * One pipeline from a changed state to an answer: at most one request in flight, and the newest state wins.
 *
 * While a request is under way, further calls only replace the state that will be sent next. What was not answered is
 * asked again when the connection says so; the next success is the newest state's.
 */

import { connection } from "./connection.js";

const MOST_TIMES = 3; // that work is asked for which takes the server longer than it allows

/**
 * `request(payload, signal)` asks, `done(answer, payload)` takes the answer, `failed(error, seconds)` tells of a
 * failure (seconds until the next attempt, or null, and then what was refused), `recovered()` of the first success after one.
 */
export function createPipeline({ request, done, failed = () => {}, recovered = () => {} }) {
  const line = connection.line();
  let waiting = null;
  let busy = false;
  let held = false; // until the connection says so
  let troubled = false;
  let tooLong = 0; // times in a row that the newest state took too long

  async function next() {
    const { payload } = waiting;
    waiting = null;
    busy = true;
    try {
      const answer = await request(payload);
      line.well();
      tooLong = 0;
      if (troubled) recovered();
      troubled = false;
      done(answer, payload);
    } catch (error) {
      if (error.kind === undefined) throw error;
      fail(error, payload);
    } finally {
      busy = false;
      if (waiting && !held) next();
    }
  }

  function fail(error, payload) {
    troubled = true;
    tooLong = error.code === "deadline" ? tooLong + 1 : 0;
    if (error.kind !== "refused" && tooLong < MOST_TIMES) return retry(error, payload);
    tooLong = 0;
    line.well();
    failed(error, null, payload);
  }

  function retry(error, payload) {
    waiting ??= { payload };
    held = true;
    const { seconds, again } = line.failed(error);
    failed(error, seconds);
    again.then(() => {
      held = false;
      if (!busy && waiting) next();
    });
  }

  return {
    ask(payload) {
      waiting = { payload };
      if (!busy && !held) next();
    },
    /** What waits to be asked again is not wanted any more. */
    forget() {
      if (!held) return;
      waiting = null;
      line.well();
    },
    get busy() {
      return busy || waiting !== null;
    },
  };
}
