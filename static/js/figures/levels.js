/**
 * How the loss is spread over levels of colour and height: in equal steps, or in equal ratios above the lowest loss.
 *
 * Equal ratios (log) where the surface's height spans decades: where 99 % of it reaches 20 times as high above the
 * lowest loss as 10 % of it. The lowest loss is the least known: of the grid, and of the minima in its range.
 * What is closer to it than 99 % of the surface counts as equally deep: a grid has no room for its contours.
 */

import { format, formatTick } from "../format.js";

const RATIO = 20;
const LOG_STEPS = [0.25, 0.5, 1, 2, 4, 8, 16];
const LEVELS = 14;
const MOST = 0.95;
const known = new WeakMap();
const knownRows = new WeakMap();

/** {log, low, to(loss), start, end, size, ticks: [{at, text}], note}; start, end, size and at are heights `to(loss)`. */
export function levelsOf(grid, criticalPoints) {
  const cached = known.get(grid);
  if (cached?.criticalPoints === criticalPoints) return cached.levels;
  const levels = make(grid, criticalPoints);
  known.set(grid, { criticalPoints, levels });
  return levels;
}

function make(grid, criticalPoints) {
  const sorted = Float32Array.from(grid.loss).filter(Number.isFinite).sort();
  if (sorted.length === 0) return linear(0, 1, 1);
  const quantile = (share) => sorted[Math.floor(share * (sorted.length - 1))];
  const low = Math.min(sorted[0], ...minima(grid, criticalPoints));
  const high = sorted.at(-1);
  const [deep, most] = [quantile(0.1) - low, quantile(0.99) - low];
  return most > RATIO * deep && most > 0 ? logarithmic(low, high, quantile(0.01) - low) : linear(low, high, quantile(MOST));
}

function minima({ x, y }, criticalPoints) {
  const inside = ([first, last], value) => first <= value && value <= last;
  return criticalPoints
    .filter((point) => point.kind.startsWith("minimum") && inside([x[0], x.at(-1)], point.x) && inside([y[0], y.at(-1)], point.y))
    .map(({ loss }) => loss);
}

/** Levels and tints are spread over most of the surface; a few high corners get more lines, and the last tint. */
function linear(low, high, most) {
  const span = (most - low > (high - low) / 10 ? most : high) - low || Math.abs(high) || 1;
  const size = niceStep(span / LEVELS);
  const start = Math.ceil(low / size) * size;
  const every = niceStep(span / 5);
  const ticks = [];
  for (let k = Math.ceil(low / every); k * every <= low + span; k += 1) ticks.push({ at: k * every, text: formatTick(rounded(k * every, every)) });
  return { log: false, low, to: (loss) => loss, start, end: Math.max(high, low + span), size, ticks, bottom: low, top: low + span, note: "loss" };
}

function logarithmic(low, high, deep) {
  const highest = Math.log10(high - low);
  const lowest = Math.max(Math.floor(2 * Math.log10(Math.max(deep, Number.MIN_VALUE))) / 2, Math.ceil(highest) - 8);
  const floor = 10 ** lowest;
  const size = LOG_STEPS.find((step) => (highest - lowest) / step <= 1.2 * LEVELS);
  const base = Math.abs(low) < 1e-6 * floor ? 0 : low;
  const note = base === 0 ? "loss (log scale)" : `loss (log scale above ${format(low)})`;
  const to = (loss) => Math.log10(Math.max(loss - base, floor));
  return { log: true, low, to, start: lowest + size, end: highest, size, ticks: decades(base, lowest, highest), bottom: lowest, top: highest, note };
}

/** Round losses near each decade above `base`, at their true height. */
function decades(base, lowest, highest) {
  const ticks = [];
  const every = Math.ceil((highest - lowest) / 6);
  for (let power = Math.ceil(lowest); power <= highest + 1e-9; power += every) {
    const unit = 10 ** power;
    const value = base === 0 ? unit : rounded(Math.round((base + unit) / unit) * unit, unit);
    if (value > base) ticks.push({ at: Math.log10(value - base), text: formatTick(value) });
  }
  return ticks.filter(({ at }) => at <= highest + 1e-9);
}

/** A multiple of `unit` without the digits that floats add. */
const rounded = (value, unit) => Number(value.toPrecision(Math.max(1, Math.min(15, 1 + Math.ceil(Math.log10(Math.abs(value / unit) || 1) + 1)))));

/** The least of 1, 2, 5 times a power of ten that is not below `size`. */
export function niceStep(size) {
  const unit = 10 ** Math.floor(Math.log10(size));
  return [1, 2, 5, 10].map((factor) => factor * unit).find((step) => step >= size * (1 - 1e-9));
}

/** Rows of heights (ny, nx); null where the loss is not finite. The same rows for the same grid: Plotly compares them. */
export function heights(loss, nx, ny, levels) {
  const cached = knownRows.get(loss);
  if (cached?.levels === levels) return cached.rows;
  const rows = [];
  for (let j = 0; j < ny; j += 1) {
    rows.push(Array.from(loss.subarray(j * nx, (j + 1) * nx), (value) => (Number.isFinite(value) ? levels.to(value) : null)));
  }
  knownRows.set(loss, { levels, rows });
  return rows;
}
