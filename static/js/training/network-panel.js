/** The network, drawn: weights by hue (sign) and width (size); what one of them is, and what a unit computes. */

import { element } from "../dom.js";
import { valueImage } from "../figures/regions.js";
import { format } from "../format.js";
import { classTone, tonesOf } from "../palette.js";
import { createCanvas } from "../plot/overlay.js";
import { resolvedTheme } from "../theme.js";
import { foundAt, largest, layersOf, placesOf } from "./drawing.js";
import { decodeNumbers, MOST_DRAWN } from "./requests.js";
import { lookedAt, pictureOf } from "./runs.js";

const WIDEST = 5;
const THINNEST = 0.3;
const IMAGE = 96;
const layerName = (layer, widths) => (layer < 0 ? "input" : layer === widths.length - 2 ? "output" : `layer ${layer + 1}, unit`);

/** Draw weights and units; `chosen` {layer, unit, from?} stands out. */
function paint(context, size, widths, layers, { theme, lecture, chosen }) {
  const tones = tonesOf(theme, lecture);
  const places = placesOf(widths, size);
  const most = largest(layers) || 1;
  context.clearRect(0, 0, size.width, size.height);
  layers.forEach(({ inputs, outputs, weight }, layer) => {
    for (let j = 0; j < outputs; j += 1) {
      for (let i = 0; i < inputs; i += 1) {
        const share = Math.abs(weight(j, i)) / most;
        const near = chosen && (chosen.from === undefined ? (chosen.layer === layer && chosen.unit === j) || (chosen.layer === layer - 1 && chosen.unit === i) : chosen.layer === layer && chosen.unit === j && chosen.from === i);
        const alpha = chosen && !near ? 0.15 : 0.25 + 0.75 * share;
        Object.assign(context, { strokeStyle: classTone(weight(j, i) < 0 ? 1 : 0, theme), lineWidth: Math.max(THINNEST, WIDEST * share) + (near ? 0.7 : 0), globalAlpha: alpha });
        context.beginPath();
        context.moveTo(places[layer][i].x, places[layer][i].y);
        context.lineTo(places[layer + 1][j].x, places[layer + 1][j].y);
        context.stroke();
      }
    }
  });
  places.forEach((column, at) =>
    column.forEach(({ x, y, r }, unit) => {
      const own = chosen && chosen.from === undefined && chosen.layer === at - 1 && chosen.unit === unit;
      Object.assign(context, { fillStyle: own ? tones.ink : tones.paper, strokeStyle: tones.ink, lineWidth: own ? 2.5 : 1.25, globalAlpha: 1 });
      context.beginPath();
      context.arc(x, y, r, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }),
  );
}

/** What a unit computes over the inputs, as an image or a line on a small canvas. */
function paintUnit(canvas, { grid }, plane, theme) {
  const { values } = plane;
  const finite = values.filter(Number.isFinite);
  let [low, high] = [Infinity, -Infinity];
  for (const value of finite) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, IMAGE, IMAGE);
  if (grid.y) {
    const image = valueImage({ nx: grid.x.length, ny: grid.y.length }, values, [most, -most], theme);
    context.drawImage(image, 0, 0, IMAGE, IMAGE);
  } else paintCurve(context, values, [Math.min(low, 0), Math.max(high, 0)], tonesOf(theme));
  return [low, high];
}

/** A curve over the inputs, with the line of 0. */
function paintCurve(context, values, [low, high], { ink, soft }) {
  const height = (value) => (0.94 - (0.88 * (value - low)) / (high - low || 1)) * IMAGE;
  Object.assign(context, { strokeStyle: soft, fillStyle: soft, lineWidth: 1, font: "13px sans-serif", textBaseline: height(0) < IMAGE / 2 ? "top" : "bottom" });
  context.beginPath();
  context.moveTo(0, Math.round(height(0)) + 0.5);
  context.lineTo(IMAGE, Math.round(height(0)) + 0.5);
  context.stroke();
  context.fillText("0", 3, height(0));
  Object.assign(context, { strokeStyle: ink, lineWidth: 2 });
  context.beginPath();
  values.forEach((value, at) => context.lineTo((at / (values.length - 1)) * IMAGE, height(value)));
  context.stroke();
}

/** What an input is: its values, how the network sees them, the weights from it. */
function inputWords({ training, standardization, columns }, input, { outputs, weight }) {
  const [values, weights] = [training.x.map((row) => row[input]), Array.from({ length: outputs }, (_, unit) => weight(unit, input))];
  const range = (numbers) => `from ${format(numbers.reduce((a, b) => Math.min(a, b)))} to ${format(numbers.reduce((a, b) => Math.max(a, b)))}`;
  const scale = standardization?.inputs;
  const seen = scale ? `, which the network sees as (x − ${format(scale.mean[input])})/${format(scale.standard_deviation[input])}` : "";
  return `Input ${input + 1}${columns ? `, ${columns[input]}` : ""}: ${range(values)} in training${seen}. Its weights go ${range(weights)}.`;
}

/** The unit [layer, unit] beside another, as far as there are any (layer −1 are the inputs); at first the uppermost of the first layer. */
function neighbour(unit, [across, down], widths) {
  if (!unit) return [0, 0];
  const layer = Math.max(-1, Math.min(widths.length - 2, unit[0] + across));
  return [layer, Math.max(0, Math.min(widths[layer + 1] - 1, unit[1] + down))];
}

export function mountNetworkPanel(host, place, store) {
  const { context, fit } = createCanvas(host);
  const image = element("canvas", { width: IMAGE, height: IMAGE, class: "unit-image", "aria-hidden": "true" });
  const words = element("p", { class: "note", role: "status" });
  place.append(image, words);
  let latest = null;
  let aside = null; // {layer, unit, from?}: a weight or an input that is chosen; a unit stands in the state
  store.subscribe((state, fields, origin) => origin === "address" && (aside = null));

  host.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!latest || !(by || event.key === "Escape")) return;
    event.preventDefault();
    event.stopPropagation();
    choose(by ? neighbour(aside && aside.from === undefined ? [aside.layer, aside.unit] : store.get().unit, by, latest.widths) : []);
  });

  host.addEventListener("click", ({ clientX, clientY }) => {
    if (!latest) return;
    const { left, top } = host.getBoundingClientRect();
    const { layer, unit, from } = foundAt(placesOf(latest.widths, latest.size), clientX - left, clientY - top) ?? {};
    choose([layer, unit, from]);
  });

  /** A unit, an input (layer −1), the weight from a unit of the layer before, or, without a layer, nothing. */
  function choose([layer, unit, from]) {
    const isUnit = layer >= 0 && from === undefined;
    aside = layer === undefined || isUnit ? null : { layer, unit, from };
    store.set({ unit: isUnit ? [layer, unit] : null }, "unit");
    redraw();
  }

  new ResizeObserver(([{ contentRect: { width, height } }]) => {
    if (!latest || width === 0) return;
    latest.size = { width, height };
    redraw();
  }).observe(host);

  function redraw() {
    const { widths, layers, size, state } = latest;
    const chosen = aside ?? (state.unit ? { layer: state.unit[0], unit: state.unit[1] } : null);
    fit();
    paint(context, size, widths, layers, { theme: resolvedTheme(state), lecture: state.lecture, chosen });
    tell(chosen);
  }

  /** The value of what is chosen, now; its gradient and picture from the newest answer, with the step if that is another one. */
  function tell(chosen) {
    const { told, run, state, widths, layers } = latest;
    const answered = told.runs[run.index];
    image.hidden = true;
    if (!chosen || chosen.layer >= widths.length - 1) {
      words.textContent = "Blue weights are positive, brown ones negative; the wider, the larger. Click a unit or a weight.";
      return;
    }
    if (chosen.layer < 0) {
      words.textContent = inputWords(told.data, chosen.unit, layers[0]);
      return;
    }
    const notes = [answered?.gradient_of === "batch" && "on the batch", told.step !== state.step && `step ${told.step}`].filter(Boolean);
    const slope = (read) => (answered ? `, gradient ${format(read(answered.gradients[chosen.layer]))}${notes.length ? ` (${notes.join(", ")})` : ""}` : "");
    if (chosen.from !== undefined) {
      const value = layers[chosen.layer].weight(chosen.unit, chosen.from);
      const [from, to] = [`${layerName(chosen.layer - 1, widths)} ${chosen.from + 1}`, `${layerName(chosen.layer, widths)} ${chosen.unit + 1}`];
      words.textContent = `Weight from ${from} to ${to}: ${format(value)}${slope(({ weights }) => weights[chosen.from][chosen.unit])}.`;
      return;
    }
    const text = `${layerName(chosen.layer, widths)} ${chosen.unit + 1}: bias ${format(layers[chosen.layer].bias(chosen.unit))}${slope(({ biases }) => biases[chosen.unit])}.`;
    words.textContent = text.replace(/^./, (letter) => letter.toUpperCase());
    if (told.data.inputs > MOST_DRAWN) words.textContent += ` What it computes of ${told.data.inputs} inputs has no picture.`;
    if (!answered?.unit || !told.grid || String(told.unit) !== String(state.unit)) return;
    const [low, high] = paintUnit(image, told, decodeNumbers(answered.unit), resolvedTheme(state));
    image.hidden = false;
    words.textContent += ` Over the inputs it goes from ${format(low)} to ${format(high)}.`;
  }

  return {
    /** Whether more is told of something than a picture of the network holds. */
    telling: ({ panel, unit }) => panel === "network" && (unit !== null || aside !== null),
    draw(shown, state) {
      const run = lookedAt(shown.runs, state);
      const phi = pictureOf(run)?.phi;
      if (state.panel !== "network" || !phi || !shown.told || host.clientWidth === 0) return;
      const { widths } = shown.told.network;
      latest = { widths, layers: layersOf(widths, phi), size: { width: host.clientWidth, height: host.clientHeight }, told: shown.told, run, state };
      if (aside && (aside.layer >= widths.length - 1 || aside.unit >= widths[aside.layer + 1] || aside.from >= widths[aside.layer])) aside = null;
      redraw();
    },
  };
}
