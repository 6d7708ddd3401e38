/** The training lab's definitions: what a state means by its names. Pure. */

import { noRoom, stepsOfRuns } from "../capacity.js";
import { defaultValues } from "../catalog.js";
import { formatCount } from "../format.js";

const OWN_SAMPLES = "own";
export const MAX_ENSEMBLE = 16;
const indexed = (definitions) => new Map(definitions.map((definition) => [definition.name, definition]));

/** Add to a catalogue what networks are made of and trained on, by name. */
export function indexTraining(catalog) {
  const datasets = indexed(catalog.datasets.map((dataset) => ({ ...dataset, parameters: [dataset.n, ...dataset.parameters] })));
  const [activations, initializers, likelihoods] = [catalog.activations, catalog.initializers, catalog.likelihoods].map(indexed);
  const optimizers = new Map([...catalog.optimizers].filter(([, { asks_for_hessian: asks }]) => !asks)); // many parameters have none at hand
  return { ...catalog, optimizers, datasets, activations, initializers, likelihoods };
}

/** What stands for a surface where an optimiser's usual learning rate is asked for. */
export const placeOf = ({ defaults }) => ({ suggested_learning_rate: defaults.training.learning_rate, suggested_move: defaults.training.move });

/** A definition at its defaults: {name, values}. */
export const chosen = (name, definitions) => ({ name, values: defaultValues(definitions.get(name)) });

/** The kinds of data there are, as datasets name them: {kind, real (are there numbers to predict), classed (a class)}. */
export function kindsOf({ datasets }) {
  const found = new Map();
  for (const { kind, targets, classes } of datasets.values()) found.set(kind, { kind, real: targets > 0, classed: classes !== 0 });
  return [...found.values()];
}

/** The dataset of a state; data of one's own have no name and nothing to set. */
export function datasetOf({ dataset, kind }, catalog) {
  if (dataset !== null) return catalog.datasets.get(dataset);
  return { name: null, label: "Your own data", summary: "", teaches: "", kind, inputs: null, classes: null, truth: false, parameters: [], mathml: null };
}

/** How many classes a state's data have; null where only the data tell. */
export function classesOf(state, catalog) {
  const { classes } = datasetOf(state, catalog);
  return typeof classes === "string" ? state.data[classes] : classes;
}

/** The likelihoods that fit the data of a state, in their order; where nobody knows how many classes there are, those for any number. */
export function likelihoodsOf(state, catalog) {
  const { kind } = datasetOf(state, catalog);
  const classes = classesOf(state, catalog);
  return [...catalog.likelihoods.values()].filter((one) => one.kind === kind && (!one.binary || classes === 2));
}

/** How many samples a state trains on: what the held-back shares leave, as the server deals them out. */
export function trainingSamples({ dataset, data, csv, split }) {
  const n = dataset === null ? rowsOf(csv) : data.n;
  return Math.max(1, n - evenly(n * split[1]) - evenly(n * split[2]));
}

/** How many seeds a state can be trained from: what a request may cost is shared by its runs. At least the one. */
export function seedsOf({ optimizers, steps }, { defaults: { training } }) {
  const runs = Math.min(training.max_runs, Math.floor(training.max_steps_of_runs / steps));
  return Math.max(1, Math.min(MAX_ENSEMBLE, Math.floor(runs / Math.max(1, optimizers.length))));
}

/** {most, why}: how many steps a state's runs can have, and what leaves no room for more. */
export function roomOf({ optimizers, ensemble, batches, changes = [] }, { defaults: { training } }) {
  const runs = optimizers.length * ensemble;
  const most = stepsOfRuns(runs, training);
  const largest = Math.max(batches?.size ?? 0, ...changes.filter(({ name }) => name === "batch_size").map(({ value }) => value));
  const drawn = batches ? Math.max(1, Math.floor(training.max_drawn / largest)) : Infinity;
  if (drawn < most) return { most: drawn, why: `At most ${drawn} steps with batches of ${largest}.` };
  return { most, why: `At most ${most} steps: ${runs} runs share ${formatCount(training.max_steps_of_runs)}.` };
}

/** The largest batches that so many steps can have. */
export const batchesOf = (state, { defaults: { training } }) => Math.max(1, Math.min(trainingSamples(state), Math.floor(training.max_drawn / state.steps)));

/** Why a state has no room for another optimiser; empty where it has. */
export const crowded = ({ optimizers, ensemble, steps }, { defaults }) => noRoom(optimizers.length, { ...defaults.training, most: defaults.max_optimizers, seeds: ensemble, steps });

/** Rounded to the nearest whole number, halves to the even one. */
function evenly(value) {
  const below = Math.floor(value);
  const over = value - below;
  return over > 0.5 || (over === 0.5 && below % 2) ? below + 1 : below;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * What the last column of a table looks like, as the server sees one whose kind it is not told: a class where there are texts, or
 * whole numbers from 0 to k − 1, each of them there, in twice as many rows; else numbers. Null without rows.
 */
export function kindOfTable(csv, catalog) {
  const lines = linesOf(csv);
  const separator = ["\t", ";", ","].find((one) => lines[0]?.includes(one));
  const rows = lines.map((line) => line.split(separator).map((cell) => cell.trim()));
  const found = (rows[0]?.some((cell) => NUMBER.test(cell)) ? rows : rows.slice(1)).map((row) => row.at(-1));
  if (found.length === 0) return null;
  const values = [...new Set(found.map(Number))].sort((one, other) => one - other);
  const numbered = values.length > 1 && values.every((value, at) => value === at) && 2 * values.length <= found.length;
  const classed = numbered || !found.every((cell) => NUMBER.test(cell));
  return kindsOf(catalog).find((one) => one.classed === classed && one.real === !classed).kind;
}

const linesOf = (csv) => csv.split("\n").filter((line) => line.trim() && !line.trimStart().startsWith("#"));

/** Lines of a table that hold data: a first line that does not begin with a number has the names of the columns. */
function rowsOf(csv) {
  const lines = linesOf(csv);
  const first = (lines[0] ?? "").split(/[,;\t]/)[0].trim();
  return lines.length - (first === "" || Number.isNaN(Number(first)) ? 1 : 0);
}

/** What a file or an address calls the data. */
export const stemOf = ({ dataset }) => dataset ?? OWN_SAMPLES;
