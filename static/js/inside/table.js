/** The table of a step: every quantity beside its formula, a value per coordinate; and bars for what stays within ±1. */

import { element, math, svg } from "../dom.js";
import { format } from "../format.js";
import { quantitiesOf, valueOf } from "./inside.js";

const BEYOND = 1.04; // of the bar's range

const write = (place, text) => place.textContent !== text && (place.textContent = text);

/** A bar from 0 to a share of the range, with its value beside it. */
function barRow(quantity, coordinate) {
  const bar = svg("path", { class: "bar" });
  const ends = svg("path", { class: "ends", d: "M-1 0V10M0 0V10M1 0V10", "vector-effect": "non-scaling-stroke" });
  const strip = svg("svg", { viewBox: `${-BEYOND} 0 ${2 * BEYOND} 10`, preserveAspectRatio: "none", "aria-hidden": "true" }, bar, ends);
  const value = element("output", {});
  const head = element("span", { class: "symbol", title: quantity.help }, math(quantity.mathml), element("sub", {}, coordinate));
  return {
    element: element("div", { class: "ratio" }, head, strip, value),
    show(number) {
      const share = Number.isFinite(number) ? Math.max(-BEYOND, Math.min(BEYOND, number / quantity.within)) : 0;
      bar.setAttribute("d", `M0 2.5H${share}V7.5H0z`);
      write(value, format(number));
    },
  };
}

const SLACK = 4; // pixels before the numbers of the next column

/** Rows whose formula is wider than its column have a second line for the numbers. */
function widen(rows) {
  const wide = rows.map(({ line }) => line.cells[1].scrollWidth > line.cells[1].clientWidth + SLACK);
  rows.forEach(({ line }, at) => line.classList.toggle("long", wide[at]));
}

export function mountInsideTable(place) {
  let built = "";
  let rows = [];
  let bars = [];
  let caption = null;
  new ResizeObserver(() => widen(rows)).observe(place);

  function row({ mathml, formula, help, name, before, stage }) {
    const cells = [0, 1].map(() => element("td", {}));
    const head = element("th", { scope: "row", title: help }, math(mathml));
    const line = element("tr", { "data-quantity": name }, head, element("td", { class: "formula-cell", title: help }, math(formula) ?? (before ? "before the step" : help.replace(/\.$/, ""))), ...cells);
    return { line, cells, name, stage };
  }

  function build({ definition, run, gradient }, coordinates) {
    const quantities = quantitiesOf(definition, gradient, run.optimizer);
    rows = quantities.map(row);
    bars = quantities.filter(({ within }) => within).flatMap((quantity) => coordinates.map((coordinate, axis) => ({ name: quantity.name, axis, ...barRow(quantity, coordinate) })));
    caption = element("caption", {});
    const heads = ["", "", ...coordinates].map((text) => (text ? element("th", { scope: "col" }, text) : element("td", {})));
    const table = element("table", {}, caption, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows.map(({ line }) => line)));
    place.replaceChildren(table, ...bars.map((bar) => bar.element));
    widen(rows);
  }

  return {
    draw({ definition, run, gradient, k, stage, stages }, shown) {
      const key = JSON.stringify([definition.name, run.optimizer, gradient.help, shown.surface.plainSymbols]);
      if (key !== built) build({ definition, run, gradient }, shown.surface.plainSymbols);
      built = key;
      write(caption, `The step from ${k} to ${k + 1}`);
      const told = stages.indexOf(stage) + 1;
      for (const { line, cells, name, stage: from } of rows) {
        const value = valueOf(run, name, k) ?? [NaN, NaN];
        value.forEach((number, axis) => write(cells[axis], format(number)));
        line.classList.toggle("now", told > 0 && from === told);
        line.classList.toggle("later", told > 0 && from > told);
      }
      for (const { name, axis, show } of bars) show((valueOf(run, name, k) ?? [NaN, NaN])[axis]);
    },
  };
}
