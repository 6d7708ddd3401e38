/**
 * The surface painted on a canvas: what stands under the paths until Plotly has drawn the same grid.
 *
 * A tint for each cell, and lines at the same levels as the contour plot's (marching squares).
 */

import { crossingsOf } from "../figures/isolines.js";
import { levelsOf } from "../figures/levels.js";
import { CONTOUR_LINE, NO_SURFACE, surfaceScale } from "../palette.js";

let latest = null;

/** A painter (context, frame) of a view's grid. */
export function backdropOf(view) {
  const { grid, theme } = view;
  if (latest?.grid !== grid || latest.theme !== theme) latest = { grid, theme, paint: make(view) };
  return latest.paint;
}

function make(view) {
  const { grid, theme } = view;
  const levels = levelsOf(grid, view.criticalPoints);
  const heights = Float64Array.from(grid.loss, (loss) => (Number.isFinite(loss) ? levels.to(loss) : NaN));
  const tint = tintOf(heights, grid, levels, theme);
  return (context, frame) => {
    Object.assign(context, { fillStyle: NO_SURFACE[theme], globalAlpha: 1 });
    context.fillRect(frame.left, frame.top, frame.width, frame.height);
    drawTint(context, frame, grid, tint);
    context.beginPath();
    const { start, end, size } = levels;
    for (let level = start; level <= end + 1e-9 * size; level += size) drawLevel(context, frame, grid, heights, level);
    Object.assign(context, { strokeStyle: CONTOUR_LINE[theme], lineWidth: 0.8, globalAlpha: 1 });
    context.setLineDash([]);
    context.stroke();
  };
}

/** One pixel for each node, the upper row first. */
function tintOf(heights, { nx, ny }, { bottom, top }, theme) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: nx, height: ny });
  const context = canvas.getContext("2d");
  const image = context.createImageData(nx, ny);
  const colors = table(surfaceScale(theme));
  for (let j = 0; j < ny; j += 1) {
    for (let i = 0; i < nx; i += 1) {
      const height = heights[(ny - 1 - j) * nx + i];
      if (Number.isNaN(height)) continue;
      const share = Math.max(0, Math.min(1, (height - bottom) / (top - bottom)));
      image.data.set(colors[Math.round(255 * share)], 4 * (j * nx + i));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** 256 colours along a colour scale. */
function table(scale) {
  const bytes = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return Array.from({ length: 256 }, (_, k) => {
    const upper = Math.max(1, scale.findIndex(([share]) => share >= k / 255));
    const [[from, low], [to, high]] = [scale[upper - 1], scale[upper]];
    const [first, second] = [bytes(low), bytes(high)];
    const weight = (k / 255 - from) / (to - from);
    return [...first.map((value, at) => value + weight * (second[at] - value)), 255];
  });
}

/** Nodes lie on the grid's edges: half a pixel of the tint hangs over on each side. */
function drawTint(context, frame, { x, y, nx, ny }, tint) {
  const [left, right, top, bottom] = [frame.x(x[0]), frame.x(x[nx - 1]), frame.y(y[ny - 1]), frame.y(y[0])];
  const [across, down] = [(right - left) / (nx - 1), (bottom - top) / (ny - 1)];
  context.imageSmoothingEnabled = true;
  context.globalAlpha = 1;
  context.drawImage(tint, left - across / 2, top - down / 2, across * nx, down * ny);
}

function drawLevel(context, frame, grid, heights, level) {
  for (let j = 0; j + 1 < grid.ny; j += 1) {
    for (let i = 0; i + 1 < grid.nx; i += 1) {
      const crossings = crossingsOf(grid, heights, i, j, level);
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        context.moveTo(frame.x(crossings[k][1]), frame.y(crossings[k][2]));
        context.lineTo(frame.x(crossings[k + 1][1]), frame.y(crossings[k + 1][2]));
      }
    }
  }
}
