/** Contours or surface, what the curves are drawn over, and curvature or not: what stands beside the plots. */

import { axesOf } from "./batch.js";
import { surfaceOf } from "./catalog.js";
import { toggleLayer } from "./changes.js";
import { CURVATURE } from "./curvature.js";

export function mountViews(store, catalog) {
  const axis = document.getElementById("axis");
  const curvature = document.getElementById("curvature");
  const toggle = () => store.set(toggleLayer(store.get(), CURVATURE));
  const views = [...document.querySelectorAll("input[name=view]")];

  function show(state) {
    const offered = axesOf(surfaceOf(state, catalog));
    for (const option of axis.options) option.hidden = option.disabled = !offered.includes(option.value);
    axis.value = state.axis;
    curvature.setAttribute("aria-pressed", state.layers.includes(CURVATURE));
    for (const view of views) view.checked = view.value === state.view;
  }

  curvature.addEventListener("click", toggle);
  axis.addEventListener("change", () => store.set({ axis: axis.value }));
  for (const view of views) view.addEventListener("change", () => store.set({ view: view.value }));
  store.subscribe((state, fields) => ["axis", "view", "layers", "surface", "formula"].some((field) => fields.has(field)) && show(state));
  show(store.get());
  return { curvature: toggle };
}
