/** The visible runs of a view, as every figure draws them. */

import { format, formatPoint } from "../format.js";

/**
 * [{index, name, color, dash, run, x, y, at, ended}]: x and y are the run's own coordinates, `at` the step shown of it
 * (its last, where it is shorter than the step asked for), `ended` whether it stopped by diverging before that.
 */
export function pathsOf(view, record = view.record) {
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

/** What a hover label says of a step of a run. */
export function describe({ name, run, x, y }, step) {
  const lines = [`<b>${name}</b>, step ${step}`, formatPoint(x[step], y[step]), `loss ${format(run.loss[step])}`];
  return [...lines, `gradient norm ${format(gradientNorm(run, step))}`].join("<br>");
}

/** The last step that lies on the surface shown (-1: none). */
export function lastInside({ run, x, y }, domain) {
  const inside = ([low, high], value) => low <= value && value <= high;
  let step = run.length - 1;
  while (step >= 0 && !(inside(domain.x, x[step]) && inside(domain.y, y[step]))) step -= 1;
  return step;
}
