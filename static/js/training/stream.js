/**
 * A run as it comes from the server: events, read as they are sent; where the connection breaks, asked for again behind
 * the last step that arrived.
 */

import { whole } from "../api.js";
import { connection, RequestFailed } from "../connection.js";

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

/** The events of a body, each looked through once: a picture is long, and comes in pieces. `heard()` is called whenever something comes. */
async function* eventsOf(body, heard) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let left = "";
  try {
    for (;;) {
      const { value, done } = await whole(reader.read());
      heard();
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
 * `open(signal, read)` has `read` take the events behind the last step that was taken; `steps(data)` takes a block of
 * records and answers whether more is wanted, `end(data)` the last event. `failed(error, seconds)` tells of a failure
 * (seconds until the next attempt, or null), `recovered()` of the first block after one. The answer's `close()` ends it
 * for good.
 */
export function openStream({ open, steps, end, failed, recovered }) {
  const controller = new AbortController();
  const { signal } = controller;
  const line = connection.line();
  let troubled = false;

  function well() {
    line.well();
    if (troubled) recovered();
    troubled = false;
  }

  /** Read until the end. Throws where the server asks to come again, or is gone. */
  async function read(response, heard) {
    for await (const { event, data } of eventsOf(response.body, heard)) {
      if (signal.aborted) return;
      if (event === "closing") break;
      well();
      if (event === "end") end(data);
      if (event === "end" || !steps(data)) return;
    }
    throw new RequestFailed("broken", "the server’s answer broke off");
  }

  /** Why it ended too early; null if it did not. */
  async function attempt() {
    try {
      await open(signal, read);
      return null;
    } catch (error) {
      if (signal.aborted) return null;
      if (error instanceof RequestFailed) return error;
      throw error;
    }
  }

  async function run() {
    for (;;) {
      const error = await attempt();
      if (error === null) return;
      troubled = true;
      if (error.kind === "refused") {
        line.well();
        return failed(error, null);
      }
      const { seconds, again } = line.failed(error);
      failed(error, seconds);
      await again;
      if (signal.aborted) return;
    }
  }

  run();
  return {
    close() {
      controller.abort();
      well();
    },
  };
}
