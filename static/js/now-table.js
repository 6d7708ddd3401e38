/** The table at this step: a column for each optimiser, a row for each quantity; the same numbers as in every panel. */

import { definitionOf } from "./catalog.js";
import { CURVATURE, curvatureAt, CURVATURE_ROWS, overshoots } from "./curvature.js";
import { element, math, symbol } from "./dom.js";
import { format, NOTHING } from "./format.js";
import { reachable } from "./reachable.js";
import { indexAt } from "./shown.js";
import { swatch } from "./swatch.js";

const norm = (letters) => `<math><mrow><mo>‖</mo>${letters}<mo>‖</mo></mrow></math>`;
const GRADIENTS = {
  whole: { head: norm("<mo>∇</mo><mi>L</mi>"), title: "Length of the gradient" },
  batch: { head: norm("<mi>g</mi>"), title: "Length of the gradient that the step uses: its batch’s (at the end of a path: of all data)" },
  noisy: { head: norm("<mi>g</mi>"), title: "Length of the gradient that the step uses: with noise (at the end of a path: without)" },
};

/** The learning rate of the step that begins here. */
const rateAt = (run, step) => run.learningRate?.[indexAt(run, step)] ?? run.optimizer.learning_rate;

/** The rows: each has a head, a name, and what it shows of a run at a step. */
function rowsOf(shown, { seen, curved, known }, catalog) {
  const definitions = shown.optimizers.map((optimizer) => definitionOf(optimizer, catalog));
  const coordinates = shown.surface.plainSymbols;
  const rate = definitions.flatMap(({ parameters }) => parameters).find(({ name }) => name === "learning_rate");
  const rows = [{ head: rate ? symbol(rate, "Learning rate") : "", always: true, value: rateAt }];
  coordinates.forEach((name, axis) => rows.push({ head: name, kind: "place", value: (run, step) => run.phi[2 * indexAt(run, step) + axis] }));
  rows.push({ head: "loss", value: (run, step) => run.loss[indexAt(run, step)] });
  const length = ({ gradient }, index) => Math.hypot(gradient[2 * index], gradient[2 * index + 1]);
  const { head, title } = GRADIENTS[seen];
  rows.push({ head: element("span", { title }, math(head)), value: (run, step) => length(run, indexAt(run, step)) });
  if (curved) rows.push(...CURVATURE_ROWS.map((row) => curvatureRow(row, known)));
  const quantities = new Map(definitions.flatMap(({ state }) => state ?? []).map((quantity) => [quantity.name, quantity]));
  for (const [name, quantity] of quantities) {
    coordinates.forEach((coordinate, axis) => {
      const head = element("span", {}, symbol(quantity, quantity.help), element("sub", {}, coordinate));
      rows.push({ head, kind: "state", value: (run, step) => run.state[name]?.[2 * indexAt(run, step) + axis] });
    });
  }
  rows.push({ head: element("span", { title: "How the run ends" }, "end"), always: true, title: ({ reason }) => reason, value: endOf });
  return rows;
}

/** How a run ends, in words: at the last step recorded it moves on, has arrived, and at what, or has left. */
const ENDS = { running: "moving", converged: "converged", diverged: "diverged" };
const endOf = ({ status, divergedAt, criticalPoint }) => (divergedAt === 0 ? "no start" : (criticalPoint ?? ENDS[status]));

/** A row of the curvature; `known(run, step)` is what there is of it. */
function curvatureRow({ head: [symbol, index], title, value }, known) {
  const head = element("span", { title }, symbol, index ? element("sub", {}, index) : "");
  const looks = (run, step) => ({ waiting: known(run, step)?.stale, above: index !== "" && symbol !== "λ" && overshoots(known(run, step)) });
  return { head, looks, value: (run, step) => (known(run, step) ? (value(known(run, step)) ?? undefined) : undefined) };
}

const printed = (value) => (typeof value === "string" ? value : format(value));

/** What the steps see: everything, a batch, or noise as well. */
const seenOf = ({ record }, noise) => (record.batches ? "batch" : noise > 0 ? "noisy" : "whole");

const structure = ({ surface, optimizers, labels }, seen, curved) => JSON.stringify([surface.name, labels, seen, curved, optimizers.map(({ name, slot, hidden, rule }) => [name, slot, hidden, rule])]);

export function mountNowTable(place, catalog) {
  reachable(place);
  let built = "";
  let rows = [];
  let cells = [];
  let latest = null;

  function build(shown, seen, curved) {
    rows = rowsOf(shown, { seen, curved, known: (run, step) => curvatureAt(latest, run, step) }, catalog);
    const heads = shown.optimizers.map(({ slot, hidden }, index) =>
      element("th", { scope: "col", class: hidden ? "off" : null }, swatch(slot), element("span", {}, shown.labels[index])),
    );
    cells = rows.map(() => shown.optimizers.map(({ hidden }) => element("td", { class: hidden ? "off" : null })));
    const body = rows.map(({ head, kind }, index) => element("tr", { class: kind }, element("th", { scope: "row" }, head), ...cells[index]));
    place.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, element("td", {}), ...heads)), element("tbody", {}, ...body)));
  }

  return {
    draw(shown, { step, noise, layers }) {
      if (!shown.surface) return;
      latest = shown;
      const curved = layers.includes(CURVATURE);
      place.classList.toggle("curved", curved);
      place.hidden = shown.optimizers.length === 0;
      const seen = seenOf(shown, noise);
      const now = structure(shown, seen, curved);
      if (now !== built) build(shown, seen, curved);
      built = now;
      rows.forEach(({ value, always, looks, title }, row) =>
        shown.record.trajectories.forEach((run, column) => {
          const number = run.length || always ? value(run, step) : undefined;
          const text = number === undefined ? NOTHING : printed(number);
          if (cells[row][column].textContent !== text) cells[row][column].textContent = text;
          if (title) cells[row][column].title = title(run) ?? "";
          if (looks) for (const [name, on] of Object.entries(looks(run, step))) cells[row][column].classList.toggle(name, Boolean(on));
        }),
      );
    },
  };
}
