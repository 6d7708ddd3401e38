/** Over the plot: the surface's name and its formula. */

import { surfaceOf } from "./catalog.js";
import { element, math } from "./dom.js";
import { reachable } from "./reachable.js";

export function mountTitle(place, store, catalog) {
  let own = null;

  function show() {
    const surface = surfaceOf(store.get(), catalog);
    const formula = math(surface.mathml ?? own);
    place.replaceChildren(element("span", {}, surface.label), formula ? reachable(element("span", { class: "formula-line" }, formula)) : "");
  }

  store.subscribe((state, fields) => (fields.has("surface") || fields.has("formula")) && show());
  show();
  return {
    /** The typeset form of the own formula, once the server has made it. */
    formula(mathml) {
      own = mathml;
      show();
    },
  };
}
