/** The seed: a box to read and type it, and a die that draws another; shown where the seed decides anything. */

import { isRandom } from "../batch.js";
import { MAX_SEED } from "../codecs.js";
import { element, svg } from "../dom.js";
import { numberBox } from "./controls.js";

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

/** The seed under a heading: {element, show(seed)}; `changed(seed)` when it is typed or drawn. */
export function seedControl({ name = "Seed", help = HELP, changed }) {
  let now = 0;
  const box = numberBox({ name: "seed", low: 0, high: MAX_SEED, default: 0, integer: true }, name, changed);
  const heading = element("span", { class: "row-label", title: help }, name);
  const roll = die(() => changed(anotherSeed(now)));
  const whole = element("div", { class: "pair", role: "group", "aria-label": name }, heading, box.element, roll, box.note);
  const show = (seed) => {
    now = seed;
    box.show(seed);
  };
  return { element: whole, show };
}

export function mountSeed(place, store) {
  const control = seedControl({ changed: (seed) => store.set({ seed }, "seed") });
  place.append(control.element);

  function show(state) {
    place.hidden = !isRandom(state);
    control.show(state.seed);
  }
  store.subscribe(show);
  show(store.get());
}
