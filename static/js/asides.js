/**
 * What is asked for beside the record: the batch's own surface, the cloud of gradients, other seeds, all data, how the loss
 * curves, its critical points.
 *
 * Nothing of it is asked for while a hand moves a slider, and what belongs to another state is not shown. What depends
 * on the step follows single steps and slow playing at once; while steps come faster, it waits for them to stop.
 */

import { fetchCriticalPoints, fetchCurvatures, fetchEnsembles, fetchGradients, fetchGrid, fetchRecord, optimizerRequest, trajectoriesRequest } from "./api.js";
import { batchAt, isRandom, openedStep, stepsUnderSeeds } from "./batch.js";
import { CURVATURE } from "./curvature.js";
import { createPipeline } from "./recompute.js";
import { pointAt, visibleRuns } from "./shown.js";

const SLOW = 80; // milliseconds between two steps that can be followed
const SURFACE_RESOLUTION = 61;
const CLOUD = 500;
const FAR = 1e30; // beyond, single precision has no points

const pick = (values, indices) => indices.map((index) => values[index]);
const surfaceKey = ({ surface, formula, parameters, reduction }) => [surface, formula, parameters, reduction];

/** The run at whose point the cloud is: the first that is shown and still under way at this step. */
export function cloudRun(shown, step) {
  const runs = visibleRuns(shown).filter(({ length }) => length > 1);
  return runs.find(({ length }) => step < length) ?? runs.reduce((longest, run) => (run.length > (longest?.length ?? 0) ? run : longest), null);
}

/** Does the record shown belong to this state, as far as the surface and the batches go? */
const fresh = (shown, state) => Boolean(state.batches && shown.record.batches && shown.surface?.name === state.surface);

/** Does the record shown belong to this state's surface? */
const sameSurface = ({ surface }, { surface: name, formula }) => surface !== null && (formula === null ? surface.name === name : surface.formula === formula);

function surfaceWanted(shown, state) {
  if (!state.layers.includes("surface") || state.view !== "2d" || !fresh(shown, state)) return null;
  const batch = batchAt(shown.record, state.step);
  if (!batch) return null;
  const { x, y } = shown.surface.data;
  return { key: [...surfaceKey(state), batch], state, data: { x: pick(x, batch), y: pick(y, batch) } };
}

function cloudWanted(shown, state) {
  if (state.gradientView !== "cloud" || !fresh(shown, state)) return null;
  const run = cloudRun(shown, state.step);
  const batch = run && batchAt(shown.record, openedStep(run.length - 1, state.step));
  if (!batch) return null;
  const step = openedStep(run.length - 1, state.step);
  const phi = pointAt(run, step);
  return { key: [...surfaceKey(state), phi, batch, state.seed], state, phi, batch, step, index: run.index };
}

function seedsWanted(shown, state, catalog) {
  const indices = visibleRuns(shown).map(({ index }) => index);
  if (!state.layers.includes("seeds") || !isRandom(state) || indices.length === 0 || state.steps > stepsUnderSeeds(indices.length, catalog.defaults)) return null;
  const optimizers = indices.map((index) => state.optimizers.find(({ slot }) => slot === shown.optimizers[index].slot));
  if (optimizers.includes(undefined)) return null;
  const asked = { ...state, optimizers, inside: null };
  return { key: trajectoriesRequest(asked, catalog), state: asked, indices };
}

function wholeWanted(shown, state, catalog) {
  if (!state.layers.includes("whole") || !state.batches) return null;
  const asked = { ...state, batches: null, inside: null };
  return { key: trajectoriesRequest(asked, catalog), state: asked };
}

/** Of the runs shown that have come anywhere finite: the curvature where each one is. */
function curvatureWanted(shown, state) {
  if (!state.layers.includes(CURVATURE) || !sameSurface(shown, state)) return null;
  const runs = visibleRuns(shown);
  const points = runs.map((run) => pointAt(run, state.step));
  if (runs.length === 0 || points.flat().some((value) => !(Math.abs(value) < FAR))) return null;
  const optimizers = runs.map(({ index }) => shown.optimizers[index]);
  return { key: [...surfaceKey(state), points, optimizers.map(optimizerRequest)], state, points, optimizers, indices: runs.map(({ index }) => index) };
}

function criticalWanted(shown, state) {
  return sameSurface(shown, state) ? { key: [...surfaceKey(state), state.x, state.y], state } : null;
}

/** For each: what is wanted now (null: nothing), how it is asked for, whether it follows the step (`each`), and stays
 * while the next one is under way (`stays`). */
const ASIDES = {
  surface: {
    wanted: surfaceWanted,
    request: ({ state, data }, catalog) => fetchGrid(state, catalog, SURFACE_RESOLUTION, data),
    each: true,
  },
  cloud: {
    wanted: cloudWanted,
    request: ({ state, phi, batch }, catalog) => fetchGradients(state, catalog, phi, batch.length, CLOUD),
    each: true,
    stays: true,
  },
  curvature: {
    wanted: curvatureWanted,
    request: ({ state, points, optimizers }, catalog) => fetchCurvatures(state, catalog, points, optimizers),
    each: true,
    stays: true,
  },
  critical: { wanted: criticalWanted, request: ({ state }, catalog) => fetchCriticalPoints(state, catalog) },
  seeds: { wanted: seedsWanted, request: ({ state }, catalog) => fetchEnsembles(state, catalog) },
  whole: { wanted: wholeWanted, request: ({ state }, catalog) => fetchRecord(state, catalog) },
};
const ALL = Object.keys(ASIDES);
const EACH = ALL.filter((name) => ASIDES[name].each);

/** `changed(each)` when there is something new to be drawn (each: of what follows the step); `trouble` tells the person. */
export function createAsides(shown, store, catalog, { changed, trouble }) {
  const answers = {};
  const asked = {};
  const troubled = new Set();
  let timer = null;
  let before = 0;

  const pipelines = Object.fromEntries(
    ALL.map((name) => [
      name,
      createPipeline({
        request: (wanted) => ASIDES[name].request(wanted, catalog),
        done(answer, { text, ...wanted }) {
          answers[name] = { text, answer, ...wanted };
          well(name);
          changed(EACH.includes(name));
        },
        failed(error, seconds) {
          troubled.add(name);
          trouble.failed(name, error, seconds);
          changed(EACH.includes(name));
        },
      }),
    ]),
  );

  function well(name) {
    if (troubled.delete(name)) trouble.recovered(name);
  }

  /** What is not wanted any more is not asked for again. */
  function leave(name) {
    pipelines[name].forget();
    well(name);
  }

  function wantedNow(name, state) {
    const wanted = ASIDES[name].wanted(shown, state, catalog);
    return wanted && { ...wanted, text: JSON.stringify(wanted.key) };
  }

  function ask(names) {
    for (const name of names) {
      const wanted = wantedNow(name, store.get());
      if (!wanted) leave(name);
      if (!wanted || wanted.text === asked[name]) continue;
      asked[name] = wanted.text;
      pipelines[name].ask(wanted);
    }
  }

  return {
    /** All answers are to be asked for anew, at rest. */
    renew: () => ALL.forEach((name) => delete asked[name]),
    /** The hand has come to rest. */
    rested: () => ask(ALL),
    /** Another step is shown. */
    stepped() {
      const now = performance.now();
      const quick = now - before < SLOW;
      before = now;
      clearTimeout(timer);
      timer = quick ? setTimeout(() => ask(EACH), SLOW) : null;
      if (!quick) ask(EACH);
    },
    /** Those answers that belong to what is shown; what follows the step may lag behind it while it is under way. */
    current(state) {
      const found = {};
      for (const name of ALL) {
        const wanted = answers[name] && wantedNow(name, state);
        if (!wanted) continue;
        const same = wanted.text === answers[name].text;
        const coming = ASIDES[name].each && wanted.text === asked[name] && !troubled.has(name);
        if (same || coming) found[name] = { ...answers[name], stale: !same };
        else if (ASIDES[name].stays) found[name] = { ...answers[name], stale: true };
      }
      return found;
    },
    get busy() {
      return ALL.some((name) => pipelines[name].busy);
    },
  };
}
