/**
 * A run as it comes from the server: events, read as they are sent; where the connection breaks, asked for again behind
 * the last step that arrived.
 */

import { RequestFailed } from "../api.js";
import { pause } from "../script.js";

const FIRST_WAIT = 0.5;
const LONGEST_WAIT = 10;

/** {event, data} of an event's lines, data parsed. */
function eventOf(text) {
  const field = (name) => {
    const at = text.startsWith(`${name}: `) ? 0 : text.indexOf(`\n${name}: `) + 1;
    if (at === 0 && !text.startsWith(`${name}: `)) return null;
    const end = text.indexOf("\n", at);
    return text.slice(at + name.length + 2, end < 0 ? undefined : end);
  };
  const event = field("event");
  return event && { event, data: JSON.parse(field("data")) };
}

/** The events of a body, each looked through once: a picture is long, and comes in pieces. */
async function* eventsOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const known = Math.max(0, left.length - 1);
      left += value;
      for (let end = left.indexOf("\n\n", known); end >= 0; end = left.indexOf("\n\n")) {
        const found = eventOf(left.slice(0, end));
        left = left.slice(end + 2);
        if (found) yield found;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * `open(signal)` asks for the events behind the last step that was taken; `steps(data)` takes a block of records and
 * answers whether more is wanted, `end(data)` the last event. `failed(error, seconds)` tells of a failure (seconds until
 * the next attempt, or null), `recovered()` of the first block after one. The answer's `close()` ends it for good.
 */
export function openStream({ open, steps, end, failed, recovered }) {
  const controller = new AbortController();
  const { signal } = controller;
  let wait = FIRST_WAIT;
  let troubled = false;

  /** Read until the end; false where the server asks to come again, or is gone. */
  async function read() {
    const response = await open(signal);
    for await (const { event, data } of eventsOf(response.body)) {
      if (signal.aborted) return true;
      if (event === "closing") return false;
      if (troubled) recovered();
      [troubled, wait] = [false, FIRST_WAIT];
      if (event === "end") end(data);
      if (event === "end" || !steps(data)) return true;
    }
    return false;
  }

  async function attempt() {
    try {
      return (await read()) || new RequestFailed("unreachable", "the server's answer broke off");
    } catch (error) {
      if (signal.aborted) return true;
      if (error instanceof RequestFailed) return error;
      if (error instanceof TypeError) return new RequestFailed("unreachable", "the server's answer broke off");
      throw error;
    }
  }

  async function run() {
    for (;;) {
      const outcome = await attempt();
      if (outcome === true || signal.aborted) return;
      if (outcome.kind === "refused") return failed(outcome, null);
      troubled = true;
      const seconds = outcome.retryAfter ?? wait;
      wait = Math.min(2 * wait, LONGEST_WAIT);
      failed(outcome, seconds);
      await pause(1000 * seconds);
      if (signal.aborted) return;
    }
  }

  run();
  return {
    close() {
      controller.abort();
      if (troubled) recovered();
    },
  };
}
