/** The step in words, for those who listen: at most one sentence a second, and the last one always. */

import { format } from "./format.js";
import { indexAt, pointAt, visibleRuns } from "./shown.js";

const PAUSE = 1000;

/** "Step 137. Adam: x 0.12, y 0.3, loss 0.02." for every visible run. */
export function sentence(shown, step) {
  const [x, y] = shown.surface?.plainSymbols ?? ["x", "y"];
  const parts = visibleRuns(shown).map((run) => {
    const [left, up] = pointAt(run, step);
    return `${shown.labels[run.index]}: ${x} ${format(left)}, ${y} ${format(up)}, loss ${format(run.loss[indexAt(run, step)])}.`;
  });
  return `Step ${step}. ${parts.join(" ")}`;
}

/** `announce(text)` takes a function: the text is made when it is its turn. */
export function createAnnouncer(place) {
  let timer = null;
  let latest = null;

  return (text) => {
    latest = text;
    timer ??= setTimeout(() => {
      timer = null;
      if (place.textContent !== latest()) place.textContent = latest();
    }, PAUSE);
  };
}
