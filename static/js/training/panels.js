/** The plots of the training lab, and the one view of the runs that all of them draw. */

import { calibrationFigure, calibrationLayout, calibrationOf, calibrationScene } from "../figures/calibration.js";
import { learningFigure, learningLayout, learningScene } from "../figures/learning.js";
import { parityFigure, parityLayout, parityScene, tooManyInputs } from "../figures/parity.js";
import { outputsOf, predictionBackdrop, predictionFigure, predictionLayout, predictionScene } from "../figures/prediction.js";
import { format } from "../format.js";
import { styleOf } from "../palette.js";
import { mountMap, mountPlot } from "../plot/plot.js";
import { hiddenParts, resolvedTheme } from "../theme.js";
import { decodeNumbers } from "./requests.js";
import { lookedAt, nameOf, pictureOf, visible } from "./runs.js";

const byId = (id) => document.getElementById(id);
const either = (over, each) => (view, ...rest) => (tooManyInputs(view) ? each : over)(view, ...rest);
const PREDICTION = {
  figure: either(predictionFigure, parityFigure), layout: either(predictionLayout, parityLayout), scene: either(predictionScene, parityScene),
  backdrop: predictionBackdrop, words: "Data and what the network predicts",
};
const LEARNING = { figure: learningFigure, layout: learningLayout, scene: learningScene, words: "Training and validation loss over the steps; the table shows the same numbers" };
const CALIBRATION = { figure: calibrationFigure, layout: calibrationLayout, scene: calibrationScene, words: "Shares that were said beside shares that were seen" };

const UNLISTED = ["controls", "optimizers"]; // hidden, they do not say whose colour is whose

const decoded = new WeakMap();

/** The truth behind the data, decoded once for each answer. */
function truthOf(told) {
  if (!told) return null;
  if (!decoded.has(told)) decoded.set(told, { mean: decodeNumbers(told.truth?.mean), standard_deviation: decodeNumbers(told.truth?.standard_deviation) });
  return decoded.get(told);
}

/** The output that is shown: the one asked for, or the last there is. */
export function outputOf(told, { output }) {
  const outputs = outputsOf(told.data);
  return outputs[Math.min(output, outputs.length - 1)];
}

/** Everything a plot may draw, from what is shown and the state. */
export function viewOf(shown, state) {
  const theme = resolvedTheme(state);
  const main = lookedAt(shown.runs, state);
  const runs = visible(shown.runs, state).map((run) => ({
    ...styleOf(run.slot, theme), name: nameOf(run, shown.labels, state),
    index: run.index, position: run.position, member: run.member, opened: run.member === state.member, history: run.history, status: run.status, divergedAt: run.divergedAt,
    evaluationsPerStep: shown.told?.runs[run.index]?.gradient_evaluations_per_step ?? 1, looked: run === main, get picture() {
      return pictureOf(run);
    },
  }));
  const told = shown.told;
  const [answered] = main && told ? [told.runs[main.index]] : [];
  const output = told ? outputOf(told, state) : { kind: "real", row: 0, label: "" };
  return {
    runs,
    record: { trajectories: runs.filter(({ history }) => history.length > 0) },
    surface: { name: `${told?.dataset?.name} ${output.label}` },
    grid: main && pictureOf(main),
    told,
    output,
    truth: truthOf(told),
    prediction: state.prediction,
    batch: told?.step === state.step ? (answered?.batch ?? null) : null,
    calibration: calibrationOf(answered?.calibration, output),
    color: main ? styleOf(main.slot, theme).color : "",
    outdated: shown.outdated,
    listed: !UNLISTED.some((part) => hiddenParts(state).includes(part)),
    changes: state.changes,
    step: state.step,
    steps: state.steps,
    axis: state.axis,
    theme,
    lecture: state.lecture,
  };
}

const grids = new WeakMap();

/** The loss on a plane as a grid, made once for each answer: what is drawn already need not be drawn again. */
function gridOf(plane) {
  const { a, b, loss } = plane;
  if (!grids.has(plane)) grids.set(plane, { x: a, y: b, loss: Float32Array.from(loss.flat(), (value) => value ?? NaN), nx: a.length, ny: b.length });
  return grids.get(plane);
}

/** The plane around the path, as the contour plot draws a surface. */
function planeView(shown, state) {
  const theme = resolvedTheme(state);
  const { a, b, paths, directions } = shown.plane;
  const names = directions === "random" ? ["a random direction", "another"] : ["first component", "second"];
  const known = paths.filter(({ index }) => index < state.optimizers.length);
  const trajectories = known.map(({ index, step, ...path }) => ({
    index, status: "running", reason: null, divergedAt: null, length: step.length,
    phi: Float32Array.from(step.flatMap((_, at) => [path.a[at], path.b[at]])),
    loss: path.loss,
    describe: (at) =>
      [`step ${step[at]}`, `loss ${format(path.loss[at])}`, `on the plane ${format(path.plane_loss[at])}`, `${format(path.distance[at])} away from the plane`].join("<br>"),
  }));
  return {
    surface: { name: directions, domain: { x: [a[0], a.at(-1)], y: [b[0], b.at(-1)] }, symbols: names, plainSymbols: names, label: "" },
    grid: gridOf(shown.plane),
    record: { trajectories, batches: null },
    ghost: null,
    asides: {},
    scaled: true,
    step: Math.max(...known.map(({ step }) => step.length - 1)),
    look: null,
    colors: state.optimizers.map(({ slot }) => styleOf(slot, theme)),
    labels: shown.labels,
    hidden: new Set(state.optimizers.flatMap(({ hidden }, index) => (hidden ? [index] : []))),
    criticalPoints: [],
    start: null,
    theme,
    lecture: state.lecture,
  };
}

const GROWTH = 400; // milliseconds between two changes of axes while a run plays

export function mountPanels() {
  let [grown, held] = [0, ""];
  const plots = { prediction: mountPlot(byId("prediction"), PREDICTION), loss: mountPlot(byId("loss"), LEARNING) };

  function plotted(state) {
    const shown = [plots.prediction, plots.loss];
    if (state.panel === "calibration") shown.push((plots.calibration ??= mountPlot(byId("calibration"), CALIBRATION)));
    return shown;
  }

  /** Whether the axes of the losses no longer hold them; told at most so often. */
  function outgrown(view) {
    const now = performance.now();
    if (now - grown < GROWTH) return false;
    const { xaxis, yaxis } = learningLayout(view);
    const range = JSON.stringify([xaxis.title.text, xaxis.range, yaxis.type, yaxis.range]);
    if (range === held) return false;
    [grown, held] = [now, range];
    return true;
  }

  return {
    draw(kind, view, shown, state) {
      const fuller = kind === "live" && outgrown(view) ? "render" : kind;
      for (const plot of plotted(state)) plot[plot === plots.loss ? fuller : kind](view);
      byId("calibration").parentElement.hidden = !view.calibration;
      const laid = state.step > 0 && shown.plane?.directions === state.directions;
      byId("plane").parentElement.hidden = state.step === 0 || Boolean(shown.plane?.refused);
      byId("plane").style.visibility = laid ? "" : "hidden"; // its place is kept for the one that is to come
      if (state.panel !== "plane" || !laid || kind !== "render") return;
      plots.plane ??= mountMap(byId("plane"), "The loss on a plane around the path");
      plots.plane.render(planeView(shown, state));
    },
    png: () => plots.prediction.png(),
  };
}
