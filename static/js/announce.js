/** The step in words, for those who listen: at most one sentence a second, and the last one always. */

import { format } from "./format.js";

const PAUSE = 1000;

/** "Step 137. Adam: x 0.12, y 0.3, loss 0.02." for every visible run. */
export function sentence(shown, step) {
  const [x, y] = shown.surface?.plainSymbols ?? ["x", "y"];
  const runs = shown.record.trajectories.filter(({ index, length }) => length > 0 && !shown.optimizers[index]?.hidden);
  const parts = runs.map(({ index, phi, loss, length }) => {
    const at = Math.min(step, length - 1);
    return `${shown.labels[index]}: ${x} ${format(phi[2 * at])}, ${y} ${format(phi[2 * at + 1])}, loss ${format(loss[at])}.`;
  });
  return `Step ${step}. ${parts.join(" ")}`;
}

export function createAnnouncer(place) {
  let timer = null;
  let latest = "";

  return (text) => {
    latest = text;
    timer ??= setTimeout(() => {
      timer = null;
      if (place.textContent !== latest) place.textContent = latest;
    }, PAUSE);
  };
}
