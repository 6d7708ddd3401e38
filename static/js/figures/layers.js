/** What lies under the paths, as traces of Plotly: for a picture alone, the page draws it on a canvas (layers.js). */

import { GHOST_LINE } from "../palette.js";
import { heights } from "./contour.js";
import { levelsOf } from "./levels.js";

/** The looks that canvas and picture share. */
export const SEED = { alpha: 0.16, width: 1.25, end: 0.85, radius: 2.5 };
export const BATCH_SURFACE = { width: 1.25, dash: [5, 4], every: 2 };
const NO_POINTS = [];

/** Contours of the batch's own surface: every other level of its own. */
export const batchLevels = (grid) => levelsOf(grid, NO_POINTS);

export function layerTraces({ asides, colors, theme }) {
  const { surface, seeds } = asides ?? {};
  return [...(surface ? [contourTrace(surface.answer, theme)] : []), ...(seeds ? seeds.answer.flatMap((one, at) => seedTraces(one, colors[seeds.indices[at]])) : [])];
}

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

/** All seeds of a run in one line with gaps, and their ends. */
function seedTraces({ phi, length }, { color }) {
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
  return [
    { ...common, mode: "lines", x, y, opacity: SEED.alpha, line: { color, width: SEED.width }, connectgaps: false },
    { ...common, mode: "markers", x: ends[0], y: ends[1], opacity: SEED.end, marker: { color, size: 2 * SEED.radius } },
  ];
}
