/** Over the plot: the surface's name and its formula. */

import { surfaceOf } from "./catalog.js";
import { element, math } from "./dom.js";
import { reachable } from "./reachable.js";

const SMALLEST = 0.6; // of the usual size
const BRACKET = "1.75em";
const ROUNDS = 5; // letters are of whole pixels: what should fit may be a little wider still

/** The brackets of a formula on one line are no higher than that line. */
function lined(formula) {
  for (const bracket of formula.querySelectorAll("mo[stretchy=true]")) bracket.setAttribute("maxsize", BRACKET);
  return formula;
}

/** A formula that is wider than its place is set smaller, as far as it can be read; what is wider still fades and scrolls. */
function fit(line) {
  const wide = () => line.scrollWidth > line.clientWidth + 1;
  let size = 1;
  const set = () => line.style.setProperty("--fit", size.toFixed(3));
  set();
  for (let round = 0; round < ROUNDS && wide() && size > SMALLEST; round += 1) {
    size = Math.max(SMALLEST, (size * (line.clientWidth - 1)) / line.scrollWidth);
    set();
  }
  line.classList.toggle("long", wide());
}

export function mountTitle(place, store, catalog) {
  let own = null;
  new ResizeObserver(() => place.querySelectorAll(".formula-line").forEach(fit)).observe(place.parentElement);

  function show() {
    const state = store.get();
    const surface = surfaceOf(state, catalog);
    const formula = math((state.reduction === "mean" && surface.mathml_of_mean) || (surface.mathml ?? own));
    const line = formula ? reachable(element("span", { class: "formula-line" }, lined(formula))) : null;
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
