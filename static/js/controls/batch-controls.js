/** What each step sees: all data or a batch of them; where there are no data, the exact gradient or one with noise. */

import { isRandom, MAX_NOISE, SEEDS, samplesOf } from "../batch.js";
import { surfaceOf } from "../catalog.js";
import { setBatches, toggleLayer } from "../changes.js";
import { element } from "../dom.js";
import { format } from "../format.js";
import { numberControl } from "./controls.js";
import { segments } from "./segments.js";

const USUAL = { size: 5, noise: 1 };
const FIELDS = ["surface", "formula", "reduction", "batches", "noise", "layers"];

/** How the batches are drawn, in a sentence. */
export function samplingSentence({ size, sampling }, samples) {
  if (sampling === "fresh") return "Each step draws its batch anew from all points; one point may be missed for long.";
  const [steps, rest] = [Math.ceil(samples / size), samples % size];
  const last = rest ? `, the last of ${rest}` : "";
  return `Each epoch is a new order of all ${samples} points, cut into ${steps} ${steps === 1 ? "batch" : "batches"}${last}.`;
}

/** What the size does to the step, in a sentence with the numbers filled in. */
export function factorSentence({ size }, samples, reduction) {
  if (reduction === "mean") return `The mean over a batch is on average the whole gradient, ∇L, whatever B is: the same η suits all B.`;
  const factor = format(samples / size);
  return `The sum over a batch is on average B/n = ${size}/${samples} of ∇L: with the same η, gradient descent’s steps are n/B = ${factor} times as short.`;
}

const NOISE_SENTENCE =
  "There are no data here, hence no batches: normal noise of this standard deviation is added to each coordinate of the gradient.";

/** A check box for something that is drawn besides. */
function layerSwitch(store, layer, words, key, title) {
  const input = element("input", { type: "checkbox", onchange: () => store.set(toggleLayer(store.get(), layer)) });
  const label = element("label", { class: "switch", title: `${title} (${key})` }, input, words);
  return { element: label, show: ({ layers }) => void (input.checked = layers.includes(layer)) };
}

const LAYERS = [
  ["surface", "Batch surface", "B", "Dashed contours of the loss on this step’s batch alone"],
  ["whole", "All data", "A", "The same optimisers with all data in each step, thin"],
  ["seeds", `${SEEDS} seeds`, "E", "The same paths under other seeds, and the spread of their ends"],
];

/** What belongs to batches: size, sampling, sentences. */
function batchPart(store, catalog) {
  const size = element("div", {});
  const set = (change) => store.set(setBatches(store.get(), change), "slider");
  const drawn = segments("Drawn", [["epochs", "in epochs"], ["fresh", "anew each step"]], (sampling) => set({ sampling }));
  const [how, factor] = [element("p", { class: "note" }), element("p", { class: "note" })];
  let [shown, control] = [0, null];

  return {
    element: element("div", { class: "drawn" }, size, drawn.element, how, factor),
    show({ batches, reduction }, samples) {
      if (samples !== shown) {
        const described = { name: "batch_size", symbol: "B", help: "How many data points each step sees.", default: Math.min(USUAL.size, samples) };
        control = numberControl({ ...described, low: 1, high: samples, scale: "linear", integer: true }, { changed: (value) => set({ size: value }), name: "Batch size" });
        size.replaceChildren(control.element);
        shown = samples;
      }
      control.show(batches.size);
      drawn.show(batches.sampling);
      how.textContent = samplingSentence(batches, samples);
      factor.textContent = factorSentence(batches, samples, reduction);
    },
  };
}

function noisePart(store) {
  const described = { name: "noise", symbol: "sd", help: "Standard deviation of the noise on each coordinate of the gradient; 0 is none.", default: USUAL.noise };
  const range = { low: 0, high: MAX_NOISE, slider_low: 0.01, slider_high: 1000, scale: "log" };
  const control = numberControl({ ...described, ...range }, { changed: (noise) => store.set({ noise }, "slider"), name: "Standard deviation" });
  return { element: element("div", { class: "drawn" }, control.element, element("p", { class: "note" }, NOISE_SENTENCE)), show: ({ noise }) => control.show(noise) };
}

/** The keys of what is drawn besides: each a toggle that does nothing where there is nothing to be drawn. */
export function layerKeys(store) {
  const toggle = (layer) => () => {
    const state = store.get();
    if (layer === "seeds" ? isRandom(state) : state.batches) store.set(toggleLayer(state, layer));
  };
  return Object.fromEntries(LAYERS.map(([layer, , key]) => [key.toLowerCase(), toggle(layer)]));
}

export function mountBatches(place, store, catalog) {
  const usualBatches = () => setBatches(store.get(), { size: Math.min(USUAL.size, samplesOf(surfaceOf(store.get(), catalog))) });
  const data = segments("Each step sees", [["all", "all data"], ["batch", "a batch (SGD)"]], (value) =>
    store.set(value === "all" ? { batches: null } : usualBatches(), "chance"),
  );
  const gradient = segments("Gradient", [["exact", "exact"], ["noisy", "with noise"]], (value) =>
    store.set({ noise: value === "exact" ? 0 : USUAL.noise }, "chance"),
  );
  const [batch, noise] = [batchPart(store, catalog), noisePart(store)];
  const layers = LAYERS.map(([layer, ...words]) => ({ layer, ...layerSwitch(store, layer, ...words) }));
  const besides = element("div", { class: "besides", role: "group", "aria-label": "Draw besides" }, ...layers.map((one) => one.element));
  place.append(data.element, gradient.element, batch.element, noise.element, besides);

  function show(state) {
    const samples = samplesOf(surfaceOf(state, catalog));
    data.element.hidden = samples === 0;
    gradient.element.hidden = samples > 0;
    data.show(state.batches ? "batch" : "all");
    gradient.show(state.noise > 0 ? "noisy" : "exact");
    batch.element.hidden = state.batches === null;
    if (state.batches) batch.show(state, samples);
    noise.element.hidden = !(state.noise > 0);
    noise.show(state);
    besides.hidden = !isRandom(state);
    for (const { layer, element: label, show: check } of layers) {
      label.hidden = layer !== "seeds" && state.batches === null;
      check(state);
    }
  }

  store.subscribe((state, fields) => FIELDS.some((field) => fields.has(field)) && show(state));
  show(store.get());
}
