/**
 * What a step sees of the data: the batch of each step, epochs, and what is said of them. Pure.
 *
 * Batch k belongs to the step from point k, as the gradient k of the record does; at the end of a run its last step is
 * looked at, for nothing is drawn there any more.
 */

/** What is drawn besides the paths, under its name in the address: of batches, and how the loss curves. */
export const LAYERS = ["surface", "seeds", "whole", "samples", "curvature"];
export const MAX_NOISE = 1e6;
export const SEEDS = 30;

/** The most steps with which the paths of so many optimisers can be drawn under all seeds, as the catalogue's `defaults` tell. */
export const stepsUnderSeeds = (optimizers, { max_ensemble_steps: most }) => Math.floor(most / (SEEDS * Math.max(1, optimizers)));

/** How many data points a surface has; 0 where it is a formula. */
export const samplesOf = (surface) => surface?.data?.x.length ?? 0;

/** What the curves may be drawn over: epochs only where there are data. */
export const axesOf = (surface) => (samplesOf(surface) ? ["steps", "epochs", "evaluations"] : ["steps", "evaluations"]);

/** Whether the seed decides anything. */
export const isRandom = ({ batches, noise }) => batches !== null || noise > 0;

/** The step looked at in a run of that many steps. */
export const openedStep = (steps, step) => Math.max(0, Math.min(step, steps - 1));

/** The samples of a step's batch, in the order in which they were drawn; null where all data are seen. */
export function batchAt({ batches }, step) {
  if (!batches || batches.steps === 0) return null;
  const first = openedStep(batches.steps, step) * batches.largest;
  return Array.from(batches.indices.subarray(first, first + batches.sizes[first / batches.largest]));
}

const counted = new WeakMap();

/** How many samples had been drawn before each entry of the record (steps + 1). */
function drawnBefore(batches) {
  if (!counted.has(batches)) {
    const total = new Float64Array(batches.steps + 1);
    batches.sizes.forEach((size, step) => (total[step + 1] = total[step] + size));
    counted.set(batches, total);
  }
  return counted.get(batches);
}

/** How many times a run had seen the data before its step: with all data, once a step; each gradient of a step counts. */
export function epochAt({ batches }, run, step) {
  const seen = batches ? drawnBefore(batches)[Math.min(step, batches.steps)] / batches.samples : step;
  return seen * (run.evaluationsPerStep ?? 1);
}

const MOST_TICKS = 40;
const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000];

/** The entries that end an epoch of a batch record, [{step, epoch}]: each, or so few that they can be told apart. */
export function epochEnds({ batches }) {
  if (!batches) return [];
  const total = drawnBefore(batches);
  const every = NICE.find((gap) => total.at(-1) / batches.samples / gap <= MOST_TICKS) ?? NICE.at(-1);
  const ends = [];
  for (let step = 1; step <= batches.steps; step += 1) {
    const epoch = Math.floor(total[step] / batches.samples);
    if (epoch > Math.floor(total[step - 1] / batches.samples) && epoch % every === 0) ends.push({ step, epoch });
  }
  return ends;
}
