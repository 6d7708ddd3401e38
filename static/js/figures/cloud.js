/** The cloud of batch gradients at one point, as shapes in a box: dots, the exact ellipse, the expected gradient. Pure. */

import { formatTick } from "../format.js";
import { niceStep } from "./levels.js";

export const BOX = { width: 220, height: 200 };
const AREA = { left: 40, right: 214, top: 20, bottom: 172 };
const ROOM = 0.06;
const CORNERS = 48;
const TICKS = 3.5;
const HEAD = 9;

/** The point at so many standard deviations in a direction, for a mean (2) and a covariance (2, 2): Cholesky's factor. */
function ellipse([x, y], [[xx, xy], [, yy]], sigmas) {
  const a = Math.sqrt(Math.max(xx, 0));
  const b = a > 0 ? xy / a : 0;
  const c = Math.sqrt(Math.max(yy - b * b, 0));
  return Array.from({ length: CORNERS }, (_, k) => {
    const [cos, sin] = [Math.cos((2 * Math.PI * k) / CORNERS), Math.sin((2 * Math.PI * k) / CORNERS)];
    return [x + sigmas * a * cos, y + sigmas * (b * cos + c * sin)];
  });
}

/** What a batch of these samples says: the sum of their gradients, or their mean. */
export function batchGradient(perSample, batch, mean) {
  const total = [0, 1].map((axis) => batch.reduce((sum, index) => sum + (perSample[index][axis] ?? NaN), 0));
  return mean ? total.map((value) => value / batch.length) : total;
}

const finite = (points) => points.filter((point) => point.every(Number.isFinite));

function axisOf(points, axis, from, to) {
  const values = points.map((point) => point[axis]);
  const [least, most] = values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [0, 0]);
  const margin = ROOM * (most - least || 1);
  const [low, high] = [least - margin, most + margin];
  const at = (value) => from + ((to - from) * (value - low)) / (high - low);
  const step = niceStep((high - low) / TICKS);
  const ticks = [];
  for (let k = Math.ceil(low / step); k * step <= high; k += 1) ticks.push({ at: at(k * step), text: formatTick(Number((k * step).toPrecision(6))) });
  return { at, ticks };
}

/**
 * `cloud` is the answer of /api/gradients, `own` the gradient of this step's batch [x, y]. The answer holds SVG paths
 * in the box; each axis has its own scale, as on the surface.
 */
export function cloudFigure(cloud, own, samples) {
  const batches = finite(cloud.batch_gradients);
  const single = samples ? finite(cloud.per_sample) : [];
  const [outer, inner] = [2, 1].map((sigmas) => ellipse(cloud.expected, cloud.covariance, sigmas));
  const points = [...batches, ...single, ...outer, ...finite([own]), cloud.expected];
  const [x, y] = [axisOf(points, 0, AREA.left, AREA.right), axisOf(points, 1, AREA.bottom, AREA.top)];
  const place = ([across, up]) => [x.at(across), y.at(up)];
  const dots = (list) => list.map((point) => `M${place(point).map((value) => value.toFixed(1)).join(" ")}h0`).join("");
  const closed = (list) => `M${list.map((point) => place(point).map((value) => value.toFixed(1)).join(" ")).join("L")}Z`;
  return {
    area: AREA,
    ticks: { x: x.ticks, y: y.ticks },
    zero: `M${x.at(0)} ${AREA.top}V${AREA.bottom}M${AREA.left} ${y.at(0)}H${AREA.right}`,
    batches: dots(batches),
    samples: dots(single),
    ellipses: closed(outer) + closed(inner),
    expected: arrow(place([0, 0]), place(cloud.expected)),
    own: place(own),
  };
}

/** A line with a head, as a path to be stroked. */
function arrow([x0, y0], [x1, y1]) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 1) return `M${x1} ${y1}h0`;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = Math.min(HEAD, 0.7 * length);
  const side = (sign) => `${(x1 - head * (ux + sign * 0.5 * -uy)).toFixed(1)} ${(y1 - head * (uy + sign * 0.5 * ux)).toFixed(1)}`;
  return `M${x0.toFixed(1)} ${y0.toFixed(1)}L${x1.toFixed(1)} ${y1.toFixed(1)}M${side(1)}L${x1.toFixed(1)} ${y1.toFixed(1)}L${side(-1)}`;
}
