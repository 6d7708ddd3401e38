/**
 * The only file that knows Plotly: it mounts the figures, keeps them up to date, and lays a canvas over each.
 *
 *     loadPlotly(address)                  start loading the script (once); plots mounted before draw paths without it
 *     mountContour(element, handlers)      the surface from above, with the paths
 *     mountSurface3d(element, handlers)    the same record in space
 *     mountCurve(element, kind, handlers)  kind "loss" | "gradient": a value over the steps
 *     mountData(element, handlers)         a data surface's points and the fitted curve of each visible optimiser
 *     mountPlot(element, parts, handlers)  any other figure with two axes: {figure, layout, scene, backdrop?, words}
 *     mountMap(element, words, handlers)   the contour plot without a start to be dragged
 *
 * Each returns a plot:
 *
 *     render(view)   the hand rests: everything as Plotly traces (hover, zoom, PNG); zoom and camera are kept
 *     live(view)     the hand moves: paths on the canvas within a millisecond, no Plotly call
 *     step(view)     another step, or optimisers shown or hidden: the canvas again, no Plotly call
 *     theme(view)    like render
 *     png()          a promise of a data URL: what is shown, with a legend and the markers of the current step
 *     destroy()
 *
 * What a view and the handlers are: panel.js. A plot whose parts are `lasting` leaves Plotly alone where its figure would be
 * the one that stands.
 */

import { connection, RequestFailed } from "../connection.js";
import { contourFigure, contourLayout, contourScene } from "../figures/contour.js";
import { dataFigure, dataLayout, dataScene } from "../figures/data.js";
import { gradientFigure, gradientLayout, gradientScene } from "../figures/gradient.js";
import { lossFigure, lossLayout, lossScene } from "../figures/loss.js";
import { surface3dFigure } from "../figures/surface3d.js";
import { backdropOf } from "./backdrop.js";
import { createLayers } from "./layers.js";
import { createFrame, createOverlay } from "./overlay.js";
import { createPanel, firstPaint, hover, hoveredStep, redrawAll } from "./panel.js";
import { createReads } from "./reads.js";
import { createSceneLoop } from "./scene-loop.js";
import { nextFrame, pause, runScript } from "./script.js";
import { followPointer } from "./start-pointer.js";
import { createZoom } from "./zoom.js";

const PATIENCE = 1200; // milliseconds until the script is run, painted or not
const PICTURE_SCALE = 2;
const SHARE = 2; // in space, waits this many times as long as the last drawing took

let Plotly = null;

/** The id under which plotly.js 4.1.1 looks for the styles of its maps, and adds them in a way the page's policy forbids. */
const MAP_STYLES = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";

/** The script is fetched at once, and run (half a second) when the paths stand on the page, or cannot be expected soon. */
export async function loadPlotly(address) {
  const fetched = Object.assign(document.createElement("link"), { rel: "preload", as: "script", href: address });
  document.head.append(Object.assign(document.createElement("meta"), { id: MAP_STYLES }), fetched);
  await Promise.race([firstPaint, pause(PATIENCE)]);
  await nextFrame();
  const line = connection.line();
  while (!Plotly) {
    await runScript(address);
    Plotly = window.Plotly ?? null;
    if (!Plotly) await line.failed(new RequestFailed("broken", "a part of this page did not come")).again;
  }
  line.well();
  redrawAll();
}

const sizeOf = (host) => ({ width: host.clientWidth, height: host.clientHeight });

/** The step of a point of a line; of a marker, none. */
const stepOf = ({ points: [{ data: { meta }, pointNumber }] }) => meta?.steps?.[pointNumber] ?? (meta?.first === undefined ? null : meta.first + pointNumber);

/** The mapping of a plot as it stands on the screen. */
function frameOf({ _fullLayout: { xaxis, yaxis } }) {
  const area = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
  return createFrame(area, xaxis, yaxis);
}

/** The mapping of a plot that is not drawn yet. */
function plannedFrame({ margin, xaxis, yaxis }, { width, height }) {
  const area = { left: margin.l, top: margin.t, width: width - margin.l - margin.r, height: height - margin.t - margin.b };
  return createFrame(area, xaxis, yaxis);
}

const START_BUTTON = {
  name: "start",
  title: "Click or drag sets the start",
  icon: { width: 16, height: 16, path: "M7 1h2v3.1A4 4 0 0 1 11.9 7H15v2h-3.1A4 4 0 0 1 9 11.9V15H7v-3.1A4 4 0 0 1 4.1 9H1V7h3.1A4 4 0 0 1 7 4.1zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z" },
  click: (plot) => Plotly.relayout(plot, { dragmode: false }),
};
const CONFIG = { displaylogo: false, responsive: false, doubleClick: "reset" };
const CURVE_CONFIG = { ...CONFIG, displayModeBar: "hover", modeBarButtons: [["resetScale2d"]] };
const CONTOUR_CONFIG = { ...CONFIG, doubleClick: false, scrollZoom: true, modeBarButtons: [[START_BUTTON, "zoom2d", "pan2d"], ["resetScale2d"]] };
const fingers = matchMedia("(pointer: coarse)"); // swipes scroll the page, they do not zoom
const SPACE_CONFIG = { ...CONFIG, modeBarButtons: [["resetCameraDefault3d"]] };

const UNDRAWN = "the plot has not been drawn yet; try again in a moment.";

/** A picture of a figure, as a data address. */
async function pictureOf(figure, size) {
  if (!Plotly) throw new Error(UNDRAWN);
  return Plotly.toImage(figure, { format: "png", ...size, scale: PICTURE_SCALE });
}

/** A place for Plotly in the host, below whatever else the host holds. */
function placeIn(host) {
  const place = document.createElement("div");
  Object.assign(place.style, { position: "absolute", inset: "0" });
  host.prepend(place);
  return place;
}

/** A plot with two axes and a canvas above it. */
function mountFlat(host, { figure, layout, scene, config, backdrop, layered, lasting, shown }, handlers) {
  const place = placeIn(host);
  const reads = createReads();
  const layers = layered ? createLayers(host) : null;
  const overlay = createOverlay(host);
  const zoom = createZoom();
  let drawn = false;
  let resting = false;
  let drawnGrid = null;
  let drawnSize = "";

  const frame = (view) => (drawn ? frameOf(place) : plannedFrame(layout(view, sizeOf(host)), sizeOf(host)));

  function show(view) {
    if (host.clientWidth === 0) return;
    const under = backdrop && view.grid && view.grid !== drawnGrid ? backdrop(view) : null;
    const now = frame(view);
    const between = layers?.show(view, now) ?? false;
    host.classList.toggle("layered", between);
    overlay.paint(now, scene({ ...view, hovered: hoveredStep() }), { movingOnly: resting && !between, under });
    shown?.();
  }

  function plot(view, size) {
    const { data, layout: laidOut } = reads.of(view, (read) => figure(read, size));
    Plotly[drawn ? "react" : "newPlot"](place, data, { ...laidOut, uirevision: zoom.revision(laidOut), ...size, ...(fingers.matches && { dragmode: false }) }, config);
  }

  function draw(view) {
    const size = sizeOf(host);
    const sized = `${size.width} ${size.height} ${fingers.matches}`;
    if (zoom.left(view) || !lasting || sized !== drawnSize || !reads.hold(view)) plot(view, size);
    drawnSize = sized;
    resting = true;
    drawnGrid = view.grid;
    host.classList.remove("live");
    if (!drawn) listen();
    drawn = true;
    show(view);
  }

  function listen() {
    const again = () => show(panel.view());
    zoom.watch(place);
    for (const event of ["plotly_afterplot", "plotly_relayouting", "plotly_relayout"]) place.on(event, again);
    place.on("plotly_hover", (event) => hover(stepOf(event), handlers));
    place.on("plotly_unhover", () => hover(null, handlers));
    place.on("plotly_legenddoubleclick", () => false);
    place.on("plotly_legendclick", ({ data, curveNumber }) => {
      handlers.onToggle?.(data[curveNumber].meta.index);
      return false;
    });
  }

  const panel = createPanel(host, {
    ready: () => Plotly !== null,
    draw,
    hovers: show,
    paint(view) {
      resting = false;
      host.classList.add("live");
      show(view);
    },
    removed() {
      if (drawn) Plotly.purge(place);
      layers?.remove();
      overlay.remove();
      place.remove();
    },
  });

  async function png() {
    const size = sizeOf(host);
    if (!panel.view()) throw new Error(UNDRAWN);
    const { data, layout: laidOut } = figure({ ...panel.view(), legend: true }, size, { still: true });
    for (const axis of drawn ? ["xaxis", "yaxis"] : []) laidOut[axis].range = [...place._fullLayout[axis].range];
    return pictureOf({ data, layout: { ...laidOut, ...size } }, size);
  }
  return { ...panel, png, frame: () => frame(panel.view()), free: () => !drawn || place._fullLayout.dragmode === false };
}

/** Until Plotly has drawn a surface, the canvas shows it; what lies between the surface and the paths is always its own. */
const CONTOUR = { figure: contourFigure, layout: contourLayout, scene: contourScene, backdrop: backdropOf, layered: true, config: CONTOUR_CONFIG };

export function mountContour(host, handlers = {}) {
  const plot = mountFlat(host, { ...CONTOUR, lasting: true, shown: () => pointer.place() }, handlers);
  const pointer = followPointer(host, {
    frame: plot.frame,
    start: () => plot.view()?.start ?? null,
    free: plot.free,
    moved: (x, y, phase) => handlers.onStart?.(x, y, phase),
  });
  return plot;
}

const CURVES = {
  loss: { figure: lossFigure, layout: lossLayout, scene: lossScene, words: "Loss over the steps" },
  gradient: { figure: gradientFigure, layout: gradientLayout, scene: gradientScene, words: "Length of the gradient over the steps" },
};

export function mountCurve(host, kind, handlers = {}) {
  const { words, ...parts } = CURVES[kind];
  return mountPlot(host, { ...parts, lasting: true, words: `${words}; the table shows the same numbers` }, handlers);
}

export const mountData = (host, handlers = {}) =>
  mountPlot(host, { lasting: true, figure: dataFigure, layout: dataLayout, scene: dataScene, words: "Data and fitted curves; the table shows the same numbers" }, handlers);

export function mountPlot(host, { words, ...parts }, handlers = {}) {
  describe(host, words);
  return mountFlat(host, { ...parts, config: CURVE_CONFIG }, handlers);
}

export function mountMap(host, words, handlers = {}) {
  describe(host, words);
  return mountFlat(host, { ...CONTOUR, layered: false, config: CURVE_CONFIG }, handlers);
}

function describe(host, words) {
  host.setAttribute("role", "group"); // with buttons in it
  host.setAttribute("aria-label", words);
}

const LOST = "The 3-D view needs WebGL, which this browser does not have or has switched off. The 2-D view shows the same record.";

const hasWebGL = () => Boolean(document.createElement("canvas").getContext("webgl"));

/** A camera as [eye x, y, z, centre x, y, z], with as many digits as an eye can tell. */
const cameraOf = ({ eye, center }) => [eye.x, eye.y, eye.z, center.x, center.y, center.z].map((value) => Number(value.toFixed(3)));

/** The record in space. There is no canvas above it: Plotly draws it as often as the machine keeps up. */
export function mountSurface3d(host, handlers = {}) {
  const place = placeIn(host);
  describe(host, "The surface in space with the paths; the table shows the same numbers");
  const able = hasWebGL();
  if (!able) place.append(Object.assign(document.createElement("p"), { className: "note", textContent: LOST }));
  const reads = createReads();
  const loop = createSceneLoop(host);
  let drawn = false;
  let drawnSize = "";
  let timer = null;
  let took = 0;

  function draw(view) {
    clearTimeout(timer);
    timer = null;
    if (!view.grid) return;
    const size = `${host.clientWidth} ${host.clientHeight}`;
    if (size === drawnSize && reads.hold(view)) return;
    drawnSize = size;
    const began = performance.now();
    const { data, layout } = reads.of(view, (read) => surface3dFigure(read, sizeOf(host)));
    loop.around(() => Plotly[drawn ? "react" : "newPlot"](place, data, { ...layout, ...sizeOf(host) }, SPACE_CONFIG));
    if (!drawn) listen();
    drawn = true;
    took = performance.now() - began;
  }

  function listen() {
    place.on("plotly_hover", (event) => hover(stepOf(event), handlers));
    place.on("plotly_unhover", () => hover(null, handlers));
    place.on("plotly_relayout", (changes) => "scene.camera" in changes && handlers.onCamera?.(cameraOf(changes["scene.camera"])));
  }

  const panel = createPanel(host, {
    ready: () => able && Plotly !== null,
    draw,
    hovers() {},
    paint() {
      if (drawn) timer ??= setTimeout(() => draw(panel.view()), SHARE * took);
    },
    removed() {
      clearTimeout(timer);
      if (drawn) Plotly.purge(place);
      loop.remove();
      place.remove();
    },
  });

  async function png() {
    if (!drawn) throw new Error(able ? UNDRAWN : LOST);
    const size = sizeOf(host);
    const { data, layout } = surface3dFigure({ ...panel.view(), legend: true }, size);
    layout.scene.camera = place._fullLayout.scene.camera;
    return pictureOf({ data, layout: { ...layout, ...size } }, size);
  }
  return { ...panel, png };
}
