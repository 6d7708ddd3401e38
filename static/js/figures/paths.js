/** The visible runs of a view, as every figure draws them. */

import { format, formatPoint } from "../format.js";

/**
 * [{index, name, color, dash, run, x, y, at, ended}]: x and y are the run's own coordinates, `at` the step shown of it
 * (its last, where it is shorter than the step asked for), `ended` whether it stopped by diverging before that.
 */
export function pathsOf(view, record) {
  const runs = record?.trajectories ?? [];
  return runs.filter(({ index, length }) => length > 0 && !view.hidden.has(index) && view.colors[index]).map((run) => ({
    index: run.index,
    name: view.labels?.[run.index] ?? "",
    color: view.colors[run.index].color,
    dash: view.colors[run.index].dash,
    run,
    ...coordinates(run),
    at: Math.min(view.step, run.length - 1),
    ended: run.status === "diverged" && view.step >= run.length - 1,
  }));
}

const separated = new WeakMap();

/** x and y of a run's points (length, 2). */
function coordinates(run) {
  const cached = separated.get(run);
  if (cached) return cached;
  const [x, y] = [new Float32Array(run.length), new Float32Array(run.length)];
  for (let step = 0; step < run.length; step += 1) {
    x[step] = run.phi[2 * step];
    y[step] = run.phi[2 * step + 1];
  }
  separated.set(run, { x, y });
  return { x, y };
}

export const gradientNorm = ({ gradient }, step) => Math.hypot(gradient[2 * step], gradient[2 * step + 1]);

/** What a hover label says of a step of a run; one that tells it itself has `describe(step)`. */
export function describe({ name, run, x, y }, step) {
  if (run.describe) return `<b>${name}</b>, ${run.describe(step)}`;
  const known = told.get(run) ?? [];
  told.set(run, known);
  known[step] ??= [formatPoint(x[step], y[step]), `loss ${format(run.loss[step])}`, `gradient norm ${format(gradientNorm(run, step))}`].join("<br>");
  return `<b>${name}</b>, step ${step}<br>${known[step]}`;
}

const told = new WeakMap();

const inside = ([low, high], value) => low <= value && value <= high;

/** The last step that lies on the surface shown (-1: none). */
export function lastInside({ run, x, y }, domain) {
  let step = run.length - 1;
  while (step >= 0 && !(inside(domain.x, x[step]) && inside(domain.y, y[step]))) step -= 1;
  return step;
}

/** Where a run that does not come back leaves the surface shown: on its edge, or where the run ends. */
export function exitOf(path, domain) {
  const { x, y, run } = path;
  const step = lastInside(path, domain);
  if (step < 0) return null;
  const [x0, y0] = [x[step], y[step]];
  if (step === run.length - 1) return [x0, y0];
  const share = Math.min(shareTo(domain.x, x0, x[step + 1]), shareTo(domain.y, y0, y[step + 1]));
  return [x0 + share * (x[step + 1] - x0), y0 + share * (y[step + 1] - y0)];
}

/** How much of the way from a value inside a range to another leads to the range's end: at most 1. */
function shareTo([low, high], from, to) {
  const end = to > from ? high : low;
  return to === from ? 1 : Math.min(1, (end - from) / (to - from));
}
