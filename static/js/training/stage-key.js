/** What the marks, lines and areas of the prediction's plot are, in one quiet line. */

import { element, svg } from "../dom.js";
import { tooManyInputs } from "../figures/parity.js";
import { BAND, flat, SHAPES } from "../figures/prediction.js";
import { BATCH, classTone, tonesOf } from "../palette.js";
import { OUTLINES } from "../plot/overlay.js";

const MOST_CLASSES = 6;
const RADIUS = 4;

const mark = (words, symbol, fill, stroke) => ({ words, symbol, fill, stroke });
const line = (words, stroke, dash = "", width = 2) => ({ words, stroke, dash, width });

/** The classes of the data, as their marks are drawn. */
function classesOf({ told: { data }, theme }) {
  if (data.classes > MOST_CLASSES) return [];
  return Array.from({ length: data.classes }, (_, number) => mark(data.class_names?.[number] ?? `class ${number}`, SHAPES[number % SHAPES.length], classTone(number, theme), "none"));
}

/** What a line, or a colour of the plane, says. */
function predictedOf(view) {
  const { told, output, theme, truth, prediction, runs, color } = view;
  const { soft } = tonesOf(theme);
  const main = runs.find(({ looked }) => looked);
  const predictions = main?.picture?.predictions;
  if (tooManyInputs(view)) return output.kind === "class" && told.data.classes !== 2 ? [] : [line(output.kind === "class" ? "p = ½" : "prediction = target", soft, "5 4", 1.5)];
  if (output.kind === "class") {
    const decided = { sample: "a class drawn", mode: "the most probable class" }[predictions?.[prediction] ? prediction : ""];
    return [
      ...(flat(view) && told.data.classes === 2 ? [line("border: p = ½", soft)] : []),
      ...(decided ? [flat(view) ? { words: `tint: ${decided} at each point`, fill: soft } : mark(`${decided} at each x`, "dot", soft, "none")] : []),
    ];
  }
  if (flat(view)) return [mark(`low ${output.label}`, "disc", classTone(0, theme), "none"), mark(`high ${output.label}`, "disc", classTone(1, theme), "none")];
  return [
    ...(prediction === "sample" && predictions?.sample ? [mark("a draw at each x", "dot", color, "none")] : []),
    ...(predictions?.standard_deviation ? [{ words: `±${BAND}σ of ${main.name}`, fill: color }] : []),
    ...(truth?.mean ? [line(truth.standard_deviation ? `truth, dotted its ±${BAND}σ` : "truth", soft, "4 3", 1.5)] : []),
  ];
}

/** Entries {words, symbol | fill | stroke, ...} of what is drawn. */
export function keyOf(view) {
  if (!view.told?.grid && !tooManyInputs(view)) return [];
  const { soft, paper } = tonesOf(view.theme, view.lecture);
  const others = new Set(view.runs.filter(({ opened }) => !opened).map(({ member }) => member)).size;
  const own = view.runs.filter(({ opened }) => opened);
  return [
    ...(view.listed || own.length < 2 ? [] : own.map(({ name, color, dash }) => line(name, color, dash.join(" ")))),
    ...(view.output.kind === "class" ? classesOf(view) : []),
    mark("training", "disc", soft, "none"),
    ...(view.told.data.validation ? [mark("validation", "disc", paper, soft)] : []),
    ...(view.batch ? [mark("this step’s batch", "disc", soft, BATCH[view.theme])] : []),
    ...predictedOf(view),
    ...(others && !tooManyInputs(view) ? [line(`other seeds (${others})`, soft, "", 0.75)] : []),
  ];
}

function swatchOf({ symbol, fill, stroke, dash, width }) {
  const shape = () => {
    if (symbol === undefined) return fill ? svg("rect", { x: 0, y: 2, width: 20, height: 10, fill, "fill-opacity": 0.25 }) : svg("path", { d: "M0 7H20", stroke, "stroke-width": width, "stroke-dasharray": dash });
    const look = { fill, stroke, "stroke-width": 1.75 };
    if (symbol === "disc" || symbol === "dot") return svg("circle", { cx: 7, cy: 7, r: symbol === "dot" ? 0.5 * RADIUS : RADIUS, ...look });
    return svg("polygon", { points: OUTLINES[symbol].map(([x, y]) => `${7 + RADIUS * x},${7 + RADIUS * y}`).join(" "), ...look });
  };
  return svg("svg", { viewBox: symbol === undefined ? "0 0 20 14" : "0 0 14 14", class: "stage-swatch", "aria-hidden": "true" }, shape());
}

/** The answer's `draw(view)` shows the key of a view. */
export function mountStageKey(place) {
  let drawn = "";
  return {
    draw(view) {
      const entries = keyOf(view);
      const now = JSON.stringify(entries);
      if (now === drawn) return;
      drawn = now;
      place.replaceChildren(...entries.map((entry) => element("li", {}, swatchOf(entry), entry.words)));
    },
  };
}
