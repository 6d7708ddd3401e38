/**
 * What is predicted for each sample, where there are too many inputs to draw what is predicted everywhere: a number
 * against its target, a class by how probable it was held. Pure. The view is that of prediction.js.
 */

import { format } from "../format.js";
import { tonesOf } from "../palette.js";
import { chancesOf, CHANCES, dataMarks, targetRange, widened } from "./prediction.js";
import { axisOf, layoutOf, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

const SPREAD = 0.7; // of the room of a class, over which its samples are spread
const GOLDEN = 0.618034; // multiples of it lie evenly between whole numbers

/** Whether there are samples, and more inputs than can be drawn. */
export const tooManyInputs = ({ told }) => Boolean(told) && told.data.inputs > 2;

const isReal = ({ output }) => output.kind === "real";
const rangeOf = (view) => widened(targetRange(view));
const columnsOf = ({ told: { data } }) => [-0.6, data.classes - 0.4];

export function parityScene(view) {
  const { soft } = tonesOf(view.theme, view.lecture);
  const ends = isReal(view) ? rangeOf(view) : columnsOf(view);
  const right = isReal(view) ? [{ x: ends, y: ends }] : view.told.data.classes === 2 ? [{ x: ends, y: [0.5, 0.5] }] : [];
  const lines = right.map((line) => ({ ...line, name: "right", color: soft, dash: [5, 4], width: sizesOf(view).thin }));
  return { lines, marks: marksOf(view), rules: [], areas: [] };
}

/** Each sample at its target and what the network that is looked at predicts for it; what is off the plot, at its edge. */
function marksOf(view) {
  const { output, prediction } = view;
  const predicted = view.runs.find(({ looked }) => looked)?.picture?.samples ?? {};
  const [low, high] = isReal(view) ? rangeOf(view) : CHANCES.range;
  const said = (part, at, targets) => {
    const found = predicted[part];
    const number = targets.at(-1);
    const planes = isReal(view) ? (found?.[prediction] ?? found?.mean) : found && chancesOf(found);
    return planes ? planes.values[(isReal(view) ? output.row : number) * planes.shape[1] + at] : NaN;
  };
  const marks = dataMarks(view, (part, at, inputs, targets) => {
    const value = said(part, at, targets);
    const across = isReal(view) ? targets[output.row] : targets.at(-1) + SPREAD * (((GOLDEN * at) % 1) - 0.5);
    return { x: across, y: Math.max(low, Math.min(high, value)), text: isReal(view) ? `predicted ${format(value)}` : `its class is held to be ${format(100 * value)} % probable` };
  });
  return marks.filter(({ y }) => Number.isFinite(y));
}

export const parityFigure = (view, size, options = {}) => ({ data: tracesOf(parityScene(view), options), layout: parityLayout(view) });

export function parityLayout(view) {
  const { data } = view.told;
  const layout = layoutOf(view, { l: 56, r: 12, t: 8, b: 40 });
  const { label } = view.output;
  if (isReal(view)) return { ...layout, xaxis: axisOf(view, `${label}, the target`, { range: rangeOf(view) }), yaxis: axisOf(view, `${label}, predicted`, { range: rangeOf(view) }) };
  const numbers = Array.from({ length: data.classes }, (_, number) => number);
  const named = { range: columnsOf(view), tickvals: numbers, ticktext: numbers.map((number) => data.class_names?.[number] ?? `class ${number}`), showgrid: false };
  return { ...layout, xaxis: axisOf(view, "", named), yaxis: axisOf(view, "P(its own class)", CHANCES) };
}
