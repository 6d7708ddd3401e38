/**
 * How the loss curves where a run is, and how much of that its learning rate bears. Pure.
 *
 * On a quadratic a step multiplies the distance along each principal axis by 1 − η·λ (gradient descent; other rules have
 * bounds of their own): where η·λmax is above the bound, each step overshoots by more than the last.
 */

import { format } from "./format.js";
import { indexAt } from "./shown.js";

/** The name of the layer. */
export const CURVATURE = "curvature";

const SHAPES = { minimum: "convex", maximum: "concave", saddle: "saddle", degenerate: "flat" };

/** What a critical point is called. */
export const KINDS = {
  minimum: "minimum",
  minimum_nonsmooth: "minimum without a gradient",
  saddle: "saddle point",
  maximum: "maximum",
  degenerate: "degenerate critical point",
};

/** The critical points: as found for the state that is shown, and until they are, those of the catalogue. */
export const criticalPointsOf = ({ asides, surface }) => asides.critical?.answer ?? surface?.critical_points ?? [];

/** The share of the whole gradient that a step sees on average: B/n for sums over batches. */
const shareOf = ({ batches, surface }) => (batches && surface.reduction === "sum" ? batches.largest / batches.samples : 1);

/**
 * {low, high, type, axis, product, bound, limit, share, stale} of a run at a step, or null where it is not known. `product`
 * is η·λmax, times the share of the gradient that a step sees; `bound` (null: none is known) is what it may be; `limit` is
 * the learning rate that would be on the bound (null: where nothing curves upwards, any).
 */
export function curvatureAt({ record, asides }, run, step) {
  const found = asides?.curvature;
  const at = found ? found.indices.indexOf(run.index) : -1;
  if (at < 0 || found.answer.high[at] === null) return null;
  const { low, high, type, axis, stability_bounds: bounds } = found.answer;
  const rate = run.learningRate?.[indexAt(run, step)] ?? run.optimizer.learning_rate;
  const share = shareOf(record);
  const bound = bounds[at];
  const limit = bound === null || high[at] <= 0 ? null : bound / (share * high[at]);
  const shape = SHAPES[type[at]];
  return { low: low[at], high: high[at], shape, axis: axis[at], product: rate * share * high[at], bound, limit, share, stale: found.stale };
}

/** Whether a step overshoots by more than the last. */
export const overshoots = (found) => Boolean(found && found.bound !== null && found.product > found.bound);

/** "2.2 > 2": the product beside its bound. */
export const comparison = (found) => (found.bound === null ? null : `${format(found.product)} ${overshoots(found) ? ">" : "≤"} ${format(found.bound)}`);

/** "limit here: 2/λmax = 0.2"; empty where there is no limit. */
export function limitSentence(found) {
  if (!found || found.bound === null) return "";
  if (found.limit === null) return "no limit here: λmax ≤ 0";
  const divisor = found.share === 1 ? "λmax" : "(B/n·λmax)";
  return `limit here: ${format(found.bound)}/${divisor} = ${format(found.limit)}`;
}

/** The rows of the table at a step: head, its name, and what it shows of a run. */
export const CURVATURE_ROWS = [
  { head: ["λ", "max"], title: "The larger eigenvalue of the Hessian here: the curvature across the valley", value: (found) => found.high },
  { head: ["λ", "min"], title: "The smaller eigenvalue of the Hessian here: the curvature along the valley", value: (found) => found.low },
  { head: ["η·λ", "max"], title: "Learning rate times largest curvature (on sums over batches, times B/n): above the bound a quadratic diverges", value: comparison },
  { head: ["shape", ""], title: "How the loss curves here, by the signs of the eigenvalues: up both ways, down both ways, or up and down", value: (found) => found.shape },
];

const LONG = { run: 0.11, point: 0.05, crowded: 0.025 }; // half of the longer arm, in shares of the surface's range
const SHORTEST = 0.15; // of the longer arm

/**
 * The two principal axes at a point, as segments {x, y, dx, dy, down}: from the point by (dx, dy) to both sides. Their
 * lengths are those of the quadratic's ellipse, 1/√|λ|, the longer one as long as fits.
 */
export function principalAxes([x, y], { low, high, axis }, { x: across, y: up }, size) {
  const spans = [across[1] - across[0], up[1] - up[0]];
  const directions = [[axis[0], axis[1], high], [-axis[1], axis[0], low]];
  const lengths = directions.map(([, , value]) => (value === 0 ? Infinity : 1 / Math.sqrt(Math.abs(value))));
  const longest = Math.max(...lengths.filter(Number.isFinite), 0) || 1;
  return directions.map(([dx, dy, value], at) => {
    const share = Math.max(SHORTEST, Math.min(1, lengths[at] / longest));
    const scale = (LONG[size] * share) / Math.hypot(dx / spans[0], dy / spans[1]);
    return { x, y, dx: scale * dx, dy: scale * dy, down: value < 0 };
  });
}
