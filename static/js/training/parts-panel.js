/** What each of several targets adds to the loss of the network that is opened up: numbers that add up, over stacked bars. */

import { element, svg } from "../dom.js";
import { outputsOf } from "../figures/prediction.js";
import { spanOf, stackOf } from "../figures/stack.js";
import { format } from "../format.js";
import { swatch } from "../swatch.js";
import { lookedAt, pictureOf } from "./runs.js";

const PARTS = ["training", "validation"];
const [WIDTH, HEIGHT] = [1000, 10];
const TINTS = 4; // of the style sheet: then they come again

/** A bar of the pieces of a stack, with the line of 0 where something lies to its left. */
function barOf({ pieces }, [low, high], labels) {
  const across = (value) => ((value - low) / (high - low)) * WIDTH;
  const parts = pieces.map(({ from, to }, at) => {
    const rect = svg("rect", { x: across(from), y: 0, width: across(to) - across(from), height: HEIGHT, class: "part", "data-tint": at % TINTS });
    rect.append(svg("title", {}, labels[at]));
    return rect;
  });
  const zero = low < 0 ? [svg("path", { class: "zero", d: `M${across(0)} -2V${HEIGHT + 2}` })] : [];
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...parts, ...zero);
}

const key = (at) => svg("svg", { class: "part-key", viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("rect", { width: 10, height: 10, class: "part", "data-tint": at % TINTS }));

/** "1.4 + 2 − 0.3" in cells: the signs stand between the numbers. */
const cellsOf = (parts) => parts.map((part, at) => element("td", {}, at === 0 ? format(part) : `${part < 0 ? "−" : "+"} ${format(Math.abs(part))}`));

function tableOf(rows, labels, corner) {
  const stacks = rows.map(({ parts }) => stackOf(parts));
  const span = spanOf(stacks);
  const head = element("tr", {}, element("td", {}, corner), ...labels.map((label, at) => element("th", { scope: "col" }, key(at), label)), element("th", { scope: "col" }, "loss"));
  const body = rows.flatMap(({ part, parts, loss }, at) => [
    element("tr", {}, element("th", { scope: "row" }, part), ...cellsOf(parts), element("td", {}, `= ${format(loss)}`)),
    element("tr", { class: "piled" }, element("td", {}), element("td", { colspan: labels.length + 1 }, barOf(stacks[at], span, labels))),
  ]);
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

/** `draw(shown, state)` shows the parts at the step of the newest picture; nothing where the loss is of one target. */
export function mountPartsPanel(place) {
  let drawn = null;
  return {
    draw({ runs, told }, state) {
      const run = lookedAt(runs, state);
      const ended = run?.divergedAt !== null && run?.divergedAt <= state.step; // its last numbers are of no use
      const scores = told && !ended && pictureOf(run)?.scores;
      const rows = PARTS.map((part) => ({ part, parts: scores?.[part]?.loss_parts, loss: scores?.[part]?.loss })).filter(({ parts }) => parts);
      place.hidden = rows.length === 0;
      if (place.hidden || drawn === scores) return;
      drawn = scores;
      place.replaceChildren(tableOf(rows, outputsOf(told.data).map(({ label }) => label), runs.length > 1 ? swatch(run.slot) : null));
    },
  };
}
