/** Contours or surface, steps or gradient evaluations: the two choices that stand beside the plots. */

export function mountViews(store) {
  const axis = document.getElementById("axis");
  const views = [...document.querySelectorAll("input[name=view]")];

  function show(state) {
    axis.value = state.axis;
    for (const view of views) view.checked = view.value === state.view;
  }

  axis.addEventListener("change", () => store.set({ axis: axis.value }));
  for (const view of views) view.addEventListener("change", () => store.set({ view: view.value }));
  store.subscribe((state, fields) => (fields.has("axis") || fields.has("view")) && show(state));
  show(store.get());
}
