/** The quantities inside the steps, over the steps: one curve per coordinate; and the weights of a decaying average. */

import { format, formatTick } from "../format.js";
import { tonesOf } from "../palette.js";
import { sizesOf } from "./theme.js";

/** How the curves of the two coordinates are told apart. */
export const DASHES = [[], [5, 4]];
const DECADES = 12;
const LOG_RATIO = 100;
const COMMON = 0.98; // the share of the values that the axis reaches
const ROOM = 1.12;

const columns = new WeakMap();

/** The columns of a run's quantity (length, 2), with the step of each entry and the range to show; made once. */
export function columnsOf(run, name) {
  const known = columns.get(run) ?? new Map();
  columns.set(run, known);
  if (!known.has(name)) {
    const rows = name === "gradient" ? run.gradient : (run.state[name] ?? run.internals?.[name]);
    known.set(name, rows ? split(rows) : null);
  }
  return known.get(name);
}

function split(rows) {
  const length = rows.length / 2;
  const steps = Float32Array.from({ length }, (_, step) => step);
  const values = [0, 1].map((axis) => Float32Array.from({ length }, (_, step) => rows[2 * step + axis]));
  return { steps, values, ...rangeOf(rows) };
}

/** {log, low, high, above, below}: squares over many powers of ten have a log axis; outliers do not stretch the others. */
function rangeOf(rows) {
  const sorted = Float32Array.from(rows).filter(Number.isFinite).sort();
  if (sorted.length === 0) return { log: false, low: -1, high: 1, above: false, below: false };
  const [least, most] = [sorted[0], sorted.at(-1)];
  const positive = sorted.find((value) => value > 0);
  if (least >= 0 && most > LOG_RATIO * positive) {
    const low = Math.max(positive, most * 10 ** -DECADES);
    return { log: true, low: 10 ** Math.floor(Math.log10(low)), high: 10 ** Math.ceil(Math.log10(most)), above: false, below: false };
  }
  const sizes = sorted.map(Math.abs).sort();
  const limit = sizes[Math.ceil(COMMON * sizes.length) - 1] * ROOM || sizes.at(-1) * ROOM || 1;
  const [low, high] = [Math.max(Math.min(least, 0) * ROOM, -limit), Math.min(Math.max(most, 0) * ROOM, limit)];
  return { log: false, low, high: high > low ? high : low + 1, above: most > high, below: least < low };
}

/** The scene of the canvas, and the axes that it is drawn with. `at` is the step of the cursor. */
export function internalsScene(view, run, name, at) {
  const found = columnsOf(run, name);
  if (!found) return null;
  const { steps, values, log, low, high, above, below } = found;
  const tones = tonesOf(view.theme, view.lecture);
  const { line, thin, mark } = sizesOf(view);
  const { color } = view.colors[view.look.index];
  const last = Math.max(1, run.length - 1);
  const zero = !log && low < 0 && high > 0 ? [{ x: [0, last], y: [0, 0], color: tones.line, dash: [], width: thin }] : [];
  const scene = {
    lines: [...zero, ...values.map((y, axis) => ({ x: steps, y, color, dash: DASHES[axis], width: 0.7 * line }))],
    marks: values.filter((y) => Number.isFinite(y[at])).map((y) => ({ x: at, y: y[at], symbol: "disc", size: 0.9 * mark, color, edge: tones.paper })),
    rules: [{ x: at, color: tones.soft, width: thin }],
  };
  const to = log ? Math.log10 : (value) => value;
  return {
    scene,
    x: { range: [0, last] },
    y: { range: [to(low), to(high)], type: log ? "log" : "linear" },
    ticks: { low: `${formatTick(low)}${below ? " ↓" : ""}`, high: `${formatTick(high)}${above ? " ↑" : ""}`, last: String(last) },
  };
}

const MOST = 120;

/**
 * The weights of the past gradients in a decaying average that has taken in `count` of them: bars from the newest to
 * the oldest, in shares of the newest's. `full` are there, `open` will be filled by gradients to come.
 */
export function weightsOf(decay, count) {
  const bars = Math.min(MOST, Math.max(5, Math.ceil(3 / (1 - decay))));
  const weights = Array.from({ length: bars }, (_, age) => decay ** age);
  return { bars, full: weights.slice(0, count), open: weights.slice(count) };
}

/** The outline of bars of a height from 0 to 1 on a strip of height 1, from the bar `from` on. */
export const barsPath = (weights, from) =>
  weights.map((weight, index) => `M${from + index + 0.1} 1V${(1 - weight).toFixed(4)}h0.8V1z`).join("");

/** The stairs over bars of a height from 0 to 1, from the bar `from` on. */
export const stairsPath = (weights, from) =>
  weights.length ? `M${from} ${(1 - weights[0]).toFixed(4)}${weights.map((weight, index) => `V${(1 - weight).toFixed(4)}H${from + index + 1}`).join("")}` : "";

/** What the weights add up to, in words: their share of what a full memory holds. */
export function filledSentence(decay, count, undamped) {
  const missing = decay ** count;
  const weights = `Weights of ${count} ${count === 1 ? "gradient" : "gradients"}`;
  if (undamped) return `${weights}: ${format((1 - missing) / (1 - decay))} of at most ${format(1 / (1 - decay))}.`;
  return `${weights}: ${format(1 - missing)}, not yet filled: ${format(missing)}.`;
}
