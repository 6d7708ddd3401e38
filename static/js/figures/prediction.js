/**
 * What a network predicts, over the data: a curve with its band, chances of classes, or regions of the plane. Pure.
 *
 * view = { runs: [{index, position, opened, looked, color, dash, name, picture}], told, output {kind, row, label}, prediction,
 *          batch: indices | null, theme, lecture }, and what panel.js asks for
 */

import { format } from "../format.js";
import { BATCH, classTone, tonesOf } from "../palette.js";
import { borders, classImage, decidedImage, layoutImage, painterOf, valueImage, valueTone } from "./regions.js";
import { axisOf, layoutOf, sizesOf } from "./theme.js";
import { tracesOf } from "./traces.js";

export const BAND = 2; // standard deviations
const AREA = 0.16;
const MEMBER = { alpha: 0.45, width: 0.4 };
const ROOM = 0.12;
export const SHAPES = ["disc", "diamond", "up", "down", "stop"];
export const CHANCES = { tickvals: [0, 0.5, 1], ticktext: ["0", "½", "1"], range: [-0.1, 1.1] };
const BORDERS = 4; // classes up to which each run's borders are drawn

export const flat = ({ told }) => told.data.inputs === 2;
const row = ({ shape: [, points], values }, number) => values.subarray(number * points, (number + 1) * points);

/** The outputs of data: real targets, and the class. [{kind: "real" | "class", row, label}] */
export function outputsOf({ inputs, targets, classes, columns }) {
  const real = Array.from({ length: targets }, (_, number) => ({ kind: "real", row: number, label: columns?.[inputs + number] ?? (targets > 1 ? `y${number + 1}` : "y") }));
  return classes === 0 ? real : [...real, { kind: "class", row: targets, classes, label: "class" }];
}

/** The chances of the classes (classes, points): those of two classes may come as the one of the second. */
export function chancesOf({ probabilities }) {
  if (!probabilities || probabilities.shape[0] > 1) return probabilities;
  const { shape: [, points], values } = probabilities;
  const both = new Float32Array(2 * points);
  for (let at = 0; at < points; at += 1) [both[at], both[points + at]] = [1 - values[at], values[at]];
  return { shape: [2, points], values: both };
}

const gridOf = ({ told: { grid } }) => ({ x: grid.x, y: grid.y, nx: grid.x.length, ny: grid.y?.length ?? 1 });
const drawn = ({ runs }) => runs.filter(({ picture }) => picture?.predictions);
const looked = (view) => drawn(view).find((run) => run.looked) ?? null;

export function predictionScene(view) {
  const nothing = { lines: [], marks: [], rules: [], areas: [] };
  if (!view.told?.grid) return nothing;
  const scene = flat(view) ? plane(view) : line(view);
  return { ...nothing, ...scene, marks: [...(scene.marks ?? []), ...dataMarks(view)] };
}

/** Two inputs: the borders of each run, over the regions of the one that is looked at. */
function plane(view) {
  if (view.output.kind !== "class") return {};
  const grid = gridOf(view);
  const sizes = sizesOf(view);
  const lines = drawn(view).flatMap(({ picture, color, dash, name, opened, position }) => {
    const chances = chancesOf(picture.predictions);
    if (chances.shape[0] > BORDERS && !opened) return [];
    const look = !opened ? { alpha: MEMBER.alpha, width: MEMBER.width * sizes.line } : { width: sizes.line };
    return borders(grid, chances).map((border) => ({ ...border, color, dash, index: position, name, ...look }));
  });
  return { lines };
}

/** One input: the curve of each run, with the band of the one that is looked at; or the chances of its classes. */
function line(view) {
  const { told, output, prediction } = view;
  const sizes = sizesOf(view);
  const { x } = told.grid;
  const truth = output.kind === "real" ? truthLines(view, sizes) : [];
  if (output.kind === "class") return { lines: drawn(view).flatMap((run) => chanceLines(run, x, view, sizes)), marks: classMarks(view, sizes) };
  const [lines, marks] = [[], []];
  for (const run of drawn(view)) {
    const values = row(run.picture.predictions[prediction] ?? run.picture.predictions.mean, output.row);
    const look = !run.opened ? { alpha: MEMBER.alpha, width: MEMBER.width * sizes.line } : { width: sizes.line };
    if (prediction === "sample" && run.picture.predictions.sample) {
      if (run.looked) values.forEach((y, at) => marks.push({ name: run.name, x: x[at], y, symbol: "disc", size: 0.45 * sizes.mark, color: run.color, edge: run.color, width: 0 }));
    } else lines.push({ name: run.name, color: run.color, dash: run.dash, index: run.position, x, y: values, ...look, text: (at) => pointText(run, output, x[at], at) });
  }
  return { lines: [...truth, ...lines], marks, areas: band(view) };
}

/** What a point of a curve says. */
function pointText({ name, picture }, { row: number, label }, x, at) {
  const { mean, standard_deviation: sigma } = picture.predictions;
  const spread = sigma ? ` ± ${format(BAND * row(sigma, number)[at])}` : "";
  return `<b>${name}</b><br>x ${format(x)}<br>${label} ${format(row(mean, number)[at])}${spread}`;
}

function band(view) {
  const run = looked(view);
  const sigma = run?.picture.predictions.standard_deviation;
  if (!sigma) return [];
  const { output, told } = view;
  const [mean, spread] = [row(run.picture.predictions.mean, output.row), row(sigma, output.row)];
  const edge = (sign) => mean.map((value, at) => value + sign * BAND * spread[at]);
  return [{ x: told.grid.x, low: edge(-1), high: edge(1), color: run.color, alpha: AREA }];
}

function truthLines({ told, theme, lecture, output, truth }, { thin }) {
  if (!truth?.mean) return [];
  const { soft } = tonesOf(theme, lecture);
  const { x } = told.grid;
  const mean = row(truth.mean, output.row);
  const look = { color: soft, dash: [5, 4], width: thin, name: "truth" };
  const lines = [{ ...look, x, y: mean, text: (at) => `truth<br>x ${format(x[at])}<br>${format(mean[at])}` }];
  if (!truth.standard_deviation) return lines;
  const sigma = row(truth.standard_deviation, output.row);
  return [...lines, ...[-1, 1].map((sign) => ({ ...look, dash: [1, 4], x, y: mean.map((value, at) => value + sign * BAND * sigma[at]) }))];
}

/** The most probable class, or a drawn one, at each x: of the run that is looked at. */
function classMarks(view, { mark }) {
  const { told, output, prediction, theme } = view;
  const predicted = looked(view)?.picture.predictions[prediction];
  if (prediction === "mean" || !predicted) return [];
  const look = (number) => ({ name: `class ${number}`, symbol: "disc", size: 0.4 * mark, color: classTone(number, theme), edge: classTone(number, theme), width: 0 });
  return Array.from(row(predicted, output.row), (number, at) => ({ ...look(number), x: told.grid.x[at], y: heightOf(number, told.data.classes) }));
}

function chanceLines({ picture, looked: main, color, dash, name, position, opened }, x, { theme }, { line: width }) {
  const chances = chancesOf(picture.predictions);
  const [classes] = chances.shape;
  if (classes === 2) {
    const values = row(chances, 1);
    const look = !opened ? { alpha: MEMBER.alpha, width: MEMBER.width * width } : { width };
    return [{ name, color, dash, index: position, x, y: values, ...look, text: (at) => `<b>${name}</b><br>x ${format(x[at])}<br>P(class 1) ${format(values[at])}` }];
  }
  if (!main) return [];
  return Array.from({ length: classes }, (_, number) => {
    const values = row(chances, number);
    return { name: `class ${number}`, color: classTone(number, theme), dash, x, y: values, width, text: (at) => `<b>class ${number}</b><br>x ${format(x[at])}<br>${format(values[at])}` };
  });
}

/** Whether a tone tells the value of a sample. */
const valued = (view) => view.output.kind === "real" && flat(view);

/** Where a sample stands: over its inputs. */
const placeOf = (view) => (part, at, inputs, targets) => {
  if (flat(view)) return { x: inputs[0], y: inputs[1] };
  return { x: inputs[0], y: view.output.kind === "class" ? heightOf(targets.at(-1), view.told.data.classes) : targets[view.output.row] };
};

/** Training samples filled, held-back ones hollow; those of this step's batch stand out. `placed(part, at, inputs, targets)` is {x, y, text}. */
export function dataMarks(view, placed = placeOf(view)) {
  const { told: { data }, batch } = view;
  const lit = batch && new Set(batch);
  const range = valued(view) ? targetRange(view) : null;
  const parts = [["validation", true], ["training", false]].filter(([name]) => data[name]);
  return parts.flatMap(([name, hollow]) => {
    const { x, y } = data[name];
    const marks = x.map((inputs, at) => sample(view, inputs, y[at], `${name} sample ${at + 1}`, { hollow, range, place: placed(name, at, inputs, y[at]) }));
    if (hollow || !lit) return marks;
    const bright = { edge: BATCH[view.theme], width: 2.5, moving: true };
    return [...marks.map((mark, at) => (lit.has(at) ? mark : { ...mark, alpha: 0.35 })), ...batch.map((at) => ({ ...marks[at], ...bright, size: 1.25 * marks[at].size }))];
  });
}

function sample(view, inputs, targets, name, { hollow, range, place: { x, y, text } }) {
  const { told: { data }, output, theme, lecture } = view;
  const { ink, paper } = tonesOf(theme, lecture);
  const number = data.classes ? targets.at(-1) : null;
  const tone = range ? valueTone(targets[output.row], range, theme) : output.kind === "real" ? ink : classTone(number, theme);
  const symbol = number === null || output.kind === "real" ? "disc" : SHAPES[number % SHAPES.length];
  const size = (data.training.x.length > 400 ? 0.6 : 0.8) * sizesOf(view).mark;
  const look = hollow ? { color: paper, edge: tone, width: 1.5 } : { color: tone, edge: paper, width: 1 };
  const what = output.kind === "class" ? (data.class_names?.[number] ?? `class ${number}`) : format(targets[output.row]);
  return { name, x, y, symbol, size, ...look, text: `${name}<br>${inputs.map(format).join(", ")} → ${what}${text ? `<br>${text}` : ""}` };
}

/** Classes of one input stand at the foot and at the head; more than two one above the other. */
const heightOf = (number, classes) => (classes === 2 ? number : 1.05 + 0.02 * number);

export function targetRange({ told: { data }, output }) {
  const values = [data.training, data.validation].filter(Boolean).flatMap(({ y }) => y.map((targets) => targets[output.row]));
  return [Math.min(...values), Math.max(...values)];
}

/** What is predicted over the plane: how probable which class is, one class for each node, or a number. */
function painted({ told, output, prediction, theme, ...view }, predictions, grid) {
  const values = predictions[prediction] ?? predictions.mean;
  if (output.kind !== "class") return valueImage(grid, row(values, output.row), targetRange({ told, output, ...view }), theme);
  return prediction === "mean" || !predictions[prediction] ? classImage(grid, chancesOf(predictions), theme) : decidedImage(grid, row(values, output.row), theme);
}

let latest = { picture: null };

/** The image under everything, for two inputs; made once for each picture. */
function imageOf(view) {
  const run = flat(view) ? looked(view) : null;
  if (!run) return null;
  const { picture } = run;
  const { theme, output, prediction } = view;
  if (latest.picture !== picture || latest.theme !== theme || latest.row !== output.row || latest.prediction !== prediction) {
    const grid = gridOf(view);
    latest = { picture, theme, row: output.row, prediction, image: painted(view, picture.predictions, grid), grid };
  }
  return latest;
}

/** A painter of the regions, while Plotly does not show them. */
export function predictionBackdrop(view) {
  const under = view.told?.grid && imageOf(view);
  return under ? painterOf(under.image, under.grid) : null;
}

export function predictionFigure(view, size, options = {}) {
  return { data: tracesOf(predictionScene(view), options), layout: predictionLayout(view) };
}

export function predictionLayout(view) {
  const layout = layoutOf(view, { l: 52, r: 12, t: 8, b: 40 });
  if (!view.told?.grid) return { ...layout, xaxis: axisOf(view, "", { range: [0, 1] }), yaxis: axisOf(view, "", { range: [0, 1] }) };
  const { grid, data } = view.told;
  const [across, up] = data.columns ?? ["x₁", "x₂"];
  const range = (values) => [values[0], values.at(-1)];
  if (flat(view)) {
    const under = imageOf(view);
    return {
      ...layout,
      xaxis: axisOf(view, across, { range: range(grid.x), showgrid: false }),
      yaxis: axisOf(view, up, { range: range(grid.y), showgrid: false }),
      images: under ? [layoutImage(under.image, under.grid)] : [],
    };
  }
  const real = view.output.kind === "real";
  const named = data.columns ?? ["x"];
  return {
    ...layout,
    xaxis: axisOf(view, named[0], { range: range(grid.x), showgrid: false }),
    yaxis: axisOf(view, real ? view.output.label : data.classes === 2 ? "P(class 1)" : "P(class)", real ? { range: widened(targetRange(view)) } : CHANCES),
  };
}

export function widened([low, high]) {
  const margin = ROOM * (high - low || 1);
  return [low - margin, high + margin];
}
