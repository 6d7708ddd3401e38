/** What lies under the paths, as traces of Plotly: for a picture alone, the page draws it on a canvas (plot/layers.js). */

import { GHOST_LINE, tonesOf } from "../palette.js";
import { heights, levelsOf } from "./levels.js";

/** The looks that canvas and picture share. */
export const SEED = { alpha: 0.16, width: 1.25, end: 0.85, radius: 2.5 };
export const BATCH_SURFACE = { width: 1.25, dash: [5, 4], every: 2 };
const NO_POINTS = [];

export const ELLIPSE = { width: 1.5, halo: 2, deviations: 2, corners: 72 };

/**
 * The ellipse of an ensemble's ends: all points at so many standard deviations from their mean, in any direction; null
 * where fewer than two ends were reached.
 */
export function spreadEllipse({ mean, covariance: [[across, both], [, up]] }) {
  if (across === null || ![across, both, up].every(Number.isFinite)) return null;
  const width = Math.sqrt(across); // a root of the covariance, lower triangle: it takes a circle to the ellipse
  const lean = width > 0 ? both / width : 0;
  const rest = Math.sqrt(Math.max(0, up - lean * lean));
  const angles = Array.from({ length: ELLIPSE.corners + 1 }, (_, corner) => (2 * Math.PI * corner) / ELLIPSE.corners);
  return {
    x: angles.map((angle) => mean[0] + ELLIPSE.deviations * width * Math.cos(angle)),
    y: angles.map((angle) => mean[1] + ELLIPSE.deviations * (lean * Math.cos(angle) + rest * Math.sin(angle))),
  };
}

/** Contours of the batch's own surface: every other level of its own. */
export const batchLevels = (grid) => levelsOf(grid, NO_POINTS);

export function layerTraces({ asides, colors, theme, lecture }) {
  const { surface, seeds } = asides ?? {};
  return [...(surface ? [contourTrace(surface.answer, theme)] : []), ...(seeds ? seeds.answer.flatMap((one, at) => seedTraces(one, colors[seeds.indices[at]], tonesOf(theme, lecture))) : [])];
}

/** The axes of curvature, each a line of its own. */
export const axesTraces = (axes) =>
  axes.map(({ x, y, dx, dy, down, color, width }) => ({
    ...{ type: "scatter", mode: "lines", x: [x - dx, x + dx], y: [y - dy, y + dy], hoverinfo: "skip", showlegend: false },
    line: { color, width, dash: down ? "4px,3px" : "solid" },
  }));

function contourTrace(grid, theme) {
  const { x, y, nx, ny, loss } = grid;
  const levels = batchLevels(grid);
  const { width, dash, every } = BATCH_SURFACE;
  return {
    ...{ type: "contour", name: "loss on this batch", x, y, z: heights(loss, nx, ny, levels), showscale: false, autocontour: false, hoverinfo: "skip" },
    contours: { coloring: "none", start: levels.start, end: levels.end, size: every * levels.size },
    line: { color: GHOST_LINE[theme], width, dash: dash.map((length) => `${length}px`).join(",") },
  };
}

/** All seeds of a run in one line with gaps, their ends, and the ellipse around these. */
function seedTraces({ ends: spread, phi, length }, { color }, { paper }) {
  const [x, y, ends] = [[], [], [[], []]];
  for (let first = 0; first < phi.length / 2; first += length) {
    for (let at = first; at < first + length; at += 1) {
      x.push(phi[2 * at]);
      y.push(phi[2 * at + 1]);
    }
    const last = first + length - 1;
    ends[0].push(phi[2 * last]);
    ends[1].push(phi[2 * last + 1]);
    x.push(NaN);
    y.push(NaN);
  }
  const common = { type: "scatter", hoverinfo: "skip", showlegend: false };
  const ellipse = spreadEllipse(spread);
  const outlines = [[paper, ELLIPSE.width + 2 * ELLIPSE.halo], [color, ELLIPSE.width]];
  return [
    { ...common, mode: "lines", x, y, opacity: SEED.alpha, line: { color, width: SEED.width }, connectgaps: false },
    { ...common, mode: "markers", x: ends[0], y: ends[1], opacity: SEED.end, marker: { color, size: 2 * SEED.radius } },
    ...(ellipse ? outlines.map(([tone, width]) => ({ ...common, mode: "lines", ...ellipse, line: { color: tone, width } })) : []),
  ];
}
