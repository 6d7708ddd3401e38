/** A data surface's points, and the curve that each visible optimiser has fitted to them at the current step. */

import { format } from "../format.js";
import { tonesOf } from "../palette.js";
import { pathsOf } from "./paths.js";
import { axisOf, layoutOf, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

const MARGIN = 0.04;

export function dataScene(view) {
  const sizes = sizesOf(view);
  const tones = tonesOf(view.theme, view.lecture);
  return { lines: pathsOf(view).flatMap((path) => fittedLine(path, view, sizes)), marks: points(view, sizes, tones), rules: [] };
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

export function dataFigure(view, size, options = {}) {
  return { data: tracesOf(dataScene(view), options), layout: dataLayout(view) };
}

/** The axes are the data's: curves that go elsewhere are cut. */
export function dataLayout(view) {
  const { data, surface } = view;
  return {
    ...layoutOf(view, { l: 46, r: 10, t: 6, b: 36 }),
    xaxis: axisOf(view, surface.input_label ?? "input", { range: around(data.x, MARGIN), showgrid: false }),
    yaxis: axisOf(view, surface.target_label ?? "output", { range: around(data.y, 4 * MARGIN), nticks: 5 }),
    dragmode: "zoom",
  };
}

function around(values, share) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = share * (high - low || 1);
  return [low - margin, high + margin];
}
