/** The bar under the plot: play and pause, single steps, the scrub bar, the pace. */

import { format } from "../format.js";

const byId = (id) => document.getElementById(id);
const USUAL = 2; // log10 of the steps a second

/** Paces are evenly spaced in their logarithm. */
const paceAt = (position) => Number((10 ** position).toPrecision(2));

export function mountTransport(store, lab) {
  const play = byId("play");
  const scrub = byId("scrub");
  const go = (step) => store.set({ step: Math.max(0, Math.min(store.get().steps, step)) }, "player");
  const by = (steps) => {
    lab.pause();
    go(store.get().step + steps);
  };

  function show({ step, steps }) {
    scrub.max = steps;
    scrub.value = step;
    scrub.setAttribute("aria-valuetext", `step ${step} of ${steps}`);
    byId("position").textContent = `${step} / ${steps}`;
  }

  const buttons = { first: () => go(0), back: () => by(-1), play: lab.toggle, forward: () => by(1), last: () => go(store.get().steps) };
  for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener("click", action);
  scrub.addEventListener("input", () => go(Number(scrub.value)));

  const speed = byId("speed");
  const setPace = (position) => {
    speed.value = position;
    const pace = paceAt(position);
    lab.setPace(pace);
    byId("speed-value").textContent = `${format(pace)}/s`;
    speed.setAttribute("aria-valuetext", `${pace} steps a second`);
  };
  speed.addEventListener("input", () => setPace(Number(speed.value)));
  speed.addEventListener("dblclick", () => setPace(USUAL));
  setPace(USUAL);

  store.subscribe((state, changed) => (changed.has("step") || changed.has("steps")) && show(state));
  show(store.get());
  return {
    by,
    reset() {
      lab.pause();
      go(0);
    },
    playing(whether) {
      play.classList.toggle("playing", whether);
      play.setAttribute("aria-label", whether ? "Pause" : "Play");
    },
  };
}
