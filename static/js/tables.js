/** The data table behind each plot: the same record, as numbers, around the current step. */

import { batchAt } from "./batch.js";
import { criticalPointsOf, KINDS } from "./curvature.js";
import { element } from "./dom.js";
import { format } from "./format.js";
import { lastStep, visibleRuns } from "./shown.js";

const WINDOW = 200;

/** What each table shows of a run at a step: [column, value] pairs. */
const COLUMNS = {
  path: ({ phi, loss }, step, [x, y]) => [[x, phi[2 * step]], [y, phi[2 * step + 1]], ["loss", loss[step]]],
  loss: ({ loss }, step) => [["loss", loss[step]]],
  gradient: ({ gradient }, step) => [["gradient norm", Math.hypot(gradient[2 * step], gradient[2 * step + 1])]],
};

function tableOf(head, rows, caption) {
  const header = element("thead", {}, ...head.map((cells) => element("tr", {}, ...cells)));
  const body = element("tbody", {}, ...rows);
  return element("table", {}, element("caption", {}, caption), header, body);
}

/** The steps around the current one, one row each. */
function stepTable(kind, shown, step) {
  const runs = visibleRuns(shown);
  const last = lastStep(shown);
  const from = Math.max(0, Math.min(step - WINDOW / 2, last - WINDOW));
  const to = Math.min(last, from + WINDOW);
  const symbols = shown.surface.plainSymbols;
  const columns = runs.map((run) => COLUMNS[kind](run, 0, symbols).map(([name]) => name));
  const names = element("tr", {}, element("th", { scope: "col", rowspan: 2 }, "step"), ...runs.map(({ index }, at) => element("th", { scope: "colgroup", colspan: columns[at].length }, shown.labels[index])));
  const quantities = columns.flat().map((name) => element("th", { scope: "col" }, name));
  const rows = [];
  for (let at = from; at <= to; at += 1) {
    const cells = runs.flatMap((run) =>
      COLUMNS[kind](run, at, symbols).map(([, value]) => element("td", {}, at < run.length ? format(value) : "")),
    );
    rows.push(element("tr", { "aria-current": at === step ? "step" : null }, element("th", { scope: "row" }, String(at)), ...cells));
  }
  const table = tableOf([], rows, `Steps ${from} to ${to} of ${last}; all of them are in the CSV file under Share.${kind === "path" ? " The critical points stand below." : ""}`);
  table.tHead.append(names, element("tr", {}, ...quantities));
  return table;
}

/** The critical points, the lowest first, each with its type and its curvatures. */
function criticalTable(shown) {
  const points = criticalPointsOf(shown);
  const [x, y] = shown.surface.plainSymbols;
  const heads = ["", x, y, "loss", "λmin", "λmax"].map((name) => (name ? element("th", { scope: "col" }, name) : element("td", {})));
  const rows = points.map(({ kind, x: left, y: up, loss, curvatures }) => {
    const numbers = [left, up, loss, ...(curvatures ?? [NaN, NaN])].map((value) => element("td", {}, format(value)));
    return element("tr", {}, element("th", { scope: "row" }, KINDS[kind]), ...numbers);
  });
  return points.length ? [tableOf([heads], rows, "Where the slope is zero, by the signs of the curvatures")] : [];
}

/** The data, and the fitted curve of each visible optimiser at the current step. */
function dataTables(shown, step) {
  const { data, input_label: input = "x", target_label: target = "y" } = shown.surface;
  const heads = (names) => [names.map((name) => element("th", { scope: "col" }, name))];
  const row = (values) => element("tr", {}, ...values.map((value) => element("td", {}, format(value))));
  const batch = batchAt(shown.record, step);
  const point = (x, at) => {
    const whole = row([x, data.y[at]]);
    if (batch) whole.append(element("td", {}, batch.includes(at) ? "seen" : ""));
    return whole;
  };
  const points = tableOf(heads([input, shown.surface.classes ? "class" : target, ...(batch ? ["by this step"] : [])]), data.x.map(point), "Data");
  if (!shown.prediction) return [points];
  const { u, curves } = shown.prediction;
  const drawn = curves.map((curve, index) => ({ curve, index })).filter(({ curve }) => curve);
  const labels = drawn.map(({ index }) => shown.labels[index]);
  const rows = Array.from(u, (x, at) => row([x, ...drawn.map(({ curve }) => curve[at])]));
  return [points, tableOf(heads([input, ...labels]), rows, "Fitted curves at this step")];
}

export function mountTables(store, redraw) {
  const open = new Set();
  const place = (kind) => document.getElementById(`${kind}-table`);

  for (const button of document.querySelectorAll("button[data-table]")) {
    const kind = button.dataset.table;
    button.addEventListener("click", () => {
      if (!open.delete(kind)) open.add(kind);
      button.setAttribute("aria-pressed", open.has(kind));
      place(kind).hidden = !open.has(kind);
      redraw();
    });
  }

  return {
    draw(kind, shown, state) {
      if (!shown.surface) return;
      for (const name of open) {
        if (name === "data") place(name).replaceChildren(...(shown.surface.data ? dataTables(shown, state.step) : []));
        else place(name).replaceChildren(stepTable(name, shown, state.step), ...(name === "path" ? criticalTable(shown) : []));
        place(name).querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
      }
    },
  };
}
