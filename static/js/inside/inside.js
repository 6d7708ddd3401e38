/**
 * What is inside a step: stages, quantities and captions, from the catalogue's declarations and the record. Pure.
 *
 * Quantities go by the names of the declarations: "gradient", a state ("m": before the step, "m'": after it), what is
 * inside ("m_hat", "move"), and the points "phi" and "phi'". Entry k of a record belongs to the step from phi_k; what
 * is after it is entry k + 1.
 */

import { batchAt } from "../batch.js";
import { definitionOf } from "../catalog.js";
import { format, formatPoint } from "../format.js";

/** Whether the switches and choices stand as a condition says; none always holds. */
export const applies = (when, values) => Object.entries(when ?? {}).every(([name, value]) => values[name] === value);

/** The parts of a step of an optimiser with these settings, in their order. */
export const stagesOf = (definition, values) => definition.stages.filter(({ when }) => applies(when, values));

/** The step that is looked into: the one from the point shown; at the end of a run its last one; -1 where none was taken. */
export const openedStep = (run, step) => Math.min(step, run.length - 2);

/** A quantity at step k: [x, y], or null where the record does not have it. */
export function valueOf(run, name, k) {
  const bare = name.replace("'", "");
  const rows = { phi: run.phi, gradient: run.gradient }[bare] ?? run.state[bare] ?? run.internals?.[bare];
  const at = 2 * (name === bare ? k : k + 1);
  return rows && at + 1 < rows.length ? [rows[at], rows[at + 1]] : null;
}

/** The learning rate of step k. */
export const rateOf = (run, k) => run.learningRate?.[k] ?? run.optimizer.learning_rate;

const COMPLEMENT = /^1-([a-z_]+)(\^\(t\+1\))?$/;

/** What stands in braces: a number, a complement of one, or a vector; at step k. */
function filled(text, run, k) {
  const [, name, power] = COMPLEMENT.exec(text) ?? [];
  if (name) return format(1 - run.optimizer[name] ** (power ? k + 1 : 1));
  if (text === "learning_rate") return format(rateOf(run, k));
  if (typeof run.optimizer[text] === "number") return format(run.optimizer[text]);
  return formatPoint(...(valueOf(run, text, k) ?? [NaN, NaN]));
}

/** A stage's caption with the numbers of step k. */
export const captionOf = (stage, run, k) => stage.caption.replace(/\{([^{}]*)\}/g, (_, text) => filled(text, run, k));

/** The quantities that a stage names, in the order in which it tells of them. */
function namesOf({ caption, arrows, total, box }) {
  const told = [...caption.matchAll(/\{([^{}]*)\}/g)].map(([, text]) => text);
  return [...told, ...arrows, total, box].filter(Boolean);
}

/** A quantity of the catalogue by its name, with the symbol and the formula that hold on its side of the step. */
export function quantityOf(definition, gradient, name, values) {
  const bare = name.replace("'", "");
  const state = definition.state.find((quantity) => quantity.name === bare);
  const found = state ?? (bare === "gradient" ? gradient : definition.internals.find((quantity) => quantity.name === bare));
  if (!found) return null;
  const formula = found.formulas.find(({ when }) => applies(when, values))?.mathml ?? null;
  if (!state) return { ...found, name, formula };
  return name === bare ? { ...state, mathml: state.before, formula: null } : { ...state, name, mathml: state.after, before: null, formula };
}

/**
 * The quantities of a step in the order in which its stages come to them, each with the number of that stage (from 1);
 * what no stage ever mentions stands before the move. What only other settings' stages mention is left out.
 */
export function quantitiesOf(definition, gradient, values) {
  const stages = stagesOf(definition, values);
  const first = new Map();
  stages.forEach((stage, index) => namesOf(stage).forEach((name) => first.has(name) || first.set(name, index + 1)));
  const mentioned = new Set(definition.stages.flatMap(namesOf));
  const own = definition.state.flatMap(({ name }) => [name, `${name}'`]).filter((name) => !mentioned.has(name.replace("'", "")) && !mentioned.has(`${name.replace("'", "")}'`));
  const more = [...own, ...definition.internals.map(({ name }) => name).filter((name) => !mentioned.has(name))];
  const found = (name, stage) => ({ ...quantityOf(definition, gradient, name, values), name, stage });
  const told = [...first].filter(([name]) => quantityOf(definition, gradient, name, values)).map(([name, stage]) => found(name, stage));
  const before = told.findIndex(({ name }) => name === "move");
  const at = before < 0 ? told.length : before;
  return [...told.slice(0, at), ...more.filter((name) => name !== "move" || before < 0).map((name) => found(name, stages.length)), ...told.slice(at)];
}

/**
 * One part of a step on (direction 1) or back (-1), as the fields that change. From the end of a run it begins again,
 * as playing does; behind the last part of a step comes the first of the next.
 */
export function nextPart({ step, substep }, run, stages, direction) {
  const last = run.length - 1;
  if (last < 1) return {};
  if (direction < 0) {
    if (substep > 0 && step < last) return { substep: Math.min(substep, stages.length) - 1 };
    return step > 0 ? { step: Math.min(step, last) - 1, substep: stages.length } : {};
  }
  if (step >= last) return { step: 0, substep: 1 };
  if (substep < stages.length) return { substep: substep + 1 };
  return { step: step + 1, substep: step + 1 < last ? 1 : 0 };
}

/** The other options of a choice that take the same path, each with the learning rate that it needs. */
export function samePathOf(definition, values) {
  if (!definition.same_path) return [];
  const { choice, rates } = definition.same_path;
  const factor = (option) => {
    const [, name] = COMPLEMENT.exec(rates[option]) ?? [];
    return name ? 1 - values[name] : 1;
  };
  const others = Object.keys(rates).filter((option) => option !== values[choice]);
  return others.map((option) => {
    const rate = (values.learning_rate * factor(option)) / factor(values[choice]);
    return { choice, option, rate: Number(rate.toPrecision(12)), symbols: [rates[values[choice]], rates[option]] };
  });
}

/** The gradient that the steps use: the loss's, their batch's, or one with noise. */
function gradientOf({ batches, surface }, { noise }, catalog) {
  if (batches) return catalog.seen_gradients[surface.reduction];
  return noise > 0 ? catalog.seen_gradients.noise : catalog.gradient;
}

/** What has to be said of a part that tells of the gradient, where it is not the loss's. */
function seenNote(stage, record, { noise }, k) {
  if (!stage || !namesOf(stage).includes("gradient")) return "";
  const batch = batchAt(record, k);
  if (batch) return ` It is that of this step’s batch of ${batch.length}, not of all data.`;
  return noise > 0 ? " There is noise in it." : "";
}

/** The run that is looked into, with its definition, its stages, and the one that is told now (or null). */
export function lookInside(shown, state, catalog) {
  const index = shown.optimizers.findIndex(({ slot }) => slot === state.inside);
  const run = shown.record.trajectories[index];
  if (state.inside === null || !run?.internals) return null;
  const definition = definitionOf(run.optimizer, catalog);
  const stages = stagesOf(definition, run.optimizer);
  const told = state.substep > 0 && state.step < run.length - 1 ? (stages[Math.min(state.substep, stages.length) - 1] ?? null) : null;
  const k = openedStep(run, state.step);
  const gradient = gradientOf(shown.record, state, catalog);
  const note = seenNote(told, shown.record, state, k);
  return { index, run, definition, stages, stage: told, k, gradient, note, hidden: shown.optimizers[index].hidden, slot: state.inside };
}
