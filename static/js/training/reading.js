/**
 * Records of the runs as they are read: behind a step, as far as they are wanted; or, with a pace, to the end, with a
 * picture in each block. One reading at a time; each is of the state that it was begun with. Where the connection broke,
 * the last record is read once more: it shows whether the run is still the same.
 */

import { openEvents } from "./requests.js";
import { openStream } from "./stream.js";

/**
 * `data(state)` is what requests have to know of the data. `took(runs, since)` takes a block of records, `ended(runs)` how the
 * runs ended, and `stopped()` is told when no more are to come. `continued(runs)` says whether a block goes on with what
 * was there before the connection broke; if not, `another()` is told.
 */
export function createReading({ data, took, ended, stopped, continued, another, trouble }) {
  let stream = null;
  let resumed = false;
  const reading = {
    asked: null,
    paced: false,
    begun: false,
    opened: 0,
    seen: -1,
    until: Infinity,
    get open() {
      return stream !== null;
    },
    close() {
      stream?.close();
      stream = null;
      reading.paced = false;
    },
    /** Read behind step `after`, no further than the block with step `until`; `since`: the event that caused it. */
    begin(state, { after, until = Infinity, pace = null, since = null }) {
      reading.close();
      trouble.recovered("stream");
      Object.assign(reading, { asked: state, paced: pace !== null, begun: false, opened: performance.now(), seen: after, until });
      stream = openStream({
        open(signal, read) {
          resumed = reading.begun;
          return openEvents(state, { after: resumed ? reading.seen - 1 : after, pace, data: data(state), pictured: pace !== null, signal, read });
        },
        steps: ({ runs }) => block(runs, since),
        end({ runs }) {
          ended(runs);
          stopped();
        },
        failed(error, seconds) {
          trouble.failed("stream", error, seconds);
          if (seconds === null) stopped();
        },
        recovered: () => trouble.recovered("stream"),
      });
    },
  };

  /** Whether more is wanted. */
  function block(runs, since) {
    if (resumed && !continued(runs)) {
      another();
      return false;
    }
    resumed = false;
    reading.seen = Math.max(reading.seen, ...runs.map(({ step }) => step.at(-1)));
    const first = !reading.begun;
    reading.begun = true;
    took(runs, first ? since : null);
    if (reading.seen < reading.until) return true;
    stopped();
    return false;
  }
  return reading;
}
