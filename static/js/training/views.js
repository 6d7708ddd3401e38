/** The choices that stand beside the plots: which prediction, which output, the axis of the curve, the plane's directions. */

import { outputsOf } from "../figures/prediction.js";

const byId = (id) => document.getElementById(id);

export function mountViews(store, lab) {
  const axis = byId("axis");
  const [predictions, directions] = ["prediction-kind", "directions"].map((name) => [...document.querySelectorAll(`input[name=${name}]`)]);
  const output = byId("output");
  axis.addEventListener("change", () => store.set({ axis: axis.value }));
  output.addEventListener("change", () => store.set({ output: Number(output.value) }));
  for (const input of predictions) input.addEventListener("change", () => store.set({ prediction: input.value }));
  for (const input of directions) input.addEventListener("change", () => store.set({ directions: input.value }));

  /** Several outputs can be chosen among; of a class the mean is how probable each is. */
  function show(state) {
    const outputs = lab.shown.told ? outputsOf(lab.shown.told.data) : [];
    if (output.options.length !== outputs.length) output.replaceChildren(...outputs.map(({ label }, at) => Object.assign(document.createElement("option"), { value: at, textContent: label })));
    output.hidden = outputs.length < 2;
    output.value = Math.min(state.output, outputs.length - 1);
    byId("prediction-kinds").hidden = !lab.shown.told?.grid;
    axis.value = state.axis;
    for (const input of predictions) input.checked = input.value === state.prediction;
    for (const input of directions) input.checked = input.value === state.directions;
  }
  store.subscribe(show);
  show(store.get());
  return { show: () => show(store.get()) };
}
