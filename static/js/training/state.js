/**
 * The training lab's state <-> address. Pure: no document, no network.
 *
 *   v=1                              version
 *   ds=<dataset>  dp=noise:0.2  dseed=3   dataset, its settings that differ, its seed
 *   kind=classification  to=2  #csv=...   data of one's own: what they are, how many columns are targets, the table
 *   split=0.8,0.1,0.1  std=1         shares of training, validation and test; standardised
 *   h=16,16                          units of the hidden layers ("none")
 *   act=<activation>,slope:0.1  init=<initialiser>,variance:2  like=<likelihood>,sigma:0.5
 *   #p=Adam~137~2.8.1~~<base64>      where runs begin: which run, step, widths, what the likelihood learnt, float64 numbers
 *   r=sum  b=20,fresh  (b=all)       reduction over samples, batches
 *   o=...                            optimisers, as in the surface lab
 *   n=500  k=137  seed=0  e=8        steps, the step shown, seed of weights and batches, runs of different seeds
 *   ch=200,0,learning_rate:0.01;...  changes on the way: step, colour's number (none for all), what is set
 *   look=1  m=2                      colour's number of the optimiser whose network is shown, and which of its seeds
 *   pr=mode  out=1  u=0,3            prediction, which output, unit looked at
 *   t=layers  pd=random  a=epochs    panel, directions of the plane, axis of the curve
 *   theme=dark  hide=...  embed=1  lecture=1
 */

import { defaultValues } from "../catalog.js";
import { addressOf, batches, flag, MAX_SEED, number, numbers, oneOf, optimizerList, readSettings, subset, writeSettings } from "../codecs.js";
import { chosen, datasetOf, kindsOf, likelihoodsOf, placeOf, roomOf, seedsOf, trainingSamples } from "./definitions.js";
import { startCodec } from "./start.js";

export const HIDEABLE = ["header", "controls", "setup", "optimizers", "transport", "caption", "curves", "learnt", "table"];
export const PANELS = ["network", "layers", "calibration", "plane", "parameters"];
export const PREDICTIONS = ["mean", "mode", "sample"];
export const MAX_CSV = 50_000;
const MOST_OUTPUTS = 20;
const ALL_DATA = "all";
const NONE = "none";

/** A definition by its name, and what of it differs from its defaults. */
const choice = (definitions) => ({
  write: ({ name, values }) => [name, ...writeSettings(values, defaultValues(definitions.get(name)))].join(","),
  read(text) {
    const [name, ...parts] = text.split(",");
    const definition = definitions.get(name);
    return definition && { name, values: readSettings(parts, definition, defaultValues(definition)) };
  },
});

const text = (most) => ({ write: (value) => value ?? "", read: (given) => (given && given.length <= most ? given : undefined) });

const units = ({ max_hidden_layers: most, max_units: high }) => ({
  write: (widths) => widths.join(",") || NONE,
  read(given) {
    if (given === NONE) return [];
    const widths = given.split(",").map((part) => number(1, high, true).read(part));
    return widths.length <= most && !widths.includes(undefined) ? widths : undefined;
  },
});

const shares = {
  ...numbers(3, 0, 1),
  read(given) {
    const values = numbers(3, 0, 1).read(given);
    return values && values[0] > 0 && Math.abs(values[0] + values[1] + values[2] - 1) < 1e-6 ? values : undefined;
  },
};

/** All data, or batches of so many of the training samples. */
const drawn = (samples) => ({
  write: (value) => (value === null ? ALL_DATA : batches(samples).write(value)),
  read: (given) => (given === ALL_DATA ? null : batches(samples).read(given)),
});

/** What was changed on the way: [{step, slot (null: of all), name, value}], in the order of their steps. */
const changes = (state) => ({
  write: (list) => list.map(({ step, slot, name, value }) => `${step},${slot ?? ""},${name}:${value}`).join(";"),
  read(given) {
    const found = [];
    for (const entry of given.split(";")) {
      const [, step, slot, name, value] = /^(\d+),(\d?),([a-z_]+):(-?[\d.e+-]+)$/.exec(entry) ?? [];
      const known = slot === "" ? name === "batch_size" && state.batches : state.optimizers.some((one) => String(one.slot) === slot && name in one.values);
      if (!known || !Number.isFinite(Number(value)) || Number(step) < (found.at(-1)?.step ?? 0)) continue;
      found.push({ step: Number(step), slot: slot === "" ? null : Number(slot), name, value: Number(value) });
    }
    return found;
  },
});

const slotOf = ({ optimizers }) => ({
  write: (slot) => (slot === null ? "" : String(slot)),
  read: (given) => optimizers.find(({ slot }) => String(slot) === given)?.slot,
});

/** Layer and unit, or null; how many outputs there are only an answer tells. */
const unit = ({ hidden }) => ({
  write: (value) => (value ? value.join(",") : ""),
  read(given) {
    const [layer, at] = /^\d,\d{1,2}$/.test(given) ? given.split(",").map(Number) : [];
    return at < (hidden[layer] ?? (layer === hidden.length ? 1 : 0)) ? [layer, at] : undefined;
  },
});

const usualBatch = (state, { defaults }) => ({ size: Math.min(defaults.training.batch_size, trainingSamples(state)), sampling: "epochs" });

/** The most steps, one seed each: how many seeds there is room for is told behind it. */
const mostSteps = (state, catalog) => roomOf({ ...state, ensemble: 1, changes: [] }, catalog).most;

const KEYS = [
  { key: "csv", field: "csv", apart: true, codec: text(MAX_CSV), initial: () => null },
  { key: "kind", field: "kind", codec: (state, catalog) => oneOf(kindsOf(catalog).map(({ kind }) => kind)), initial: (state, catalog) => kindsOf(catalog)[0].kind },
  { key: "to", field: "targets", codec: number(1, MOST_OUTPUTS, true), initial: () => 1 },
  {
    key: "ds",
    field: "dataset",
    codec: ({ csv }, { datasets }) => ({
      write: (name) => name ?? "",
      read: (given) => (csv === null && datasets.has(given.split(",")[0]) ? given.split(",")[0] : undefined),
    }),
    initial: ({ csv }, { defaults }) => (csv === null ? defaults.training.dataset : null),
  },
  {
    key: "dp",
    field: "data",
    codec: (state, catalog) => {
      const definition = datasetOf(state, catalog);
      const usual = defaultValues(definition);
      return { write: (values) => writeSettings(values, usual).join(","), read: (given) => readSettings(given.split(","), definition, usual) };
    },
    initial: (state, catalog) => defaultValues(datasetOf(state, catalog)),
  },
  { key: "dseed", field: "dataSeed", codec: number(0, MAX_SEED, true), initial: () => 0 },
  { key: "split", field: "split", codec: shares, initial: (state, { defaults }) => defaults.training.split },
  { key: "std", field: "standardize", codec: flag, initial: () => false },
  { key: "h", field: "hidden", codec: (state, { defaults }) => units(defaults.training), initial: (state, { defaults }) => defaults.training.hidden },
  { key: "act", field: "activation", codec: (state, { activations }) => choice(activations), initial: (state, { defaults, activations }) => chosen(defaults.training.activation, activations) },
  { key: "init", field: "initializer", codec: (state, { initializers }) => choice(initializers), initial: (state, { defaults, initializers }) => chosen(defaults.training.initializer, initializers) },
  {
    key: "like",
    field: "likelihood",
    codec: (state, catalog) => choice(new Map(likelihoodsOf(state, catalog).map((one) => [one.name, one]))),
    initial: (state, catalog) => chosen(likelihoodsOf(state, catalog)[0].name, catalog.likelihoods),
  },
  { key: "p", field: "start", apart: true, codec: startCodec, initial: () => null },
  { key: "r", field: "reduction", codec: oneOf(["mean", "sum"]), initial: () => "mean" },
  { key: "b", field: "batches", codec: (state) => drawn(trainingSamples(state)), initial: usualBatch },
  {
    key: "o",
    field: "optimizers",
    codec: (state, catalog) => optimizerList(placeOf(catalog), catalog),
    initial: (state, catalog) => optimizerList(placeOf(catalog), catalog).read(catalog.defaults.training.optimizers.join(";")),
  },
  { key: "n", field: "steps", codec: (state, catalog) => number(1, mostSteps(state, catalog), true), initial: (state, catalog) => Math.min(catalog.defaults.training.steps, mostSteps(state, catalog)) },
  { key: "k", field: "step", codec: ({ steps }) => number(0, steps, true), initial: () => 0 },
  { key: "seed", field: "seed", codec: number(0, MAX_SEED, true), initial: () => 0 },
  { key: "e", field: "ensemble", codec: (state, catalog) => number(1, seedsOf(state, catalog), true), initial: () => 1 },
  { key: "ch", field: "changes", codec: changes, initial: () => [] },
  { key: "m", field: "member", codec: ({ ensemble }) => number(0, ensemble - 1, true), initial: () => 0 },
  { key: "look", field: "look", codec: slotOf, initial: ({ optimizers }) => optimizers.at(-1)?.slot ?? null },
  { key: "pr", field: "prediction", codec: oneOf(PREDICTIONS), initial: () => "mean" },
  { key: "out", field: "output", codec: number(0, MOST_OUTPUTS, true), initial: () => 0 },
  { key: "u", field: "unit", codec: unit, initial: () => null },
  { key: "t", field: "panel", codec: oneOf(PANELS), initial: () => PANELS[0] },
  { key: "pd", field: "directions", codec: oneOf(["principal", "random"]), initial: () => "principal" },
  { key: "a", field: "axis", codec: oneOf(["steps", "epochs", "evaluations"]), initial: () => "steps" },
  { key: "theme", field: "theme", codec: oneOf(["auto", "light", "dark"]), initial: () => "auto" },
  { key: "hide", field: "hide", codec: subset(HIDEABLE), initial: () => [] },
  { key: "embed", field: "embed", codec: flag, initial: () => false },
  { key: "lecture", field: "lecture", codec: flag, initial: () => false },
];

export const { encode, decode } = addressOf(KEYS);

/** How a state is looked at, apart from what it computes. */
export const looks = () => ({
  step: 0, look: null, member: 0, prediction: "mean", output: 0, unit: null, panel: PANELS[0], directions: "principal", axis: "steps",
  theme: "auto", hide: [], embed: false, lecture: false, changes: [],
});
