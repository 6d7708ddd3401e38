/** Whether what a network says of its own certainty is true: shares that were said beside shares that were seen. Pure. */

import { format } from "../format.js";
import { tonesOf } from "../palette.js";
import { axisOf, layoutOf, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

const BAR = 0.18;
const PARTS = ["training", "validation"];
const SHARES = { range: [-0.03, 1.03], tickvals: [0, 0.25, 0.5, 0.75, 1], ticktext: ["0", "¼", "½", "¾", "1"] };

/** What fits the output that is shown; null where nothing of it is predicted but a mean. */
export function calibrationOf(calibration, output) {
  const kind = output.kind === "class" ? "probability" : "band";
  const found = calibration?.band ? calibration[kind] : calibration;
  return found?.kind === kind ? found : null;
}

/** The points of a part: [{said, seen, text, share}]. */
function pointsOf({ kind, nominal, ...parts }, part) {
  if (!parts[part]) return [];
  if (kind === "band") return parts[part].map((seen, at) => ({ said: nominal[at], seen, share: 0, text: `the band that should hold ${format(100 * nominal[at])} % holds ${format(100 * seen)} %` }));
  const { count, confidence, accuracy } = parts[part];
  const all = count.reduce((sum, samples) => sum + samples, 0);
  return count
    .map((samples, at) => ({ said: confidence[at], seen: accuracy[at], share: samples / all, text: `${samples} samples of which it is ${format(100 * confidence[at])} % sure: ${format(100 * accuracy[at])} % right` }))
    .filter(({ share }) => share > 0);
}

/** A bar over each bin of probability in which there are training samples: how often these are right. */
function barsOf({ kind, edges, training }, color) {
  if (kind === "band" || !training) return [];
  const bars = training.accuracy.map((seen, at) => ({ x: [edges[at], edges[at + 1]], low: [0, 0], high: [seen, seen], color, alpha: BAR }));
  return bars.filter((_, at) => training.count[at] > 0);
}

export function calibrationScene(view) {
  const { line, mark, thin } = sizesOf(view);
  const { soft, paper } = tonesOf(view.theme, view.lecture);
  const { calibration, color } = view;
  const diagonal = { name: "as it says", x: [0, 1], y: [0, 1], color: soft, dash: [5, 4], width: thin };
  if (!calibration) return { lines: [], marks: [], rules: [] };
  const [lines, marks] = [[diagonal], []];
  for (const part of PARTS) {
    const points = pointsOf(calibration, part);
    const look = part === "training" ? { width: line, dash: [] } : { width: 0.5 * line, dash: [2, 3] };
    if (calibration.kind === "band") lines.push({ name: part, x: points.map(({ said }) => said), y: points.map(({ seen }) => seen), color, ...look });
    for (const { said, seen, text, share } of points) {
      const fill = part === "training" ? { color, edge: paper, width: 1 } : { color: paper, edge: color, width: 1.5 };
      marks.push({ name: part, x: said, y: seen, symbol: "disc", size: (0.7 + Math.sqrt(share)) * mark, ...fill, text: `<b>${part}</b><br>${text}` });
    }
  }
  return { lines, marks, rules: [], areas: barsOf(calibration, color) };
}

export const calibrationFigure = (view, size, options = {}) => ({ data: tracesOf(calibrationScene(view), options), layout: calibrationLayout(view) });

export function calibrationLayout(view) {
  const band = view.calibration?.kind === "band";
  return {
    ...layoutOf(view, { l: 56, r: 12, t: 8, b: 40 }),
    xaxis: axisOf(view, band ? "share the band should hold" : "how sure it is", SHARES),
    yaxis: axisOf(view, band ? "share it holds" : "share that is right", SHARES),
  };
}
