/**
 * A part of a step, drawn at the current point: arrows tip to tail, what they add up to, and the box of a square.
 *
 * Slopes are drawn downhill, against the gradient. All arrows of one unit share a scale throughout a step, so they can
 * be compared; those in the units of the surface itself are never drawn shorter than they are.
 */

import { valueOf } from "../inside/inside.js";
import { tonesOf } from "../palette.js";
import { sizesOf } from "./theme.js";

const LONGEST = 0.45; // of the surface's range
const PLACE = "[φ]";
const ROOTS = { "[loss]²/[φ]²": "[loss]/[φ]", "[φ]²": PLACE };
const rootOf = (unit) => ROOTS[unit] ?? unit;

/** The 1-2-5 number at or below a positive one. */
function friendly(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return Number((power * [5, 2, 1].find((factor) => factor * power <= number * 1.000001)).toPrecision(1));
}

/** The unit of a quantity by its name. */
function unitOf({ definition }, name) {
  const bare = name.replace("'", "");
  const known = [...definition.state, ...definition.internals].find((quantity) => quantity.name === bare);
  return known ? known.unit : "[loss]/[φ]";
}

/** What a stage draws, before it is scaled: arrows [{unit, from, by, whole}] and boxes [{unit, half}]. */
function drawn(look, stage) {
  const { run, k } = look;
  const arrows = [];
  let tip = [0, 0];
  const add = (name, from, whole) => {
    const value = valueOf(run, name, k);
    if (!value || !value.every(Number.isFinite)) return;
    const unit = unitOf(look, name);
    const by = unit === PLACE ? value : value.map((slope) => -slope);
    arrows.push({ unit, from, by, whole });
    tip = [from[0] + by[0], from[1] + by[1]];
  };
  if (stage.total) add(stage.total, [0, 0], true);
  tip = [0, 0];
  for (const name of stage.arrows) add(name, tip, stage.arrows.length === 1);
  const square = stage.box && valueOf(run, stage.box, k);
  const boxes = square ? [{ unit: rootOf(unitOf(look, stage.box)), half: square.map(Math.sqrt) }] : [];
  return { arrows, boxes };
}

/** How many times as long as it is each unit's arrow is drawn. */
function scalesOf(look, { x, y }) {
  const spans = [x[1] - x[0], y[1] - y[0]];
  const longest = new Map();
  const note = (unit, pair) => {
    const size = Math.max(...pair.map((value, axis) => Math.abs(value) / spans[axis]));
    if (Number.isFinite(size)) longest.set(unit, Math.max(longest.get(unit) ?? 0, size));
  };
  for (const stage of look.stages) {
    const { arrows, boxes } = drawn(look, stage);
    for (const { unit, from, by } of arrows) note(unit, [from[0] + by[0], from[1] + by[1]]);
    for (const { unit, half } of boxes) note(unit, half);
  }
  const scale = (unit, size) => {
    if (size === 0) return 1;
    return unit === PLACE ? Math.max(1, friendly(LONGEST / size)) : LONGEST / size;
  };
  return new Map([...longest].map(([unit, size]) => [unit, scale(unit, size)]));
}

/** {arrows, boxes} in the plot's coordinates, for the canvas; `look` is that of inside/inside.js. */
export function stageScene(view) {
  const { look } = view;
  if (!look?.stage || look.hidden) return { arrows: [], boxes: [] };
  const tones = tonesOf(view.theme, view.lecture);
  const { line } = sizesOf(view);
  const scales = scalesOf(look, view.surface.domain);
  const [x, y] = valueOf(look.run, "phi", look.k);
  const { color } = view.colors[look.index];
  const { arrows, boxes } = drawn(look, look.stage);
  return {
    arrows: arrows.map(({ unit, from, by, whole }) => {
      const scale = scales.get(unit) ?? 1;
      const part = { color: tones.ink, edge: null, width: 0.7 * line };
      const style = whole ? { color, edge: tones.paper, width: (arrows.length > 1 ? 3 : 1.8) * line } : part;
      return { x: x + scale * from[0], y: y + scale * from[1], dx: scale * by[0], dy: scale * by[1], ...style };
    }),
    boxes: boxes.map(({ unit, half }) => {
      const scale = scales.get(unit) ?? 1;
      return { x, y, across: scale * half[0], up: scale * half[1], color: tones.ink, edge: tones.paper, width: 0.6 * line };
    }),
  };
}

/** What has to be said of the drawing: an arrow that is longer than the way it stands for. */
export function stageNote(look, domain) {
  if (!look.stage?.arrows.some((name) => unitOf(look, name) === PLACE)) return "";
  const scale = scalesOf(look, domain).get(PLACE) ?? 1;
  const many = look.stage.arrows.length > 1;
  return scale > 1 ? ` ${many ? "Arrows are" : "The arrow is"} drawn ${scale} times as long.` : "";
}
