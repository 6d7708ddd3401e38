/** The network: its hidden layers, activation, initialiser and seed; and what its outputs mean, the likelihood. */

import { seedControl } from "../controls/seed-control.js";
import { element } from "../dom.js";
import { format } from "../format.js";
import { setChoice, setChosen, setField, setHidden } from "./changes.js";
import { choiceControl } from "./choice-control.js";
import { likelihoodsOf } from "./definitions.js";

const FIELDS = ["hidden", "activation", "initializer", "likelihood", "seed", "reduction", "dataset", "data", "kind", "csv"];
const SQUARES = "The mean over the samples is the usual loss of software; the lecture’s is the sum. The same minimum, but gradients differ by the number of samples.";

/** A box for the units of each hidden layer, and buttons for fewer or more layers. */
function layersControl({ max_hidden_layers: most, max_units: high, hidden: usual }, changed) {
  const boxes = element("span", { class: "units" });
  const fewer = element("button", { type: "button", "aria-label": "One hidden layer fewer", onclick: () => changed(widths.slice(0, -1)) }, "−");
  const more = element("button", { type: "button", "aria-label": "One hidden layer more", onclick: () => changed([...widths, widths.at(-1) ?? usual[0]]) }, "+");
  let widths = [];

  function box(width, layer) {
    const input = element("input", { type: "number", class: "number", min: 1, max: high, value: width, "aria-label": `Units of hidden layer ${layer + 1}` });
    input.addEventListener("input", () => {
      const value = Number(input.value);
      const good = Number.isInteger(value) && value >= 1 && value <= high;
      input.toggleAttribute("aria-invalid", !good);
      if (good) changed(widths.map((old, at) => (at === layer ? value : old)));
    });
    return input;
  }
  return {
    element: element("div", { class: "pair", role: "group", "aria-label": "Hidden layers" }, element("span", { class: "row-label" }, "Layers"), fewer, boxes, more),
    show(now) {
      const same = now.length === widths.length;
      widths = now;
      if (!same) boxes.replaceChildren(...now.map(box));
      else [...boxes.children].forEach((input, layer) => document.activeElement !== input && (input.value = now[layer]));
      fewer.disabled = now.length === 0;
      more.disabled = now.length >= most;
    },
  };
}

export function mountNetwork(place, likelihoodPlace, store, catalog, { about }) {
  const set = (fields, origin = "slider") => store.set(fields, origin);
  const choiceOf = (heading, field, definitions) =>
    choiceControl(heading, {
      chosen: (name) => set(setChoice(field, name, definitions), "list"),
      changed: (name, value) => set(setChosen(store.get(), field, name, value)),
      about,
    });
  const layers = layersControl(catalog.defaults.training, (hidden) => set(setHidden(hidden)));
  const activation = choiceOf("Activation", "activation", catalog.activations);
  const initializer = choiceOf("Weights", "initializer", catalog.initializers);
  const likelihood = choiceOf("Likelihood", "likelihood", catalog.likelihoods);
  const variances = element("p", { class: "note", "aria-live": "off" });
  const seed = seedControl({ name: "Seed", help: "The seed decides the weights that are drawn, and the batches.", changed: (value) => set(setField("seed", value)) });
  const reduction = element("select", { "aria-label": "Over the samples", title: SQUARES, onchange: () => set(setField("reduction", reduction.value), "list") }, ...["mean", "sum"].map((name) => element("option", { value: name }, name)));
  const over = element("div", { class: "pair" }, element("span", { class: "row-label", title: SQUARES }, "Over the samples"), reduction);
  const relation = element("p", { class: "note" });
  activation.offer(catalog.activations.values());
  initializer.offer(catalog.initializers.values());
  place.append(layers.element, activation.element, initializer.element, variances, seed.element);
  likelihoodPlace.append(likelihood.element, relation, element("details", {}, element("summary", {}, "Mean or sum"), over));

  function show(state) {
    layers.show(state.hidden);
    activation.show(state.activation);
    initializer.show(state.initializer);
    likelihood.offer(likelihoodsOf(state, catalog));
    likelihood.show(state.likelihood);
    const { relation: words } = catalog.likelihoods.get(state.likelihood.name);
    relation.textContent = words;
    relation.hidden = words === "";
    reduction.value = state.reduction;
    seed.show(state.seed);
  }
  store.subscribe((state, changed) => FIELDS.some((field) => changed.has(field)) && show(state));
  show(store.get());
  return {
    /** What the server says of the network that it made. */
    told({ network }) {
      const { weight_variances: found } = network;
      variances.textContent = found ? `Variance by layer: ${found.map(format).join(", ")}.` : "Not drawn: the runs begin at given parameters.";
    },
  };
}
