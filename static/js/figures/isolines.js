/** Lines of equal height on a grid, by marching squares. Pure. */

/** Where a level enters and leaves a cell, two and two: [edge, x, y], the edge numbered within the whole grid. */
export function crossingsOf({ x, y, nx }, heights, i, j, level) {
  const at = j * nx + i;
  const [a, b, c, d] = [heights[at], heights[at + 1], heights[at + nx + 1], heights[at + nx]];
  const sides = (a >= level) + (b >= level) + (c >= level) + (d >= level);
  if (sides === 0 || sides === 4 || Number.isNaN(a + b + c + d)) return NONE;
  const share = (from, to) => (level - from) / (to - from);
  const [west, east, south, north] = [x[i], x[i + 1], y[j], y[j + 1]];
  const crossings = [];
  if (a >= level !== b >= level) crossings.push([2 * at, west + share(a, b) * (east - west), south]);
  if (b >= level !== c >= level) crossings.push([2 * at + 3, east, south + share(b, c) * (north - south)]);
  if (d >= level !== c >= level) crossings.push([2 * (at + nx), west + share(d, c) * (east - west), north]);
  if (a >= level !== d >= level) crossings.push([2 * at + 1, west, south + share(a, d) * (north - south)]);
  return crossings;
}

const NONE = [];

/** The lines of a level, each a list of points [x, y]; a closed one ends where it begins. */
export function isolines(grid, heights, level) {
  const segments = [];
  for (let j = 0; j + 1 < grid.ny; j += 1) {
    for (let i = 0; i + 1 < grid.nx; i += 1) {
      const crossings = crossingsOf(grid, heights, i, j, level);
      for (let k = 0; k + 1 < crossings.length; k += 2) segments.push([crossings[k], crossings[k + 1]]);
    }
  }
  return joined(segments);
}

/** Segments that meet on an edge make one line. */
function joined(segments) {
  const touching = new Map();
  for (const segment of segments) for (const [edge] of segment) touching.set(edge, [...(touching.get(edge) ?? []), segment]);
  const used = new Set();

  function follow(segment, from) {
    const points = [];
    let edge = from;
    for (let next = segment; next && !used.has(next); next = touching.get(edge).find((one) => !used.has(one))) {
      used.add(next);
      const end = next[0][0] === edge ? next[1] : next[0];
      points.push([end[1], end[2]]);
      edge = end[0];
    }
    return points;
  }

  const lines = [];
  for (const segment of segments) {
    if (used.has(segment)) continue;
    const [[, x, y]] = segment;
    const on = follow(segment, segment[0][0]);
    const other = touching.get(segment[0][0]).find((one) => !used.has(one));
    const back = other ? follow(other, segment[0][0]) : [];
    lines.push([...back.reverse(), [x, y], ...on]);
  }
  return lines;
}
