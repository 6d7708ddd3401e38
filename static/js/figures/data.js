/** A data surface's points, and the curve that each visible optimiser has fitted to them at the current step. */

import { batchAt } from "../batch.js";
import { format } from "../format.js";
import { BATCH, tonesOf } from "../palette.js";
import { pathsOf } from "./paths.js";
import { axisOf, layoutOf, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

const MARGIN = 0.04;
const HALF = 0.5;

export function dataScene(view) {
  const sizes = sizesOf(view);
  const tones = tonesOf(view.theme, view.lecture);
  const paths = pathsOf(view, view.record);
  const lines = paths.flatMap((path) => fittedLine(path, view, sizes));
  if (!view.surface.classes) return { lines, marks: lit(points(view, sizes, tones), view), rules: [] };
  const borders = paths.flatMap((path) => border(path, view, sizes, tones));
  return { lines: [halfLine(view, sizes, tones), ...lines], marks: [...lit(classified(view, sizes, tones), view), ...borders], rules: [] };
}

const FADED = 0.25;
const LIT = 1.5;

/** The points of this step's batch stand out, the others step back; one mark for each data point comes first. */
function lit(marks, { record, step, theme }) {
  const batch = batchAt(record, step);
  if (!batch) return marks;
  const faded = marks.map((mark) => ({ ...mark, alpha: FADED }));
  const color = BATCH[theme];
  const bright = (mark) => ({ ...mark, color, edge: mark.edge === mark.color ? color : mark.edge, size: LIT * mark.size, moving: true });
  return [...faded, ...batch.map((index) => bright(marks[index]))];
}

function fittedLine({ name, color, dash, index }, { prediction }, { line }) {
  const curve = prediction?.curves[index];
  if (!curve) return [];
  const { u } = prediction;
  return [{ name, color, dash, index, width: line, x: u, y: curve, text: (at) => `<b>${name}</b><br>${format(u[at])} → ${format(curve[at])}` }];
}

function points({ data }, { mark }, { ink, paper }) {
  const symbol = { symbol: "disc", size: 0.75 * mark, color: ink, edge: paper, width: 1 };
  return Array.from(data.x, (x, at) => ({ name: "data", x, y: data.y[at], ...symbol, text: `data ${at + 1}<br>${format(x)} → ${format(data.y[at])}` }));
}

/** How the two classes look: apart in shape, not in colour alone. */
const CLASS_MARKS = [
  ({ ink }) => ({ symbol: "cross", color: ink, edge: ink, width: 2 }),
  ({ ink, paper }) => ({ symbol: "disc", color: ink, edge: paper, width: 1 }),
];

function classified({ data, surface }, { mark }, tones) {
  return Array.from(data.x, (x, at) => {
    const name = surface.classes[data.y[at]];
    return { name, x, y: data.y[at], size: 0.75 * mark, ...CLASS_MARKS[data.y[at]](tones), text: `data ${at + 1}: ${name}<br>at ${format(x)}` };
  });
}

/** Where both classes are as likely as each other. */
function halfLine({ data }, { thin }, { soft }) {
  const [low, high] = around(data.x, MARGIN);
  return { name: "as likely", color: soft, dash: [2, 3], width: thin, x: [low, high], y: [HALF, HALF] };
}

/** Where a curve crosses one half, between two of its points. */
function border({ name, color, index }, { prediction }, { mark }, { paper }) {
  const curve = prediction?.curves[index] ?? [];
  const found = [];
  for (let at = 1; at < curve.length; at += 1) {
    const [before, after] = [curve[at - 1] - HALF, curve[at] - HALF];
    if (before === after || before * after > 0 || after === 0) continue;
    const x = prediction.u[at - 1] + (before / (before - after)) * (prediction.u[at] - prediction.u[at - 1]);
    const text = `<b>${name}</b><br>P = ½ near ${format(Number(x.toPrecision(3)))}`;
    found.push({ name, index, x, y: HALF, symbol: "diamond", size: 0.9 * mark, color, edge: paper, width: 1.5, text });
  }
  return found;
}

export function dataFigure(view, size, options = {}) {
  return { data: tracesOf(dataScene(view), options), layout: dataLayout(view) };
}

const CHANCES = { tickvals: [0, HALF, 1], ticktext: ["0", "½", "1"] };

/** The axes are the data's: curves that go elsewhere are cut. */
export function dataLayout(view) {
  const { data, surface } = view;
  return {
    ...layoutOf(view, { l: 46, r: 10, t: 6, b: 36 }),
    xaxis: axisOf(view, surface.input_label ?? "input", { range: around(data.x, MARGIN), showgrid: false }),
    yaxis: axisOf(view, surface.target_label ?? "output", { range: around(data.y, 4 * MARGIN), ...(surface.classes ? CHANCES : { nticks: 5 }) }),
    dragmode: "zoom",
  };
}

function around(values, share) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = share * (high - low || 1);
  return [low - margin, high + margin];
}
