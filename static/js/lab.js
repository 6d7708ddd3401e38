/**
 * The lab: keeps the record, the grid and the fitted curves of the state up to date, and has them drawn.
 *
 * One record feeds every panel. While the hand moves, each answer is painted at once (`live`); when it has rested for
 * a moment, the panels are drawn in full (`render`); a step alone moves the markers (`step`), new fitted curves concern
 * the data alone (`fit`).
 */

import { fetchGrid, fetchPrediction, fetchRecord, trajectoriesRequest } from "./api.js";
import { createAsides } from "./asides.js";
import { surfaceOf } from "./catalog.js";
import { createPainter } from "./painter.js";
import { createPipeline } from "./recompute.js";
import { nothingShown, pointAt, visibleRuns, withVisibility } from "./shown.js";

export const REST = 150;
const GRID = { moving: 60, resting: 121 };
const CURVE_POINTS = 161;
const CURVE_MARGIN = 0.04;

/** The origin of a start that is dragged: who drags says when a new ghost is due. */
export const DRAG = "drag";

const RECORDED = ["surface", "formula", "x", "y", "parameters", "reduction", "start", "optimizers", "steps", "seed", "batches", "noise", "inside"];
const STEPPED = ["step", "substep", "inside", "quantity"];
const DRAWN = ["axis", "view", "lecture", "theme", "layers", "gradientView"];

const any = (fields, names) => names.some((name) => fields.has(name));
const anotherSurface = (fields) => any(fields, ["surface", "formula"]);

const gridKey = ({ surface, formula, x, y, parameters, reduction }) => JSON.stringify([surface, formula, x, y, parameters, reduction]);

/** Calls `rested()` once nothing has happened for a moment and nothing is under way. */
function createRest(busy, rested) {
  let timer = null;

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      if (busy()) soon();
      else rested();
    }, REST);
  }

  return {
    soon,
    get awaited() {
      return timer !== null;
    },
  };
}

/** What to ask for the fitted curves at the current step; null where there is nothing to fit or nothing to show. */
export function curvesWanted(shown, state) {
  const runs = visibleRuns(shown);
  const data = shown.surface?.data;
  if (!data || runs.length === 0 || shown.surface.name !== state.surface) return null;
  const [low, high] = [Math.min(...data.x), Math.max(...data.x)];
  const margin = CURVE_MARGIN * (high - low);
  return {
    state,
    phi: runs.map((run) => pointAt(run, state.step)),
    inputs: [low - margin, high + margin],
    indices: runs.map(({ index }) => index),
    count: shown.record.trajectories.length,
  };
}

/** The three requests, each with at most one under way. `shown` is filled by their answers. */
function createRequests(shown, store, catalog, { painter, recorded, trouble, isMoving }) {
  const failed = (name) => (error, seconds) => {
    trouble.failed(name, error, seconds);
    painter.paint("step");
  };
  const told = (name) => ({ failed: failed(name), recovered: () => trouble.recovered(name) });

  const records = createPipeline({
    request: ({ state }) => fetchRecord(state, catalog),
    done(record, { state, key, since }) {
      const optimizers = withVisibility(state.optimizers, store.get().optimizers);
      Object.assign(shown, { record, optimizers, surface: surfaceOf(state, catalog) });
      recorded(key);
      painter.paintAhead("live", since);
    },
    ...told("paths"),
  });
  const grids = createPipeline({
    request: ({ state, resolution }) => fetchGrid(state, catalog, resolution),
    done(grid, { state }) {
      if (gridKey(state) !== gridKey(store.get())) return;
      shown.grid = grid;
      painter.paint(isMoving() ? "live" : "render");
    },
    ...told("contours"),
  });
  const curves = createPipeline({
    request: ({ state, phi, inputs }) => fetchPrediction(state, catalog, phi, inputs, CURVE_POINTS),
    done(answer, { indices, count }) {
      const all = Array.from({ length: count }, () => null);
      indices.forEach((index, position) => (all[index] = answer.curves[position]));
      shown.prediction = { u: answer.u, curves: all };
      painter.paint("fit");
    },
    ...told("curves"),
  });
  return { records, grids, curves };
}

/**
 * `draw(kind, shown, state)` draws the plots, `drawn` (the same) what may come after them; `recorded(shown)` and
 * `rested(shown)` tell others, `busy(whether)` that something is still to come; `trouble.failed/recovered` tell the person.
 */
export function createLab(store, catalog, { draw, drawn, recorded, rested, busy, trouble }) {
  const shown = nothingShown();
  const painter = createPainter(
    (kind) => {
      shown.asides = asides.current(store.get());
      draw(kind, shown, store.get());
    },
    (kind) => {
      drawn(kind, shown, store.get());
      busy(rest.awaited || asides.busy || Object.values(requests).some((pipeline) => pipeline.busy));
    },
  );
  const asides = createAsides(shown, store, catalog, {
    trouble,
    changed: (each) => painter.paint(each || moving ? "step" : "render"),
  });
  const rest = createRest(() => requests.records.busy, cameToRest);
  const requests = createRequests(shown, store, catalog, {
    painter,
    trouble,
    isMoving: () => moving,
    recorded(key) {
      if (key === asked.record) elsewhere = false;
      recorded(shown);
      fit();
      rest.soon();
    },
  });
  const asked = { record: "", grid: "", surface: "" };
  let moving = false;
  let elsewhere = true; // whether the record that is shown is of what was there before

  function fit() {
    const wanted = curvesWanted(shown, store.get());
    if (wanted) requests.curves.ask(wanted);
    else shown.prediction = null;
  }

  /** Show and hide runs as the list says; false if that changes nothing. */
  function followVisibility(state) {
    const before = shown.optimizers;
    shown.optimizers = withVisibility(before, state.optimizers);
    return shown.optimizers.some(({ hidden }, index) => hidden !== before[index].hidden);
  }

  function cameToRest() {
    moving = false;
    askGrid(store.get(), GRID.resting);
    asides.rested();
    painter.paint("render");
    rested(shown);
  }

  function askGrid(state, resolution) {
    const key = `${resolution} ${gridKey(state)}`;
    if (key === asked.grid) return;
    asked.grid = key;
    requests.grids.ask({ state, resolution });
  }

  /** The record of now stays as the ghost of the next one, unless it is of another place. */
  function keepGhost() {
    if (shown.record.trajectories.length && !elsewhere) shown.ghost = shown.record;
  }

  function leaveGhost() {
    shown.ghost = null;
    elsewhere = true;
  }

  function compute(state, fields, origin) {
    const key = JSON.stringify(trajectoriesRequest(state, catalog));
    if (origin === "address") Object.assign(shown, { ghost: null, visit: shown.visit + 1 });
    if (key === asked.record) return;
    asked.record = key;
    if (!fields.has("start") || anotherSurface(fields) || origin === "address") leaveGhost();
    else if (origin !== DRAG && !moving) keepGhost();
    moving = true;
    requests.records.ask({ state, key, since: performance.mark("slider-event").startTime });
    if (asked.surface !== gridKey(state)) askGrid(state, GRID.moving);
    asked.surface = gridKey(state);
  }

  store.subscribe((state, fields, origin) => {
    if (anotherSurface(fields)) Object.assign(shown, { grid: null, prediction: null });
    if (any(fields, RECORDED)) compute(state, fields, origin);
    const toggled = fields.has("optimizers") && followVisibility(state);
    if (toggled || any(fields, STEPPED)) painter.paint("step");
    if (toggled || fields.has("step")) fit();
    if (fields.has("step")) asides.stepped();
    if (any(fields, DRAWN)) painter.paint("render");
    rest.soon();
    busy(true);
  });
  compute(store.get(), new Set());
  return {
    shown,
    keepGhost,
    redraw() {
      painter.paint("render");
      busy(true);
    },
    /** Ask for everything again. */
    renew() {
      Object.assign(asked, { record: "", grid: "", surface: "" });
      asides.renew();
      compute(store.get(), new Set());
    },
  };
}
