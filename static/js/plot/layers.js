/**
 * What lies faintly under the current paths: the batch's own surface as dashed contours, the paths of other seeds.
 *
 * Each layer has a canvas of its own between the plot and the paths, and is drawn again only when what it shows or the
 * plot's mapping has changed.
 */

import { isolines } from "../figures/isolines.js";
import { BATCH_SURFACE, batchLevels, ELLIPSE, SEED, spreadEllipse } from "../figures/layers.js";
import { GHOST_LINE, tonesOf } from "../palette.js";
import { clipTo, createCanvas } from "./overlay.js";

/** Layers in a host: `show(view, frame)` answers whether there are any; `remove()`. */
export function createLayers(host) {
  const contours = createLayer(host, drawContours, ({ theme }) => [theme]);
  const paths = createLayer(host, drawSeeds, ({ asides, colors, theme, lecture }) => [theme, lecture, ...asides.seeds.indices.map((index) => colors[index].color)]);

  return {
    show(view, frame) {
      const { surface, seeds } = view.asides ?? {};
      contours.show(surface?.answer ?? null, view, frame);
      paths.show(seeds?.answer ?? null, view, frame);
      return Boolean(surface || seeds);
    },
    remove() {
      contours.remove();
      paths.remove();
    },
  };
}

/** `draw(context, frame, subject, view)`; `looks(view)` lists what else it depends on. */
function createLayer(host, draw, looks) {
  const { canvas, context, fit } = createCanvas(host);
  let [drawn, key] = [null, ""];

  return {
    show(subject, view, frame) {
      canvas.hidden = subject === null;
      if (subject === null) return;
      const corners = [frame.left, frame.top, frame.width, frame.height, frame.x(0), frame.x(1), frame.y(0), frame.y(1)];
      const now = JSON.stringify([host.clientWidth, host.clientHeight, devicePixelRatio, ...corners, ...looks(view)]);
      if (drawn === subject && key === now) return;
      [drawn, key] = [subject, now];
      fit();
      context.clearRect(0, 0, host.clientWidth, host.clientHeight);
      clipTo(context, frame);
      draw(context, frame, subject, view);
      context.restore();
    },
    remove: () => canvas.remove(),
  };
}

function drawContours(context, frame, grid, { theme }) {
  const { start, end, size, to } = batchLevels(grid);
  const heights = Float64Array.from(grid.loss, (loss) => (Number.isFinite(loss) ? to(loss) : NaN));
  Object.assign(context, { strokeStyle: GHOST_LINE[theme], lineWidth: BATCH_SURFACE.width });
  context.setLineDash(BATCH_SURFACE.dash);
  context.beginPath();
  for (let level = start; level <= end + 1e-9 * size; level += BATCH_SURFACE.every * size) {
    for (const line of isolines(grid, heights, level)) polyline(context, frame, line);
  }
  context.stroke();
}

function polyline(context, frame, points) {
  points.forEach(([x, y], at) => context[at ? "lineTo" : "moveTo"](frame.x(x), frame.y(y)));
}

/** Where a path of (steps + 1) points ends: behind the end of one that diverged there are no numbers. */
function lengthOf(phi, first, length) {
  let last = length;
  while (last > 0 && Number.isNaN(phi[2 * (first + last - 1)])) last -= 1;
  return last;
}

const FAR = 1e5; // pixels: canvases lose lines to coordinates beyond

function drawSeeds(context, frame, answer, { asides, colors, theme, lecture }) {
  answer.forEach(({ ends, phi, length }, position) => {
    const { color } = colors[asides.seeds.indices[position]];
    Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: SEED.width, lineJoin: "round" });
    const draws = phi.length / (2 * length);
    for (let draw = 0; draw < draws; draw += 1) {
      const first = draw * length;
      const count = lengthOf(phi, first, length);
      context.globalAlpha = SEED.alpha;
      context.beginPath();
      let pen = "moveTo";
      for (let at = first; at < first + count; at += 1) {
        const [left, top] = [frame.x(phi[2 * at]), frame.y(phi[2 * at + 1])];
        if (Math.abs(left) + Math.abs(top) > FAR) break;
        context[pen](left, top);
        pen = "lineTo";
      }
      context.stroke();
      if (count === length) drawEnd(context, frame, phi, first + length - 1);
    }
    drawEllipse(context, frame, spreadEllipse(ends), color, tonesOf(theme, lecture));
  });
}

function drawEllipse(context, frame, ellipse, color, { paper }) {
  const points = ellipse?.x.map((x, at) => [x, ellipse.y[at]]) ?? [];
  if (points.some(([x, y]) => Math.abs(frame.x(x)) + Math.abs(frame.y(y)) > FAR)) return;
  context.globalAlpha = 1;
  context.beginPath();
  polyline(context, frame, points);
  for (const [strokeStyle, lineWidth] of [[paper, ELLIPSE.width + 2 * ELLIPSE.halo], [color, ELLIPSE.width]]) {
    Object.assign(context, { strokeStyle, lineWidth });
    context.stroke();
  }
}

function drawEnd(context, frame, phi, at) {
  context.globalAlpha = SEED.end;
  context.beginPath();
  context.arc(frame.x(phi[2 * at]), frame.y(phi[2 * at + 1]), SEED.radius, 0, 2 * Math.PI);
  context.fill();
}
