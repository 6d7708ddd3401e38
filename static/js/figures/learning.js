/**
 * The losses of each run over its steps: training drawn through, validation thin, a ring where it is least; ticks where
 * epochs end, rules where something was changed. Pure.
 *
 * view = { runs: [{history, color, dash, name, opened, position, status, divergedAt, evaluationsPerStep}], step, steps, axis, changes: [{step}],
 *          outdated: whether the records are of an earlier state, ... }
 */

import { format } from "../format.js";
import { tonesOf } from "../palette.js";
import { linearRange, logRange, logTicks } from "./ranges.js";
import { axisOf, belowWords, layoutOf, offScale, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

const LOG_RATIO = 8;
const DECADES = 12;
const MEMBER = { alpha: 0.35, width: 0.4 };
const HELD = { width: 0.5, dash: [2, 3] };
const OUTDATED = 0.3;
const TICKS = 40;
const NICE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const HIGHEST = 50; // a run that explodes does not stretch the axis beyond so many times its first loss

const TITLES = { steps: "step", epochs: "epoch", evaluations: "gradient evaluations" };

function along({ history, evaluationsPerStep }, axis) {
  const column = history[axis === "epochs" ? "epoch" : "step"].subarray(0, history.length);
  return axis === "evaluations" && evaluationsPerStep > 1 ? column.map((step) => step * evaluationsPerStep) : column;
}

/** The columns of each run as curves: {x, y} of the training loss, and of the validation loss where there is one. */
function curvesOf({ runs, axis }) {
  return runs.filter(({ history }) => history.length > 0).map((run) => {
    const { history } = run;
    const { length } = history;
    const held = history.validation_loss.subarray(0, length);
    return { run, x: along(run, axis), y: history.loss.subarray(0, length), held: Number.isNaN(held[0]) ? null : held };
  });
}

export function learningScene(view) {
  const sizes = sizesOf(view);
  const tones = tonesOf(view.theme, view.lecture);
  const curves = curvesOf(view);
  const range = rangeOf(curves);
  const below = belowWords(view, range.above);
  const now = curves.length ? Math.max(...curves.map(({ run, x }) => x[Math.max(0, run.history.at(view.step))])) : 0;
  return {
    lines: [...curves.flatMap((curve) => heldLine(curve, sizes)), ...curves.map((curve) => trainingLine(curve, sizes))].map((line) => (view.outdated ? { ...line, alpha: OUTDATED } : line)),
    marks: view.outdated ? [] : [...curves.flatMap((curve) => leastMark(curve, sizes)), ...curves.flatMap((curve) => endMark(curve, range, sizes, tones)), ...curves.filter(({ run }) => run.opened).map((curve) => dot(curve, view.step, sizes, tones))],
    rules: [
      ...epochRules(curves, view, tones),
      ...view.changes.map(({ step }) => ({ x: positionOf(curves, step), color: tones.ink, width: sizes.thin, dash: [6, 3] })),
      ...(curves.length ? [{ x: now, color: tones.soft, width: sizes.thin }] : []),
    ].map((rule) => ({ ...rule, below })),
  };
}

/** Where a step stands on the axis. */
function positionOf(curves, step) {
  const [{ run, x } = {}] = curves;
  return run ? x[Math.max(0, run.history.at(step))] : 0;
}

const pointText = (name, words, { history }, y, at) => `<b>${name}</b>, step ${history.step[at]}, epoch ${format(history.epoch[at])}<br>${words} ${format(y[at])}`;

function trainingLine({ run, x, y }, { line }) {
  const look = !run.opened ? { alpha: MEMBER.alpha, width: MEMBER.width * line } : { width: 0.85 * line };
  return { name: run.name, x, y, color: run.color, dash: run.dash, index: run.position, ...look, text: (at) => pointText(run.name, "training loss", run, y, at) };
}

function heldLine({ run, x, held }, { line }) {
  if (!held || !run.opened) return [];
  return [{ name: run.name, x, y: held, color: run.color, dash: HELD.dash, width: HELD.width * line, index: run.position, text: (at) => pointText(run.name, "validation loss", run, held, at) }];
}

/** The least validation loss that there was, where the curve goes on behind it: who stops early, stops there. */
function leastMark({ run, x, held }, { mark }) {
  if (!held || !run.opened) return [];
  const at = held.reduce((least, value, k) => (value < held[least] ? k : least), 0);
  if (at === 0 || at === held.length - 1) return [];
  return [{ name: run.name, x: x[at], y: held[at], symbol: "ring", size: mark, color: run.color, edge: run.color, width: 1.5, text: pointText(run.name, "least validation loss", run, held, at) }];
}

function dot({ run, x, y }, step, { mark }, { paper }) {
  const at = Math.max(0, run.history.at(step));
  return { name: run.name, x: x[at], y: y[at], symbol: "disc", size: 0.9 * mark, color: run.color, edge: paper, width: 1.5, moving: true };
}

/** Where a diverged run's curve ends. */
function endMark({ run, x, y }, { low, high }, { mark }, { alarm, paper }) {
  if (run.status !== "diverged") return [];
  let at = y.length - 1;
  while (at > 0 && !(low <= y[at] && y[at] <= high)) at -= 1;
  return [{ name: run.name, x: x[at], y: y[at], symbol: "stop", size: mark, color: alarm, edge: paper, width: 1, text: `<b>${run.name}</b> diverged at step ${run.divergedAt}` }];
}

/** Every so many epochs there is a rule, as many as can be told apart on the whole axis; null where there is none. */
function gapOf(curves, { axis, steps }) {
  const [{ run } = {}] = curves;
  if (!run || run.history.length < 2 || axis === "epochs") return null;
  const all = wholeOf({ run, x: along(run, "epochs") }, { axis: "epochs", steps });
  const gap = NICE.find((every) => all / every <= TICKS) ?? NICE.at(-1);
  return all >= gap && steps > 2 * (all / gap) ? gap : null;
}

/** Where these epochs end. */
function epochRules(curves, view, { grid }) {
  const gap = gapOf(curves, view);
  if (gap === null) return [];
  const [{ run: { history }, x }] = curves;
  const found = [];
  for (let at = 1; at < history.length; at += 1) {
    if (Math.floor(history.epoch[at] / gap) > Math.floor(history.epoch[at - 1] / gap)) found.push({ x: x[at], color: grid, width: 1 });
  }
  return found;
}

/** What stands along the axis, and, but for the back row, what the rules are. */
function titleOf(curves, view) {
  const gap = view.lecture ? null : gapOf(curves, view);
  return `${TITLES[view.axis]}${gap === null ? "" : gap === 1 ? " (lines: epochs)" : ` (lines: every ${gap} epochs)`}`;
}

/** {log, low, high, above}: what the axis spans, and whether a curve goes on above it. */
function rangeOf(curves) {
  let [low, high, highest] = [Infinity, -Infinity, -Infinity];
  for (const { y, held } of curves) {
    const most = HIGHEST * Math.max(1, Math.abs(y[0]), held ? Math.abs(held[0]) : 0);
    for (const values of held ? [y, held] : [y]) {
      for (const value of values) {
        highest = Math.max(highest, value);
        if (!Number.isFinite(value) || value > most) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  if (low > high) [low, high] = [0.1, 1];
  const log = low > 0 && high > LOG_RATIO * low;
  const range = log ? logRange(Math.max(low, high * 10 ** -DECADES), high) : linearRange(low, high);
  return { log, ...range, above: highest > range.high };
}

/** Where the axis ends: with the last step there will be, which in epochs is told from those there were. */
function wholeOf({ run, x }, { axis, steps }) {
  const { history } = run;
  const taken = history.step[history.length - 1];
  if (axis !== "epochs") return steps * (axis === "evaluations" ? run.evaluationsPerStep : 1);
  return taken > 0 ? (x.at(-1) * steps) / taken : 1;
}

export function learningFigure(view, size, options = {}) {
  return { data: tracesOf(learningScene(view), options), layout: learningLayout(view) };
}

export function learningLayout(view) {
  const curves = curvesOf(view);
  const { log, low, high, above } = rangeOf(curves);
  const last = Math.max(1, ...curves.map((curve) => wholeOf(curve, view)));
  const scale = log ? { type: "log", range: [Math.log10(low), Math.log10(high)], ...logTicks(low, high) } : { type: "linear", range: [low, high], nticks: 5 };
  const layout = layoutOf(view, { l: 62, r: 20, t: 8, b: 36 });
  return {
    ...layout,
    uirevision: `${view.axis} ${log}`,
    xaxis: axisOf(view, titleOf(curves, view), { range: [0, 1.01 * last], showgrid: false }),
    yaxis: axisOf(view, `loss${log ? " (log)" : ""}`, scale),
    dragmode: "zoom",
    annotations: above ? [offScale(view, { arrow: "↑", x: 1, y: 1, yanchor: "top" })] : [],
  };
}
