/** What a person can change in the training lab, as pure functions: state -> the fields that change. */

import { defaultValues } from "../catalog.js";
import { setHyperparameter } from "../changes.js";
import { chosen, classesOf, datasetOf, kindOfTable, kindsOf, likelihoodsOf, trainingSamples } from "./definitions.js";
import { widthsOf } from "./start.js";

export const BATCH_SIZE = "batch_size";

/** Everything but a live change begins anew, without what was changed on the way. */
const anew = (fields) => ({ ...fields, changes: [] });

/** What of the data decides how many inputs and outputs a network has. */
const formOf = (state, catalog) => JSON.stringify([datasetOf(state, catalog).inputs, datasetOf(state, catalog).targets ?? state.targets, state.dataset === null ? state.kind : classesOf(state, catalog)]);

/** What no longer fits other data takes its default: the likelihood, a batch that is too large, an output, a unit, a start. */
function fitted(state, fields, catalog) {
  const next = { ...state, ...fields };
  const fitting = likelihoodsOf(next, catalog);
  const kept = fitting.some(({ name }) => name === state.likelihood.name);
  const size = Math.min(wantedBatch(state, catalog), trainingSamples(next));
  return anew({
    ...fields,
    ...(kept ? {} : { likelihood: chosen(fitting[0].name, catalog.likelihoods), output: 0 }),
    ...(state.batches ? { batches: { ...state.batches, size } } : {}),
    ...(kept && formOf(next, catalog) === formOf(state, catalog) ? {} : { start: null }),
    unit: null,
  });
}

/** How large batches are to be where there are samples enough: few samples, which they took all of, say nothing of it. */
function wantedBatch(state, { defaults: { training } }) {
  const size = state.batches?.size ?? 1;
  return size < trainingSamples(state) ? size : Math.max(size, training.batch_size);
}

/** Go to a dataset of the catalogue. */
export function toDataset(state, name, catalog) {
  const data = defaultValues(catalog.datasets.get(name));
  return fitted(state, { dataset: name, data, csv: null, output: 0 }, catalog);
}

/** Go to data of one's own; `targets` columns at the end of each row are the targets. */
export function toOwnData(state, { csv = state.csv, kind = state.kind, targets = state.targets }, catalog) {
  const { real, classed } = kindsOf(catalog).find((one) => one.kind === kind);
  const count = real ? Math.max(classed ? 2 : 1, targets) : 1;
  return fitted(state, { dataset: null, data: {}, csv, kind, targets: count, output: 0 }, catalog);
}

/** Go to a table of one's own; what its targets are the data say, unless somebody said otherwise of the table before. */
export function toTable(state, csv, catalog) {
  const seen = state.csv === null || kindOfTable(state.csv, catalog) === state.kind;
  return toOwnData(state, { csv, kind: (seen && kindOfTable(csv, catalog)) || state.kind }, catalog);
}

export const setData = (state, name, value, catalog) => fitted(state, { data: { ...state.data, [name]: value } }, catalog);

/** The share of training samples; what is left is held back, half for validation and half for the test. */
export function setSplit(state, training, catalog) {
  const held = Number(((1 - training) / 2).toFixed(6));
  return fitted(state, { split: [Number((1 - 2 * held).toFixed(6)), held, held] }, catalog);
}

export const setField = (field, value) => anew({ [field]: value });

/** So many seeds of each optimiser; one that is opened up and goes gives way to the last there is. */
export const setEnsemble = ({ member }, ensemble) => anew({ ensemble, member: Math.min(member, ensemble - 1) });

export const setHidden = (hidden) => anew({ hidden, unit: null, start: null });

/** Only an activation leaves the weights as they are: another likelihood may have other outputs, another initialiser draws. */
const keepsStart = (field) => (field === "activation" ? {} : { start: null });

/** Another definition at its defaults, such as a likelihood, whose outputs may be fewer; or another number of the one there is. */
export const setChoice = (field, name, definitions) => anew({ [field]: chosen(name, definitions), unit: null, ...keepsStart(field) });
export const setChosen = (state, field, name, value) => anew({ [field]: { ...state[field], values: { ...state[field].values, [name]: value } }, ...(field === "initializer" && { start: null }) });

/** Optimisers and batches as what was changed until this step has left them. */
function atThisStep(state) {
  const optimizers = state.optimizers.map((optimizer) => ({ ...optimizer, values: valuesNow(optimizer, state) }));
  return { optimizers, ...(state.batches && { batches: { ...state.batches, size: valueAt(state, null, BATCH_SIZE, state.step) } }) };
}

/** Begin at parameters, in the network that they are of, with what is set at this step; what was there before is kept, to be gone back to. */
export function setStart(state, start) {
  const { hidden, unit, changes, step } = state;
  const before = { start: state.start, hidden, unit, changes, step, optimizers: state.optimizers, batches: state.batches };
  const own = widthsOf(start).slice(1, -1);
  return anew({ ...atThisStep(state), start: { ...start, before }, hidden: own, unit: own.join() === hidden.join() ? unit : null, step: 0 });
}

/** Back to what was there before a start; where nobody knows it, to drawn weights. */
export function takeBackStart({ start: { before }, steps }) {
  return before ? { ...before, step: Math.min(before.step, steps) } : { ...anew({ start: null }), step: 0 };
}

/** Another list of optimisers. */
export function setOptimizers(state, optimizers) {
  const look = optimizers.some(({ slot }) => slot === state.look) ? state.look : (optimizers.at(-1)?.slot ?? null);
  return anew({ optimizers, look });
}

/** What a hyperparameter, or the batch size (slot null), is at a step, after what was changed until then. */
export function valueAt(state, slot, name, step) {
  const found = state.changes.findLast((change) => change.step <= step && change.slot === slot && change.name === name);
  if (found) return found.value;
  return slot === null ? state.batches?.size : state.optimizers.find((one) => one.slot === slot)?.values[name];
}

/** All hyperparameters of an optimiser at the step that is shown. */
export const valuesNow = ({ slot, values }, state) =>
  Object.fromEntries(Object.keys(values).map((name) => [name, valueAt(state, slot, name, state.step)]));

/** Whether a parameter that is given this value takes effect while a run goes on; all others begin anew. */
export const isLive = (optimizer, name, value) => typeof value === "number" && !(optimizer.schedule && name === "learning_rate");

/**
 * A number changes from the step that is shown on; at the start it is what the run begins with. What was changed later
 * than that step is forgotten: it has not happened yet.
 */
export function setLive(state, slot, name, value) {
  const before = state.changes.filter(({ step }) => step <= state.step);
  if (state.step === 0) return { ...withInitial(state, slot, name, value), changes: [] };
  const others = before.filter((change) => change.step !== state.step || change.slot !== slot || change.name !== name);
  return { changes: [...others, { step: state.step, slot, name, value }] };
}

function withInitial(state, slot, name, value) {
  return slot === null ? { batches: { ...state.batches, size: value } } : setHyperparameter(state, slot, name, value);
}

