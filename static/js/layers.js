/**
 * What lies faintly under the current paths: the batch's own surface as dashed contours, the paths of other seeds.
 *
 * Each layer is drawn once into a canvas of its own and copied from there, until what it shows or the plot's mapping
 * changes.
 */

import { isolines } from "./figures/isolines.js";
import { levelsOf } from "./figures/levels.js";
import { GHOST_LINE } from "./palette.js";

const PATH = { alpha: 0.16, width: 1.25 };
const END = { alpha: 0.85, radius: 2.5 };
const DASH = [5, 4];

/** A painter (context, frame) of a view's layers, or null where it has none. */
export function layersOf(view) {
  const { surface, seeds } = view.asides ?? {};
  if (!surface && !seeds) return null;
  return (context, frame) => {
    if (surface) contours.copy(context, frame, surface.answer, view);
    if (seeds) paths.copy(context, frame, seeds, view);
  };
}

/** `draw(context, frame, subject, view)`, kept as an image. */
function createLayer(draw, looks) {
  const canvas = document.createElement("canvas");
  let [drawn, key] = [null, ""];

  return {
    copy(context, frame, subject, view) {
      const { a: ratio } = context.getTransform();
      const { width, height } = context.canvas;
      const corners = [frame.left, frame.top, frame.x(0), frame.x(1), frame.y(0), frame.y(1)];
      const now = JSON.stringify([width, height, ratio, ...corners, ...looks(view)]);
      if (drawn !== subject || key !== now) {
        [drawn, key] = [subject, now];
        Object.assign(canvas, { width, height });
        const own = canvas.getContext("2d", { willReadFrequently: true });
        own.setTransform(ratio, 0, 0, ratio, 0, 0);
        draw(own, frame, subject, view);
      }
      context.save();
      context.resetTransform();
      Object.assign(context, { globalAlpha: 1 });
      context.drawImage(canvas, 0, 0);
      context.restore();
    },
  };
}

const contours = createLayer(drawContours, ({ theme }) => [theme]);
const paths = createLayer(drawSeeds, ({ theme, colors }) => [theme, ...colors.map(({ color }) => color)]);

function drawContours(context, frame, grid, { theme }) {
  const { start, end, size, to } = levelsOf(grid, NO_POINTS);
  const heights = Float64Array.from(grid.loss, (loss) => (Number.isFinite(loss) ? to(loss) : NaN));
  Object.assign(context, { strokeStyle: GHOST_LINE[theme], lineWidth: 1.25 });
  context.setLineDash(DASH);
  context.beginPath();
  for (let level = start; level <= end + 1e-9 * size; level += 2 * size) {
    for (const line of isolines(grid, heights, level)) polyline(context, frame, line);
  }
  context.stroke();
}

const NO_POINTS = [];

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

function drawSeeds(context, frame, { answer, indices }, { colors }) {
  answer.forEach(({ phi, length }, position) => {
    const { color } = colors[indices[position]];
    Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: PATH.width, lineJoin: "round" });
    const draws = phi.length / (2 * length);
    for (let draw = 0; draw < draws; draw += 1) {
      const first = draw * length;
      const count = lengthOf(phi, first, length);
      context.globalAlpha = PATH.alpha;
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
  });
}

function drawEnd(context, frame, phi, at) {
  context.globalAlpha = END.alpha;
  context.beginPath();
  context.arc(frame.x(phi[2 * at]), frame.y(phi[2 * at + 1]), END.radius, 0, 2 * Math.PI);
  context.fill();
}
