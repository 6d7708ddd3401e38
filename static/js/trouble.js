/**
 * A calm line over the foot of the plot: that the server is away, refuses, is slow, is back, or is another one; and what
 * of the page it did not do. It moves nothing, and goes by itself.
 */

import { connection } from "./connection.js";
import { element, sentence, svg } from "./dom.js";

const LATE = 400; // milliseconds that a trouble lasts before it is told
const KEPT = 2500; // milliseconds for which it is told that all is well again
const LINGER = 600; // milliseconds between two slow answers that are told as one
const TICK = 500;

const BACK = { kind: "back", text: "The server answers again." };
const SLOW = { kind: "slow", text: "The server takes its time; what is shown is its last answer." };
const RENEWED = { kind: "renewed", text: "The server has been renewed; this page goes on as it is.", reload: true };

/** The server says what is the matter, and then what a person would do about it, which the page does itself. */
const cause = ({ message }) => message.split("; ")[0].replace(/\.$/, "");

function troubleOf({ error, due }) {
  const offline = error.kind === "unreachable" && !navigator.onLine;
  const text = sentence(`${offline ? "this device has no network" : cause(error)}; nothing is lost`);
  return { kind: error.kind === "busy" ? "busy" : "away", text, due };
}

/** What was not done, and will not be tried again by itself. */
function refusalOf(errors) {
  const away = ({ kind }) => kind === "unreachable" || kind === "broken";
  const texts = errors.map((error) => sentence(away(error) ? `${error.message}; try again in a moment` : error.message));
  return { kind: "refused", text: [...new Set(texts)].join(" ") };
}

const within = (due) => {
  const seconds = due === null ? 0 : Math.ceil(due - performance.now() / 1000);
  return seconds > 0 ? `Next try in ${seconds} s` : "Trying now";
};

export function createTrouble(place) {
  const words = element("p", { role: "status" });
  const again = element("span", { class: "again" });
  const reload = element("a", { href: "" });
  const close = element("button", { type: "button", class: "plain", "aria-label": "Close this message", onclick: dismiss }, svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: "M4 4l8 8M12 4l-8 8" })));
  place.replaceChildren(words, again, reload, close);
  const refusals = new Map();
  let renewed = false;
  let shown = null;
  let timer = null; // until something else is shown
  let ticking = null;

  function now() {
    const { trouble, slow } = connection;
    if (trouble) return troubleOf(trouble);
    if (refusals.size) return refusalOf([...refusals.values()]);
    if (slow) return SLOW;
    return renewed ? RENEWED : null;
  }

  function show(told) {
    clearTimeout(timer);
    timer = null;
    shown = told;
    if (told) place.dataset.kind = told.kind;
    else delete place.dataset.kind;
    if (words.textContent !== (told?.text ?? "")) words.textContent = told?.text ?? "";
    const waits = told?.due !== undefined;
    again.textContent = waits ? within(told.due) : "";
    if (waits) ticking ??= setInterval(() => (again.textContent = within(connection.trouble?.due ?? null)), TICK);
    else ticking = clearInterval(ticking) ?? null;
    reload.textContent = told?.reload ? "Load again" : "";
    reload.hidden = !told?.reload;
    close.hidden = !["refused", "renewed"].includes(told?.kind);
  }

  function soon(milliseconds) {
    timer ??= setTimeout(() => show(now()), milliseconds);
  }

  const troubled = (told) => told?.kind === "away" || told?.kind === "busy";

  /** A trouble that passes at once is not told; one that was told is told to be over. */
  function update() {
    const told = now();
    if (troubled(told) && !troubled(shown)) soon(LATE);
    else if (troubled(shown) && told === null) {
      show(BACK);
      soon(KEPT);
    } else if (told === null && shown?.kind === "slow") soon(LINGER);
    else if (told !== null || shown !== BACK) show(told);
  }

  function dismiss() {
    refusals.clear();
    renewed = false;
    update();
  }

  connection.on("changed", update);
  show(null);

  return {
    /** What failed and is not tried again is told; `seconds` until the next attempt of all else, which the connection tells. */
    failed(name, error, seconds) {
      if (seconds === null) refusals.set(name, error);
      else refusals.delete(name);
      update();
    },
    recovered(name) {
      if (refusals.delete(name)) update();
    },
    /** The server is another one than the page was made by. */
    renewed() {
      renewed = true;
      update();
    },
  };
}
