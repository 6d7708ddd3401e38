/** A value of each run over its steps: what the loss curve and the gradient curve share. */

import { epochAt, epochEnds } from "../batch.js";
import { format } from "../format.js";
import { tonesOf } from "../palette.js";
import { lastInside, pathsOf } from "./paths.js";
import { labelsWithin, linearRange, logRange, logTicks } from "./ranges.js";
import { axisOf, belowWords, layoutOf, offScale, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

const DECADES = 16;
const LOG_RATIO = 8;
const ROOM = 2;
const BEYOND = 1.02; // of the last step: its mark has room

/** `quantity` {title, words, value(run, step), positive(view)}: what is drawn, and whether it can never be below 0. */
export function curveScene(view, quantity) {
  const sizes = sizesOf(view);
  const tones = tonesOf(view.theme, view.lecture);
  const curves = curvesOf(view, quantity);
  const whole = wholeOf(view, quantity);
  const range = rangeOf(view, quantity, [...curves, ...whole]);
  const cursor = view.axis !== "evaluations" && curves.length > 0;
  const below = belowWords(view, range.above);
  const at = (step) => Math.max(...curves.map(({ x }) => x[Math.min(step, x.length - 1)]));
  return {
    lines: [...whole.map((curve) => wholeLine(curve, quantity, sizes)), ...curves.map((curve) => curveLine(curve, quantity, sizes))],
    marks: [
      ...curves.flatMap((curve) => epochMarks(curve, view, range, sizes, tones)),
      ...curves.filter(({ ended }) => ended).map((curve) => stopMark(curve, range, sizes, tones)).filter(Boolean),
      ...curves.filter(({ ended }) => !ended).map((curve) => dot(curve, curve.at, sizes, tones)),
      ...(view.hovered == null ? [] : curves.map((curve) => ring(curve, view.hovered, sizes))),
    ],
    rules: [
      ...(cursor ? [{ x: at(view.step), color: tones.soft, width: sizes.thin, below }] : []),
      ...(cursor && view.hovered != null ? [{ x: at(view.hovered), color: tones.soft, width: sizes.thin, dash: [2, 3], below }] : []),
    ],
  };
}

const computed = new WeakMap();

/** The paths, with the curve's own coordinates as x and y, and the step that was last on the surface. */
function curvesOf(view, quantity, record = view.record) {
  const inside = (path) => lastInside(path, wide(view.surface.domain));
  return pathsOf(view, record).map((path) => ({ ...path, ...coordinates(path, view.axis, record, quantity), inside: inside(path) }));
}

/** The same optimisers on all data, where they are asked for. */
const wholeOf = (view, quantity) => (view.asides?.whole ? curvesOf(view, quantity, view.asides.whole.answer) : []);

function coordinates({ run }, axis, record, quantity) {
  const known = computed.get(run) ?? new Map();
  computed.set(run, known);
  const key = `${quantity.title} ${axis}`;
  if (!known.has(key)) {
    const each = axis === "evaluations" ? (run.evaluationsPerStep ?? 1) : 1;
    const along = axis === "epochs" ? (step) => epochAt(record, run, step) : (step) => step * each;
    const x = Float32Array.from({ length: run.length }, (_, step) => along(step));
    known.set(key, { x, y: Float32Array.from(x, (_, step) => quantity.value(run, step)) });
  }
  return known.get(key);
}

/** The surface's range and as much again: values from farther out do not stretch an axis. */
const wide = (domain) => ({ x: widened(domain.x), y: widened(domain.y) });
const widened = ([low, high]) => [low - ((ROOM - 1) / 2) * (high - low), high + ((ROOM - 1) / 2) * (high - low)];

/** {log, low, high, above, below}: the axis, in values, and whether a curve goes on above or below it. */
function rangeOf(view, quantity, curves) {
  let [low, high, least, lowest, highest] = [Infinity, -Infinity, Infinity, Infinity, -Infinity];
  for (const { y, inside } of curves) {
    for (let step = 0; step < y.length; step += 1) {
      if (y[step] > highest) highest = y[step];
      if (y[step] < lowest) lowest = y[step];
      if (step > Math.max(inside, 0)) continue;
      if (y[step] < low) low = y[step];
      if (y[step] > high) high = y[step];
      if (y[step] > 0 && y[step] < least) least = y[step];
    }
  }
  if (low > high) [low, high, least] = [0.1, 1, 0.1];
  const log = quantity.positive(view) && low >= 0 && high > 0 && (quantity.log || high > LOG_RATIO * least);
  const range = log ? logRange(Math.max(least, high * 10 ** -DECADES), high) : linearRange(low, high);
  return { log, ...range, above: highest > range.high, below: !log && lowest < range.low };
}

const curveLine = ({ name, x, y, color, dash, index }, { words }, { line }) => ({
  ...{ name, x, y, color, dash, index, width: 0.85 * line },
  text: (step) => `<b>${name}</b>, step ${step}<br>${words} ${format(y[step])}`,
});

const WHOLE = { alpha: 0.6, width: 0.45 };

function wholeLine(curve, quantity, sizes) {
  const { line } = sizes;
  const name = `${curve.name}, all data`;
  return { ...curveLine({ ...curve, name }, quantity, sizes), index: undefined, alpha: WHOLE.alpha, width: WHOLE.width * line };
}

/** Where the curve is when an epoch ends. */
function epochMarks({ name, x, y, color, index }, { record }, { low, high }, { mark }, { paper }) {
  const look = { name, symbol: "disc", size: 0.4 * mark, color: paper, edge: color, width: 1, index };
  return epochEnds(record)
    .filter(({ step }) => step < y.length && low <= y[step] && y[step] <= high)
    .map(({ step, epoch }) => ({ ...look, x: x[step], y: y[step], text: `<b>${name}</b><br>epoch ${epoch} ends with step ${step}` }));
}

/** Where a diverged run's curve leaves the plot, or ends. */
function stopMark({ name, x, y, index, run }, { low, high }, { mark }, { alarm, paper }) {
  let step = run.length - 1;
  while (step >= 0 && !(low <= y[step] && y[step] <= high)) step -= 1;
  if (step < 0) return null;
  const text = `<b>${name}</b> diverged${run.divergedAt === null ? "" : ` at step ${run.divergedAt}`}`;
  return { name, x: x[step], y: y[step], symbol: "stop", size: mark, color: alarm, edge: paper, width: 1, text, index };
}

const dot = ({ name, x, y, color }, at, { mark }, { paper }) => ({
  ...{ name, x: x[at], y: y[at], symbol: "disc", size: 0.9 * mark, color, edge: paper, width: 1.5 },
  moving: true,
});

function ring({ x, y, color, run }, step, { mark }) {
  const at = Math.min(step, run.length - 1);
  return { x: x[at], y: y[at], symbol: "ring", size: 1.3 * mark, color, edge: color, width: 2, moving: true };
}

export function curveFigure(view, quantity, size, options = {}) {
  return { data: tracesOf(curveScene(view, quantity), options), layout: curveLayout(view, quantity, size) };
}

/** Without a curve there is nothing to be read off: no scale is made up. */
function emptyLayout(view, layout) {
  const bare = { range: [0, 1], showticklabels: false, showgrid: false, ticks: "" };
  const text = { text: "no path", xref: "paper", yref: "paper", x: 0.5, y: 0.5, showarrow: false };
  return { ...layout, xaxis: axisOf(view, "", bare), yaxis: axisOf(view, "", bare), dragmode: false, annotations: [text] };
}

const MARGIN = { l: 62, r: 12, t: 8, b: 36 };
const LONG = 88; // on the left, where numbers stand with their power of ten

/** Whether numbers of a size stand at an axis without a power of ten. */
const isShort = (size) => size >= 1e-3 && size < 1e5;

const AXES = { steps: "step", epochs: "epoch", evaluations: "gradient evaluations" };

/** `size` {width, height} of the plot in pixels. */
export function curveLayout(view, quantity, { height } = { height: Infinity }) {
  const curves = curvesOf(view, quantity);
  const { log, low, high, above, below } = rangeOf(view, quantity, [...curves, ...wholeOf(view, quantity)]);
  const last = Math.max(1, ...curves.map(({ x }) => x.at(-1)));
  const { scale: size, font } = sizesOf(view);
  const most = labelsWithin(height - Math.round(MARGIN.t * size) - Math.round(MARGIN.b * size), font);
  const scale = log ? { type: "log", range: [Math.log10(low), Math.log10(high)], ...logTicks(low, high, most) } : { type: "linear", range: [low, high], nticks: Math.min(5, most) };
  const short = scale.ticktext ? !scale.ticktext.some((text) => text.includes("×")) : isShort(Math.max(-low, high));
  const layout = layoutOf(view, { ...MARGIN, l: short ? MARGIN.l : LONG });
  if (curves.length === 0) return emptyLayout(view, layout);
  const note = (arrow, y, yanchor) => offScale(view, { arrow, y, yanchor, x: 1 / BEYOND, xshift: -6 });
  return {
    ...layout,
    uirevision: `${layout.uirevision} ${view.axis} ${log}`,
    xaxis: axisOf(view, AXES[view.axis], { range: [0, BEYOND * last], showgrid: false }),
    yaxis: axisOf(view, `${quantity.title}${log ? " (log)" : ""}`, scale),
    dragmode: "zoom",
    annotations: [...(above ? [note("↑", 1, "top")] : []), ...(below ? [note("↓", 0, "bottom")] : [])],
  };
}
