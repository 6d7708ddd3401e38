/**
 * A path that lies on the surface in space: between two steps that are far apart it follows the ground, as a straight line
 * would run under a hill or over a valley. Only the drawing is filled in; numbers are told of real steps alone.
 */

import { heights } from "./levels.js";

const FINE = 60; // pieces over the width of the surface
const MOST = 6000; // pieces that are added to a path

/** The height of the drawn surface at a point, between the points of its grid; null where it has none. */
function groundOf({ x, y, nx, ny, loss }, levels) {
  const rows = heights(loss, nx, ny, levels);
  const place = (value, values, count) => {
    const at = ((value - values[0]) / (values[count - 1] - values[0])) * (count - 1);
    const low = Math.max(0, Math.min(count - 2, Math.floor(at)));
    return [low, at - low];
  };
  return (left, up) => {
    const [[column, across], [row, along]] = [place(left, x, nx), place(up, y, ny)];
    const [near, far] = [rows[row], rows[row + 1]];
    const corners = [near[column], near[column + 1], far[column], far[column + 1]];
    if (corners.includes(null)) return null;
    return (1 - along) * ((1 - across) * corners[0] + across * corners[1]) + along * ((1 - across) * corners[2] + across * corners[3]);
  };
}

const inside = ([low, high], value) => low <= value && value <= high;

/** {x, y, z, steps} of a path: z is null off the surface, `steps` the real step that each point belongs to. */
export function draped({ x, y, run }, { grid, surface: { domain } }, levels, lift) {
  const ground = groundOf(grid, levels);
  const found = { x: [], y: [], z: [], steps: [] };
  const spans = [domain.x, domain.y].map(([low, high]) => high - low);
  let left = MOST;

  function add(at, up, height, step) {
    const there = height !== null && inside(domain.x, at) && inside(domain.y, up);
    found.x.push(at);
    found.y.push(up);
    found.z.push(there ? Math.min(height, levels.top) + lift : null);
    found.steps.push(step);
  }

  for (let step = 0; step < run.length; step += 1) {
    if (step > 0) {
      const [dx, dy] = [x[step] - x[step - 1], y[step] - y[step - 1]];
      const wanted = Math.ceil(FINE * Math.max(Math.abs(dx) / spans[0], Math.abs(dy) / spans[1]));
      const pieces = Number.isFinite(wanted) ? Math.min(wanted, 2 * FINE, left + 1) : 1;
      left -= Math.max(0, pieces - 1);
      for (let piece = 1; piece < pieces; piece += 1) {
        const share = piece / pieces;
        const [at, up] = [x[step - 1] + share * dx, y[step - 1] + share * dy];
        add(at, up, ground(at, up), share < 0.5 ? step - 1 : step);
      }
    }
    add(x[step], y[step], levels.to(run.loss[step]), step);
  }
  return found;
}
