/** The seed: a box to read and type it, and a die that draws another; shown where the seed decides anything. */

import { isRandom } from "./batch.js";
import { numberBox } from "./controls.js";
import { element, svg } from "./dom.js";
import { MAX_SEED } from "./state.js";

const DRAWN = 9999; // what the die draws is short enough to be read out and typed
const HELP = "The seed decides what is drawn. The same seed draws the same again, for every optimiser alike.";
const EYES = [[5, 5], [11, 5], [8, 8], [5, 11], [11, 11]];

/** Another seed than the one there is. */
export function anotherSeed(seed, random = Math.random) {
  const drawn = 1 + Math.floor(random() * (DRAWN - 1));
  return drawn < seed || seed < 1 ? drawn : drawn + 1;
}

function die(rolled) {
  const face = svg("rect", { x: 1.5, y: 1.5, width: 13, height: 13, rx: 3 });
  const eyes = EYES.map(([cx, cy]) => svg("circle", { cx, cy, r: 1.25 }));
  const icon = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, face, ...eyes);
  return element("button", { type: "button", class: "plain die", title: "Draw a new seed", "aria-label": "Draw a new seed", onclick: rolled }, icon);
}

export function mountSeed(place, store) {
  const set = (seed) => store.set({ seed }, "seed");
  const box = numberBox({ name: "seed", low: 0, high: MAX_SEED, default: 0, integer: true }, "Seed", set);
  const heading = element("span", { class: "row-label", title: HELP }, "Seed");
  const roll = die(() => set(anotherSeed(store.get().seed)));
  place.append(element("div", { class: "pair", role: "group", "aria-label": "Seed" }, heading, box.element, roll, box.note));

  function show(state) {
    place.hidden = !isRandom(state);
    box.show(state.seed);
  }
  store.subscribe(show);
  show(store.get());
}
