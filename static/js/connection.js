/**
 * How the page's connection stands, and when what failed is tried again; all requests of a page share it.
 *
 * While nothing answers, one of them is tried at a time, less and less often; at the first answer the others follow. A
 * server that refused is asked again not before the time it named, one whose answer broke off after a while, each by the
 * line that failed. Chance spreads the attempts: pages that were cut off in the same instant do not return in the same.
 */

const FIRST = 0.5; // seconds, at most, until the first attempt
const LONGEST = 8; // seconds, at most, between two attempts
const SPREAD = 4; // seconds, at most, that chance adds to a time which the server named
const SLOW = 1.5; // seconds without an answer that are told
const PATIENCE = 12; // seconds without an answer until none is expected; a stream is never silent for as long

/**
 * A failed request. `kind`: "unreachable" (nobody answers), "broken" (the answer broke off), "busy" (to be asked again, in
 * `retryAfter` s where that is told), "refused" (not to be asked again). `waited` seconds went by before it failed.
 */
export class RequestFailed extends Error {
  constructor(kind, message, { code = null, field = null, position = null, line = null, retryAfter = null, waited = 0 } = {}) {
    super(message);
    Object.assign(this, { kind, code, field, position, line, retryAfter, waited });
  }
}

const now = () => performance.now() / 1000;
const after = (seconds, call) => setTimeout(call, 1000 * seconds);

/** Seconds until the next attempt: within the second half of a window that grows and began `waited` seconds ago. */
function backoff(attempts, waited = 0) {
  const half = () => (1 + Math.random()) / 2;
  return Math.max(FIRST * half(), Math.min(LONGEST, FIRST * 2 ** (attempts - 1)) * half() - waited);
}

/** Seconds until a server that named a time is asked again. */
function asNamed(named, attempts) {
  const seconds = Math.max(FIRST, named);
  return seconds + Math.random() * Math.min(SPREAD, seconds * 2 ** (attempts - 1));
}

/** One of the page's lines to the server, while it is in trouble: `go()` ends its waiting, at `due` (or with the others). */
const newLine = () => ({ error: null, attempts: 0, go: null, due: null, timer: null });

function release(line) {
  const { go, timer } = line;
  clearTimeout(timer);
  Object.assign(line, { go: null, due: null });
  go?.();
}

export function createConnection() {
  const troubled = new Set(); // lines that have had no answer since they failed
  const watches = new Set(); // requests under way
  const listeners = { changed: new Set(), returned: new Set() };
  let clock = null; // until the next attempt while nobody answers
  let due = null;
  let doubtful = false; // whether another server may have taken this one's place

  const tell = (what) => listeners[what].forEach((listener) => listener());
  const cutOff = () => [...troubled].filter(({ error }) => error.kind === "unreachable");
  const waiting = (lines) => lines.filter(({ go }) => go !== null);

  /** The next attempt of those whom nobody answers, in `seconds`. */
  function plan(seconds) {
    clearTimeout(clock);
    due = now() + seconds;
    clock = after(seconds, () => {
      clock = null;
      const [first, ...others] = waiting(cutOff());
      if (first) release(first);
      if (others.length) planNext();
      tell("changed");
    });
  }

  const planNext = (waited) => plan(backoff(Math.max(...cutOff().map(({ attempts }) => attempts)), waited));

  function fail(line, error) {
    troubled.delete(line);
    troubled.add(line); // behind the others
    Object.assign(line, { error, attempts: line.attempts + 1 });
    const again = new Promise((settle) => (line.go = settle));
    if (error.kind === "unreachable") {
      if (clock === null) planNext(error.waited);
    } else {
      const seconds = error.retryAfter === null ? backoff(line.attempts) : asNamed(error.retryAfter, line.attempts);
      line.due = now() + seconds;
      line.timer = after(seconds, () => {
        release(line);
        tell("changed");
      });
    }
    doubtful ||= error.kind !== "busy";
    tell("changed");
    return { seconds: (line.due ?? due) - now(), again };
  }

  function well(line) {
    line.attempts = 0;
    release(line);
    if (troubled.delete(line)) tell("changed");
  }

  /** A request under way: `lost(seconds)` is called if too long nothing is `heard()` before its `end()`. */
  function watch(lost, slow = SLOW) {
    const own = { slow: false };
    let timers = [];
    const mark = (whether) => {
      if (own.slow === whether) return;
      own.slow = whether;
      tell("changed");
    };
    const rest = () => {
      timers.forEach(clearTimeout);
      mark(false);
    };
    const heard = () => {
      rest();
      timers = [after(slow, () => mark(true)), after(PATIENCE, () => lost(PATIENCE))];
    };
    const end = () => {
      rest();
      watches.delete(own);
    };
    watches.add(own);
    heard();
    return { heard, end };
  }

  return {
    /**
     * One of the page's lines to the server: `failed(error)` answers the seconds until its next attempt, and a promise
     * `again` that is settled then; `well()` says that it has its answer, or wants none any more.
     */
    line() {
      const line = newLine();
      return { failed: (error) => fail(line, error), well: () => well(line) };
    },
    watch,
    /** The server has answered something. */
    answered() {
      clearTimeout(clock);
      clock = null;
      waiting(cutOff()).forEach(release);
      if (doubtful) tell("returned");
      doubtful = false;
    },
    /** There is a new reason to hope: the next attempt is soon. */
    hurry() {
      if (waiting(cutOff()).length) plan(Math.random());
      tell("changed");
    },
    /** The worst that is wrong: {error, due}, `due` null while it is being tried; null: nothing. */
    get trouble() {
      for (const kind of ["unreachable", "broken", "busy"]) {
        const lines = [...troubled].filter(({ error }) => error.kind === kind);
        if (lines.length === 0) continue;
        const times = waiting(lines).map((line) => line.due ?? due);
        return { error: lines[0].error, due: times.length ? Math.min(...times) : null };
      }
      return null;
    },
    /** Whether an answer is overdue. */
    get slow() {
      return [...watches].some(({ slow }) => slow);
    },
    /** Call back when how things stand has "changed", or the server has "returned" after an absence. */
    on: (what, listener) => listeners[what].add(listener),
  };
}

export const connection = createConnection();
addEventListener("online", connection.hurry);
document.addEventListener("visibilitychange", () => document.hidden || connection.hurry());
