/** Contours or surface, and what the curves are drawn over: the two choices that stand beside the plots. */

import { axesOf } from "./batch.js";
import { surfaceOf } from "./catalog.js";

export function mountViews(store, catalog) {
  const axis = document.getElementById("axis");
  const views = [...document.querySelectorAll("input[name=view]")];

  function show(state) {
    const offered = axesOf(surfaceOf(state, catalog));
    for (const option of axis.options) option.hidden = option.disabled = !offered.includes(option.value);
    axis.value = state.axis;
    for (const view of views) view.checked = view.value === state.view;
  }

  axis.addEventListener("change", () => store.set({ axis: axis.value }));
  for (const view of views) view.addEventListener("change", () => store.set({ view: view.value }));
  store.subscribe((state, fields) => ["axis", "view", "surface", "formula"].some((field) => fields.has(field)) && show(state));
  show(store.get());
}
