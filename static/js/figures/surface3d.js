/** The same record in space: the surface at the heights of the contour plot's levels, the paths lying on it. */

import { RELIEF_LINE, reliefScale, tonesOf } from "../palette.js";
import { draped } from "./draped.js";
import { eyeOf, TALL } from "./eye.js";
import { filling } from "./filling.js";
import { heights, levelsOf } from "./levels.js";
import { describe, pathsOf } from "./paths.js";
import { axisOf, layoutOf, sizesOf } from "./theme.js";

const LIFT = 0.012;
const CORNER = 0.04;
const ROOM_FOR_WORDS = 480; // pixels

const TICK = 9; // pixels: numbers keep away from the surface, which leans out over its floor
const KEY = 42; // pixels of a legend

/** `size` {width, height} of the plot, in pixels. */
export function surface3dFigure(view, size) {
  const levels = levelsOf(view.grid, view.criticalPoints);
  const lift = LIFT * (levels.top - levels.bottom);
  const paths = pathsOf(view, view.record);
  const data = [reliefTrace(view, levels), ...paths.map((path) => pathTrace(path, view, levels, lift)), marksTrace(paths, view, levels, lift)];
  return { data, layout: layout(view, levels, size) };
}

function reliefTrace(view, levels) {
  const { x, y, nx, ny, loss } = view.grid;
  return {
    type: "surface",
    x,
    y,
    z: heights(loss, nx, ny, levels),
    cmin: levels.bottom,
    cmax: levels.top,
    colorscale: reliefScale(view.theme),
    showscale: false,
    hoverinfo: "skip",
    lighting: { ambient: 0.85, diffuse: 0.35, specular: 0.02, roughness: 1 },
    contours: { z: { show: true, start: levels.start, end: levels.end, size: levels.size, color: RELIEF_LINE[view.theme], width: 1 }, x: { highlight: false }, y: { highlight: false } },
  };
}

/** Height of a loss on the surface; what lies outside its range is left out. */
function placed({ x, y, run }, step, { domain }, levels, lift) {
  const inside = domain.x[0] <= x[step] && x[step] <= domain.x[1] && domain.y[0] <= y[step] && y[step] <= domain.y[1];
  return inside ? Math.min(levels.to(run.loss[step]), levels.top) + lift : null;
}

function pathTrace(path, view, levels, lift) {
  const { name, color, dash, index } = path;
  const { steps, ...points } = draped(path, view, levels, lift);
  return {
    type: "scatter3d",
    mode: "lines",
    name,
    ...points,
    line: { color, width: 2.5 * sizesOf(view).line, dash: dashName(dash) },
    text: steps.map((step) => describe(path, step)),
    hovertemplate: "%{text}<extra></extra>",
    meta: { index, steps },
  };
}

/** In space there are but a few dashes. */
const dashName = (dash) => (dash.length === 0 ? "solid" : dash.length > 2 ? "dashdot" : dash[0] < 3 ? "dot" : dash[0] > 10 ? "longdash" : "dash");

/** The start, where each path is now, and where a diverged one left the surface. */
function marksTrace(paths, view, levels, lift) {
  const tones = tonesOf(view.theme, view.lecture);
  const { mark } = sizesOf(view);
  const points = [];
  if (paths.length) points.push(point(paths[0], 0, tones.ink, "circle-open"));
  for (const path of paths) {
    let step = path.at;
    while (path.ended && step > 0 && placed(path, step, view.surface, levels, lift) === null) step -= 1;
    points.push(path.ended ? point(path, step, tones.alarm, "x") : point(path, path.at, path.color, "circle"));
  }
  function point(path, step, color, symbol) {
    return { x: path.x[step], y: path.y[step], z: placed(path, step, view.surface, levels, 2 * lift), color, symbol };
  }
  return {
    type: "scatter3d",
    mode: "markers",
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    z: points.map(({ z }) => z),
    marker: { size: 0.7 * mark, color: points.map(({ color }) => color), symbol: points.map(({ symbol }) => symbol), opacity: 1, line: { color: tones.paper, width: 1 } },
    hoverinfo: "skip",
    showlegend: false,
  };
}

const eyes = new Map();

/** The eye until somebody turns it: the same for as long as it is the same surface, whatever its parameters. */
function firstEye({ surface, grid }, levels) {
  const key = JSON.stringify([surface.name, surface.formula, surface.domain]);
  if (!eyes.has(key)) eyes.set(key, eyeOf(grid, levels));
  return eyes.get(key);
}

function layout(view, levels, { width, height }) {
  const [x, y] = view.surface.plainSymbols ?? ["x", "y"];
  const { font, scale } = sizesOf(view);
  const tones = tonesOf(view.theme, view.lecture);
  const axis = (title, extra) => {
    const { color, gridcolor, exponentformat } = axisOf(view, title);
    return { title: { text: title, font: { size: font } }, tickfont: { size: 0.9 * font }, color, gridcolor, exponentformat, nticks: 5, tickangle: 0, ticks: "outside", ticklen: TICK * scale, tickcolor: gridcolor, showbackground: false, showspikes: false, zeroline: false, ...extra };
  };
  const span = levels.top - levels.bottom;
  const ticks = levels.ticks.filter(({ at }) => at > levels.bottom + CORNER * span); // in the corner stand the other axes' numbers
  const key = view.legend ? KEY : 0;
  const eye = firstEye(view, levels);
  const { size, centre } = filling(eye, TALL, { width, height: height - key }, scale);
  const [ex, ey, ez, cx, cy, cz] = view.camera ?? [...eye, ...centre];
  return {
    ...layoutOf(view, { l: 0, r: 0, t: key, b: 0 }),
    showlegend: Boolean(view.legend),
    legend: { orientation: "h", yref: "container", y: 1, yanchor: "top", x: 0, font: { color: tones.ink } },
    scene: {
      xaxis: axis(x, { range: [...view.surface.domain.x] }),
      yaxis: axis(y, { range: [...view.surface.domain.y] }),
      zaxis: axis(levels.log && width > ROOM_FOR_WORDS ? "loss (log)" : "loss", { range: [levels.bottom, levels.top + 3 * LIFT * span], tickvals: ticks.map(({ at }) => at), ticktext: ticks.map(({ text }) => text) }),
      aspectmode: "manual",
      aspectratio: { x: size, y: size, z: TALL * size },
      camera: { eye: { x: ex, y: ey, z: ez }, center: { x: cx, y: cy, z: cz }, up: { x: 0, y: 0, z: 1 } },
      uirevision: JSON.stringify(view.camera),
      dragmode: "turntable",
    },
  };
}
