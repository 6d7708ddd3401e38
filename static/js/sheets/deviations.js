/** Where the slides differ from most software, for what is on the screen, and how to change the form. Pure. */

import { definitionOf, surfaceOf } from "../catalog.js";

export const FORMS = ["slide", "software"];

const DIGITS = 12; // of a learning rate that moves with the form: to and fro, it is the same again

/** [{label, optimizer, entries}]: what the optimisers shown declare, then the surface, then what concerns every run. */
export function groupsOf(state, catalog) {
  const names = new Set(state.optimizers.filter(({ hidden, rule }) => !hidden && rule === undefined).map(({ name }) => name));
  const surface = surfaceOf(state, catalog);
  const groups = [...names].map((name) => {
    const { label, deviations } = catalog.optimizers.get(name);
    return { label, optimizer: name, entries: deviations ?? [] };
  });
  groups.push({ label: surface.label, optimizer: null, entries: surface.deviations ?? [] });
  groups.push({ label: "Every run", optimizer: null, entries: catalog.deviations ?? [] });
  return groups.filter(({ entries }) => entries.length > 0);
}

export const canSwitch = (entry) => Object.keys(entry.slide.settings).length > 0;

const agrees = (values, settings) => Object.entries(settings).every(([name, value]) => values[name] === value);

/** The form in which all that an entry concerns is run, or null. */
export function formOf({ optimizer }, entry, state) {
  const concerned = optimizer === null ? [state] : state.optimizers.filter(({ name }) => name === optimizer).map(({ values }) => values);
  return FORMS.find((form) => concerned.every((values) => agrees(values, entry[form].settings))) ?? null;
}

/** A learning rate in the other form: multiplied by the factor on the way to the software's, divided on the way back. */
function movedRate(optimizer, factor, form, catalog) {
  const { low, high } = definitionOf(optimizer, catalog).parameters.find(({ name }) => name === "learning_rate");
  const rate = optimizer.values.learning_rate * (form === "software" ? factor : 1 / factor);
  return Math.min(high, Math.max(low, Number(rate.toPrecision(DIGITS))));
}

/** The change of state that puts all that an entry concerns into a form; with `keepPath` the learning rates move too. */
export function inForm({ optimizer }, entry, form, keepPath, state, catalog) {
  const { settings } = entry[form];
  const moving = keepPath && entry.same_path !== null;
  if (optimizer === null) {
    if (agrees(state, settings)) return {};
    return moving ? { ...settings, optimizers: withRates(state, form, catalog) } : { ...settings };
  }
  const concerned = ({ name, values }) => name === optimizer && !agrees(values, settings);
  const rate = (one) => (moving ? { learning_rate: movedRate(one, 1 - one.values[entry.same_path.parameter], form, catalog) } : {});
  const changed = (one) => ({ ...one, values: { ...one.values, ...settings, ...rate(one) } });
  return { optimizers: state.optimizers.map((one) => (concerned(one) ? changed(one) : one)) };
}

/** How many samples a step sees; the last batch of an epoch may be shorter. */
const samplesSeen = (state, catalog) => state.batches?.size ?? surfaceOf(state, catalog).data.x.length;

/** What the learning rate becomes where the path is kept, typeset; and what no learning rate keeps, in words. */
export function keptPath({ same_path: path }, { batches, surface, formula }, catalog) {
  if (!path.samples || !batches) return { mathml: path.mathml, except: "" };
  const uneven = batches.sampling === "epochs" && surfaceOf({ surface, formula }, catalog).data?.x.length % batches.size > 0;
  return { mathml: path.mathml_on_batches, except: uneven ? ", but for the short last batch of each epoch" : "" };
}

/** Where a step's loss is divided by its samples, learning rates in units of the loss are multiplied by their number. */
function withRates(state, form, catalog) {
  const samples = samplesSeen(state, catalog);
  const rateOf = (one) => definitionOf(one, catalog).parameters.find((parameter) => parameter.name === "learning_rate");
  const moved = (one) => ({ ...one, values: { ...one.values, learning_rate: movedRate(one, samples, form, catalog) } });
  return state.optimizers.map((one) => (rateOf(one)?.unit.includes("[loss]") ? moved(one) : one));
}
