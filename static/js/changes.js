/** What a person can change, as pure functions: state -> the fields that change. */

import { axesOf, LAYERS, samplesOf } from "./batch.js";
import { defaultValues, definitionOf, formulaStart, freeSlot, optimizerDefaults, scheduleOf, surfaceOf } from "./catalog.js";

/** On another surface, settings that stood at their default take the new surface's default; others stay. */
function movedOptimizers(state, next, catalog) {
  const [from, to] = [surfaceOf(state, catalog), surfaceOf(next, catalog)];
  return state.optimizers.map((optimizer) => {
    const definition = definitionOf(optimizer, catalog);
    const [before, after] = [optimizerDefaults(definition, from), optimizerDefaults(definition, to)];
    const values = { ...optimizer.values };
    for (const name of Object.keys(after)) if (values[name] === before[name]) values[name] = after[name];
    return { ...optimizer, values };
  });
}

/** What a step sees, on another surface: batches only of data, noise only where there is none. */
function movedChance({ batches, axis, noise }, surface) {
  const samples = samplesOf(surface);
  const size = Math.min(batches?.size ?? 1, samples);
  return {
    batches: batches && samples ? { ...batches, size } : null,
    noise: samples ? 0 : noise,
    axis: axesOf(surface).includes(axis) ? axis : "steps",
  };
}

/** Go to a named surface: its parameters at their defaults, its own start, the camera untold. */
export function toSurface(state, name, catalog) {
  const surface = catalog.surfaces.get(name);
  const fields = {
    surface: name,
    formula: null,
    x: null,
    y: null,
    parameters: defaultValues(surface),
    reduction: surface.reductions?.[0] ?? null,
    start: [...surface.start],
    camera: null,
    ...movedChance(state, surface),
  };
  return { ...fields, optimizers: movedOptimizers(state, { ...state, ...fields }, catalog) };
}

/** Go to a formula; from another formula the range, the start and the camera stay. */
export function toFormula(state, formula, catalog, ranges = {}) {
  const { x = state.x ?? [-3, 3], y = state.y ?? [-3, 3] } = ranges;
  const fields = { surface: null, formula, x, y, parameters: {}, reduction: null };
  if (state.formula === null) Object.assign(fields, { start: formulaStart(x, y), camera: null });
  Object.assign(fields, movedChance(state, surfaceOf({ ...state, ...fields }, catalog)));
  return { ...fields, optimizers: movedOptimizers(state, { ...state, ...fields }, catalog) };
}

export function addOptimizer(state, name, catalog, surface, slots) {
  const values = optimizerDefaults(catalog.optimizers.get(name), surface);
  const added = { name, slot: freeSlot(state.optimizers, slots), hidden: false, values, schedule: null };
  return { optimizers: [...state.optimizers, added] };
}

/** Add a rule of one's own. */
export function addRule(state, definition, { values = {}, schedule = null } = {}, slots) {
  const given = { ...defaultValues(definition), ...values };
  const added = { name: definition.name, slot: freeSlot(state.optimizers, slots), hidden: false, values: given, schedule };
  return { optimizers: [...state.optimizers, { ...added, rule: definition.rule }] };
}

export function removeOptimizer(state, slot) {
  const closed = state.inside === slot ? { inside: null, substep: 0 } : {};
  return { optimizers: state.optimizers.filter((optimizer) => optimizer.slot !== slot), ...closed };
}

const changeOne = (state, slot, change) => ({
  optimizers: state.optimizers.map((optimizer) => (optimizer.slot === slot ? { ...optimizer, ...change(optimizer) } : optimizer)),
});

export const toggleOptimizer = (state, slot) => changeOne(state, slot, ({ hidden }) => ({ hidden: !hidden }));

export const setHyperparameter = (state, slot, name, value) =>
  changeOne(state, slot, ({ values }) => ({ values: { ...values, [name]: value } }));

/** Another text for a rule: hyperparameters that it still has keep their values; without a learning rate, no schedule. */
export const setRule = (state, slot, definition) =>
  changeOne(state, slot, ({ values, schedule }) => {
    const usual = defaultValues(definition);
    const kept = Object.fromEntries(Object.keys(usual).map((name) => [name, values[name] ?? usual[name]]));
    return { rule: definition.rule, values: kept, schedule: "learning_rate" in usual ? schedule : null };
  });

/** Another schedule, at its defaults. */
export const setSchedule = (state, slot, name, catalog) => changeOne(state, slot, () => ({ schedule: scheduleOf(name, catalog) }));

export const setScheduleParameter = (state, slot, name, value) =>
  changeOne(state, slot, ({ schedule }) => ({ schedule: { ...schedule, values: { ...schedule.values, [name]: value } } }));

/** Another option of a choice, with the learning rate that takes the same path. */
export const setSamePath = (state, slot, { choice, option, rate }) =>
  changeOne(state, slot, ({ values }) => ({ values: { ...values, [choice]: option, learning_rate: rate } }));

export const setParameter = (state, name, value) => ({ parameters: { ...state.parameters, [name]: value } });

/** More or fewer steps; who looks at the end goes on looking at the end. */
export function setSteps(state, steps) {
  return { steps, step: state.step === state.steps ? steps : Math.min(state.step, steps) };
}

/** Batches of a size, or all data where there is none; how they are drawn stays. */
export const setBatches = (state, change) => ({ batches: change && { size: 1, sampling: "epochs", ...state.batches, ...change } });

export const toggleLayer = ({ layers }, layer) => ({ layers: LAYERS.filter((one) => layers.includes(one) !== (one === layer)) });
