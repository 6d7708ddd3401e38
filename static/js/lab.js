/**
 * The lab: keeps the record, the grid and the fitted curves of the state up to date, and has them drawn.
 *
 * One record feeds every panel. While the hand moves, each answer is painted at once (`live`); when it has rested for
 * a moment, the panels are drawn in full (`render`); a step alone moves the markers (`step`).
 */

import { fetchGrid, fetchPrediction, fetchRecord, trajectoriesRequest } from "./api.js";
import { surfaceOf } from "./catalog.js";
import { createPainter } from "./painter.js";
import { createPipeline } from "./recompute.js";

export const REST = 150;
const GRID = { moving: 60, resting: 121 };
const CURVE_POINTS = 161;
const EMPTY = { surface: null, trajectories: [] };

const RECORDED = ["surface", "formula", "x", "y", "parameters", "reduction", "start", "optimizers", "steps", "seed"];
const DRAWN = ["axis", "view", "lecture", "theme"];

const gridKey = ({ surface, formula, x, y, parameters, reduction }) => JSON.stringify([surface, formula, x, y, parameters, reduction]);

/**
 * `draw(kind, shown, state)` draws; `recorded(shown)` and `rested(shown)` tell others; `trouble.failed/recovered` tell
 * the person. `shown` is {record, optimizers, ghost, grid, prediction, surface}.
 */
export function createLab(store, catalog, { draw, recorded, rested, trouble }) {
  const shown = { record: EMPTY, optimizers: [], ghost: null, grid: null, prediction: null, surface: null, start: null };
  const painter = createPainter((kind) => draw(kind, shown, store.get()));
  let asked = { record: "", grid: "" };
  let restTimer = null;
  let moving = false;

  const told = (name) => ({ failed: (error, seconds) => trouble.failed(name, error, seconds), recovered: () => trouble.recovered(name) });

  const records = createPipeline({
    request: ({ state }) => fetchRecord(state, catalog),
    done(record, { state, since }) {
      Object.assign(shown, { record, optimizers: state.optimizers, start: state.start, surface: surfaceOf(state, catalog) });
      painter.paint("live", since);
      recorded(shown);
      predict();
      restSoon();
    },
    ...told("paths"),
  });

  const grids = createPipeline({
    request: ({ state, resolution }) => fetchGrid(state, catalog, resolution),
    done(grid, { state }) {
      if (gridKey(state) !== gridKey(store.get())) return;
      shown.grid = grid;
      painter.paint("render");
    },
    ...told("contours"),
  });

  const predictions = createPipeline({
    request: ({ state, phi, inputs }) => fetchPrediction(state, catalog, phi, inputs, CURVE_POINTS),
    done({ u, curves }, { indices, count }) {
      const all = Array.from({ length: count }, () => null);
      indices.forEach((index, position) => (all[index] = curves[position]));
      shown.prediction = { u, curves: all };
      painter.paint("step");
    },
    ...told("curves"),
  });

  /** The fitted curve at the current step of every visible optimiser. */
  function predict() {
    const state = store.get();
    const { data } = surfaceOf(state, catalog);
    const { trajectories } = shown.record;
    const visible = trajectories.filter(({ index, length }) => length > 0 && !shown.optimizers[index]?.hidden);
    if (!data || visible.length === 0 || shown.surface?.name !== state.surface) {
      shown.prediction = null;
      return;
    }
    const phi = visible.map(({ phi: path, length }) => {
      const at = 2 * Math.min(state.step, length - 1);
      return [path[at], path[at + 1]];
    });
    const [low, high] = [Math.min(...data.x), Math.max(...data.x)];
    const margin = 0.04 * (high - low);
    const indices = visible.map(({ index }) => index);
    predictions.ask({ state, phi, indices, count: trajectories.length, inputs: [low - margin, high + margin] });
  }

  function restSoon() {
    clearTimeout(restTimer);
    restTimer = setTimeout(rest, REST);
  }

  function rest() {
    if (records.busy) return restSoon();
    moving = false;
    askGrid(store.get(), GRID.resting);
    painter.paint("render");
    rested(shown);
  }

  function askGrid(state, resolution) {
    const key = `${resolution} ${gridKey(state)}`;
    if (key === asked.grid) return;
    asked.grid = key;
    grids.ask({ state, resolution });
  }

  function changed(state, fields) {
    if (fields.has("surface") || fields.has("formula")) Object.assign(shown, { ghost: null, grid: null, prediction: null });
    if (RECORDED.some((field) => fields.has(field))) compute(state, fields);
    if (fields.has("optimizers")) shown.optimizers = withVisibility(shown.optimizers, state.optimizers);
    if (fields.has("step") || fields.has("optimizers")) {
      painter.paint("step");
      predict();
    }
    if (DRAWN.some((field) => fields.has(field))) painter.paint("render");
    restSoon();
  }

  function compute(state, fields) {
    const key = JSON.stringify(trajectoriesRequest(state, catalog));
    if (key === asked.record) return;
    asked.record = key;
    if (!fields.has("start")) shown.ghost = null;
    else if (!moving && shown.record.trajectories.length) shown.ghost = shown.record;
    if (fields.has("surface") || fields.has("formula")) shown.ghost = null;
    moving = true;
    records.ask({ state, since: performance.mark("slider-event").startTime });
    if (!shown.grid || gridKey(state) !== gridKey(shownState)) askGrid(state, GRID.moving);
    shownState = state;
  }

  let shownState = store.get();
  store.subscribe(changed);
  compute(shownState, new Set());
  return {
    shown,
    redraw: () => painter.paint("render"),
    /** The last step that a visible run has reached. */
    longest() {
      const reached = shown.record.trajectories.filter(({ index }) => !shown.optimizers[index]?.hidden).map(({ length }) => length - 1);
      return Math.max(1, ...reached);
    },
  };
}

/** The optimisers as recorded, hidden as they are now; one that has gone from the list is hidden. */
function withVisibility(recorded, current) {
  return recorded.map((optimizer) => {
    const now = current.find(({ slot, name }) => slot === optimizer.slot && name === optimizer.name);
    return { ...optimizer, hidden: now ? now.hidden : true };
  });
}
