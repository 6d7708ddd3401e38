/** The bar under the prediction: it has the run go on, at a pace. */

import { mountBar } from "../bar.js";
import { format } from "../format.js";

const USUAL = 2; // log10 of the steps a second

export function mountTransport(store, lab) {
  const go = (step) => store.set({ step: Math.max(0, Math.min(store.get().steps, step)) }, "player");
  const by = (steps) => {
    lab.pause();
    go(store.get().step + steps);
  };
  const { playing } = mountBar(store, {
    actions: { first: () => go(0), back: () => by(-1), play: lab.toggle, forward: () => by(1), last: () => go(store.get().steps) },
    scrubbed: go,
    speed: { usual: USUAL, set: lab.setPace, text: (pace) => `${format(pace)}/s`, words: (pace) => `${pace} steps a second` },
  });
  return {
    by,
    playing,
    reset() {
      lab.pause();
      go(0);
    },
  };
}
