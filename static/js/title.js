/** Over the plot: the surface's name and its formula. */

import { surfaceOf } from "./catalog.js";
import { element, math } from "./dom.js";
import { reachable } from "./reachable.js";

const SMALLEST = 0.6; // of the usual size

/** A formula that is wider than its place is set smaller, as far as it can be read; what is wider still fades and scrolls. */
function fit(line) {
  line.style.setProperty("--fit", 1);
  const wanted = (line.clientWidth - 1) / line.scrollWidth;
  if (line.scrollWidth > line.clientWidth + 1) line.style.setProperty("--fit", Math.max(SMALLEST, wanted).toFixed(3));
  line.classList.toggle("long", line.scrollWidth > line.clientWidth + 1);
}

export function mountTitle(place, store, catalog) {
  let own = null;
  new ResizeObserver(() => place.querySelectorAll(".formula-line").forEach(fit)).observe(place.parentElement);

  function show() {
    const state = store.get();
    const surface = surfaceOf(state, catalog);
    const formula = math((state.reduction === "mean" && surface.mathml_of_mean) || (surface.mathml ?? own));
    const line = formula ? reachable(element("span", { class: "formula-line" }, formula)) : null;
    place.replaceChildren(element("span", {}, surface.label), line ?? "");
    if (line) fit(line);
  }

  store.subscribe((state, fields) => ["surface", "formula", "reduction"].some((field) => fields.has(field)) && show());
  show();
  return {
    /** The typeset form of the own formula, once the server has made it. */
    formula(mathml) {
      own = mathml;
      show();
    },
  };
}
