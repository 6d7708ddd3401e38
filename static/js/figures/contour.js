/** The surface from above: levels of the loss, the paths over them, critical points, the start. */

import { epochEnds } from "../batch.js";
import { curvatureAt, KINDS, principalAxes } from "../curvature.js";
import { format, formatPoint } from "../format.js";
import { CONTOUR_LINE, NO_SURFACE, surfaceScale, tonesOf } from "../palette.js";
import { axesTraces, layerTraces } from "./layers.js";
import { heights, levelsOf } from "./levels.js";
import { describe, exitOf, lastInside, pathsOf } from "./paths.js";
import { stageScene } from "./stage.js";
import { axisOf, layoutOf, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

const FEW_STEPS = 30;
const ROOM_FOR_SCALE = 480;
const CHARACTER = 0.55; // of the type's size, on average
const MANY = 12;
const FAR = 1e9;
const GHOST = 0.4;
const FUTURE = 0.35;

/** The mark of a critical point, by its kind. */
const CRITICAL = {
  minimum: "diamond",
  minimum_nonsmooth: "down",
  saddle: "cross",
  maximum: "up",
  degenerate: "open diamond",
};

export function contourScene(view) {
  const sizes = sizesOf(view);
  const tones = tonesOf(view.theme, view.lecture);
  const paths = pathsOf(view, view.record);
  const whole = pathsOf(view, view.asides?.whole?.answer).map((path) => ({ ...ghostLine(path, sizes), name: `${path.name}, all data` }));
  const ghosts = pathsOf(view, view.ghost).map((path) => ghostLine(path, sizes));
  return {
    lines: [...ghosts, ...whole, ...paths.flatMap((path) => pathLines(path, lastDrawn(path, view.surface.domain), sizes))],
    marks: [
      ...paths.flatMap((path) => epochMarks(path, view, sizes, tones)),
      ...view.criticalPoints.map((point) => criticalMark(point, view.criticalPoints.length > MANY ? 0.75 * sizes.mark : sizes.mark, tones)),
      ...(view.start ? [startMark(view.start, sizes, tones)] : []),
      ...paths.filter(({ ended }) => ended).flatMap((path) => stopMark(path, view.surface.domain, sizes, tones)),
      ...paths.filter(({ ended }) => !ended).map((path) => stepMark(path, path.at, sizes, tones)),
      ...(view.hovered == null ? [] : paths.map((path) => hoverMark(path, view.hovered, sizes))),
    ],
    rules: [],
    axes: view.curved ? axesScene(view, paths, sizes, tones) : [],
    ...stageScene(view),
  };
}

const ghostLine = ({ x, y, color, dash }, { thin }) => ({ x, y, color, dash, width: thin, alpha: GHOST });

/** The last step that is drawn: a diverged run ends where it leaves the surface for good. */
const lastDrawn = (path, domain) => Math.min(path.run.length - 1, path.run.status === "diverged" ? lastInside(path, domain) + 1 : Infinity);

/** Markers, unlike lines, cannot be cut off: SVG has no room for one at 1e30. */
const farAway = ({ x, y }, end) => x.subarray(0, end + 1).some((value, at) => Math.abs(value) + Math.abs(y[at]) > FAR);

/** What has been walked, and fainter what is still to come. */
function pathLines(path, end, sizes) {
  const { name, x, y, color, dash, index, run } = path;
  const at = Math.min(path.at, end);
  const dots = run.length <= FEW_STEPS && !farAway(path, end) ? 1.4 * sizes.line : 0;
  const line = (first, last, alpha, legend) => ({
    ...{ name, color, dash, width: sizes.line, alpha, dots, index, first, legend },
    x: x.subarray(first, last + 1),
    y: y.subarray(first, last + 1),
    text: (point) => describe(path, first + point),
  });
  const walked = line(0, at, 1, true);
  return at < end ? [line(at, end, FUTURE, false), walked] : [walked];
}

/** Where the path is when an epoch ends. */
function epochMarks(path, { record, surface }, { mark }, { paper }) {
  const { name, x, y, color, index } = path;
  const end = lastDrawn(path, surface.domain);
  const look = { name, symbol: "disc", size: 0.5 * mark, color: paper, edge: color, width: 1.25, index };
  return epochEnds(record)
    .filter(({ step }) => step <= end && Math.abs(x[step]) + Math.abs(y[step]) <= FAR)
    .map(({ step, epoch }) => ({ ...look, x: x[step], y: y[step], text: `<b>${name}</b><br>epoch ${epoch} ends with step ${step}` }));
}

function criticalMark(point, mark, { ink, paper }) {
  const [symbol, words] = [CRITICAL[point.kind], KINDS[point.kind]];
  const [color, edge] = symbol === "cross" || symbol.startsWith("open") ? [ink, ink] : [ink, paper];
  const text = [`${words} ${formatPoint(point.x, point.y)}`, `loss ${format(point.loss)}`, ...(point.curvatures ? [`curvatures ${point.curvatures.map(format).join(" and ")}`] : [])].join("<br>");
  return { name: words, x: point.x, y: point.y, symbol, size: mark, color, edge, width: color === edge ? mark / 4.5 : 1, text };
}

/** The principal axes at the critical points, and where each run is. */
function axesScene(view, paths, { line }, { ink, soft, paper }) {
  const { domain } = view.surface;
  const found = view.criticalPoints.filter(({ curvatures }) => curvatures);
  const points = found.flatMap(({ x, y, axis, curvatures: [low, high] }) => principalAxes([x, y], { low, high, axis }, domain, found.length > MANY ? "crowded" : "point"));
  const runs = paths.flatMap(({ run, x, y, at }) => {
    const here = curvatureAt(view, run, at);
    return here && !here.stale ? principalAxes([x[at], y[at]], here, domain, "run") : [];
  });
  return [
    ...points.map((one) => ({ ...one, color: soft, edge: null, width: 0.4 * line })),
    ...runs.map((one) => ({ ...one, color: ink, edge: paper, width: 0.6 * line })),
  ];
}

const startMark = ([x, y], { mark }, { ink, paper }) => ({
  ...{ name: "start", x, y, symbol: "disc", size: 1.25 * mark, color: paper, edge: ink, width: 2 },
  text: `start ${formatPoint(x, y)}`,
});

function stopMark(path, domain, { mark }, { alarm, paper }) {
  const exit = exitOf(path, domain);
  if (exit === null) return [];
  const text = `<b>${path.name}</b> diverged${path.run.divergedAt === null ? "" : ` at step ${path.run.divergedAt}`}<br>${wrapped(path.run.reason ?? "")}`;
  return [{ name: path.name, x: exit[0], y: exit[1], symbol: "stop", size: 1.3 * mark, color: alarm, edge: paper, width: 1, text, index: path.index }];
}

const stepMark = ({ name, x, y, color }, at, { mark }, { paper }) => ({
  ...{ name, x: x[at], y: y[at], symbol: "disc", size: 1.2 * mark, color, edge: paper, width: 1.5 },
  moving: true,
});

function hoverMark({ x, y, color, run }, step, { mark }) {
  const at = Math.min(step, run.length - 1);
  return { x: x[at], y: y[at], symbol: "ring", size: 1.7 * mark, color, edge: color, width: 2, moving: true };
}

/** A sentence in lines of at most 48 characters. */
const wrapped = (sentence) => sentence.replace(/(.{1,48})(\s|$)/g, "$1<br>").replace(/<br>$/, "");

/** `size` {width, height} of the plot in pixels; `still` adds the markers of the step, for a picture. */
export function contourFigure(view, size, options = {}) {
  const background = view.grid ? [surfaceTrace(view, size)] : [];
  const scene = contourScene(view);
  const [between, above] = options.still ? [layerTraces(view), axesTraces(scene.axes)] : [[], []];
  return { data: [...background, ...between, ...tracesOf(scene, options), ...above], layout: contourLayout(view, size) };
}

/** Whether there is room for a scale of colours, or a view that is to have one in any case. */
const hasScale = ({ scaled }, { width }) => scaled || width >= ROOM_FOR_SCALE;

export function contourLayout(view, size) {
  const [x, y] = view.surface.plainSymbols ?? ["x", "y"];
  const tones = tonesOf(view.theme, view.lecture);
  const margin = { l: 46, r: hasScale(view, size) ? 76 : 10, t: view.legend ? 42 : 10, b: 38 };
  return {
    ...layoutOf(view, margin),
    plot_bgcolor: view.grid ? NO_SURFACE[view.theme] : tones.paper,
    xaxis: axisOf(view, x, { range: [...view.surface.domain.x], showgrid: !view.grid, constrain: "range" }),
    yaxis: axisOf(view, y, { range: [...view.surface.domain.y], showgrid: !view.grid }),
    dragmode: false,
    showlegend: Boolean(view.legend),
    legend: { orientation: "h", yref: "container", y: 1, yanchor: "top", x: 0, font: { color: tones.ink }, bgcolor: "rgba(0,0,0,0)" },
  };
}

/** Where nothing else tells of its points, the surface does. */
function surfaceTrace(view, size) {
  const { x, y, nx, ny, loss } = view.grid;
  const words = { text: Array.from({ length: ny }, (_, j) => Array.from(loss.subarray(j * nx, (j + 1) * nx), format)), hovertemplate: "loss %{text}<extra></extra>" };
  const levels = levelsOf(view.grid, view.criticalPoints);
  return {
    type: "contour",
    name: "loss",
    x,
    y,
    z: heights(loss, nx, ny, levels),
    zmin: levels.bottom,
    zmax: levels.top,
    colorscale: surfaceScale(view.theme),
    autocontour: false,
    contours: { coloring: "fill", start: levels.start, end: levels.end, size: levels.size },
    line: { color: CONTOUR_LINE[view.theme], width: sizesOf(view).thin * 0.8, smoothing: 0.8 },
    connectgaps: false,
    ...(view.scaled ? words : { hoverinfo: "skip" }),
    showscale: hasScale(view, size),
    colorbar: colorbar(view, levels, size.height),
  };
}

/** The longest of some texts that is not longer than a height when it stands upright. */
const upright = (texts, font, height) => texts.find((text) => CHARACTER * font * text.length <= height) ?? "";

function colorbar(view, { ticks, note, log }, height) {
  const tones = tonesOf(view.theme, view.lecture);
  const { scale, font } = sizesOf(view);
  const notes = [note, ...(log ? ["loss (log scale)"] : []), "loss"];
  return {
    thickness: 10 * scale,
    outlinewidth: 0,
    xpad: 0,
    ypad: 0,
    x: 1,
    xanchor: "left",
    len: 1,
    tickvals: ticks.map(({ at }) => at),
    ticktext: ticks.map(({ text }) => text),
    ticks: "",
    tickfont: { size: 0.92 * font, color: tones.soft },
    title: { text: upright(notes, font, height), side: "right", font: { size: font, color: tones.soft } },
  };
}
