/** The table at this step: a column for each optimiser, a row for each quantity. */

import { element } from "../dom.js";
import { format, NOTHING } from "../format.js";
import { swatch } from "../swatch.js";
import { pictureOf } from "./runs.js";

const LOSSES = [["loss", "training"], ["validation_loss", "validation"]];
const PARTS = ["training", "validation", "test"];
const percent = (share) => (typeof share === "number" ? `${format(100 * share)} %` : NOTHING);

/** A number of the record of a step: of the answer about it, or, while it is not here, of what is kept of the curves. */
function at({ history, index }, { told, step }, name) {
  const answered = told?.step === step ? told.runs[index] : null;
  return answered ? answered[name] : history[name][Math.max(0, history.at(step))];
}

const NAMES = ["mean", "± sd", "least", "greatest"];

/** Of the losses of an optimiser's seeds: mean, standard deviation (divisor n − 1), least, greatest; those that are finite. */
function spreadOf(values) {
  const known = values.filter(Number.isFinite);
  if (known.length < 2) return NAMES.map(() => NaN);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / (known.length - 1)), Math.min(...known), Math.max(...known)];
}

/** The rows of an ensemble: how the losses of its seeds are spread. */
function spreadRows(runs) {
  const count = Math.max(...runs.map(({ member }) => member)) + 1;
  if (!(count > 1)) return [];
  const losses = ({ position }, moment, name) => runs.filter((run) => run.position === position).map((run) => at(run, moment, name));
  return LOSSES.flatMap(([name, words]) => NAMES.map((what, which) => [`${words}, ${count} seeds: ${what}`, (run, picture, moment) => format(spreadOf(losses(run, moment, name))[which])]));
}

const STANDING = "run";
const MINOR = ["learning rate", "epoch", STANDING]; // not for the back row

/** Whether a run has ended before a step: nothing is known of it there. */
const over = ({ divergedAt }, step) => divergedAt !== null && divergedAt <= step;

/** How a run stands at a step; "converged" is a verdict on its end. */
function standingOf(run, { step, steps }) {
  if (over(run, step)) return "diverged";
  if (step < steps) return "running";
  return run.status === "converged" ? "converged" : "finished";
}

/** The rows that there is something to say in: [name, (run, picture, moment) => text]. */
function rowsOf(runs) {
  const pictures = runs.map(pictureOf).filter(Boolean);
  const known = (read) => pictures.some((picture) => typeof read(picture) === "number");
  const rows = [
    ["learning rate", (run, picture, moment) => format(at(run, moment, "learning_rate"))],
    ["epoch", (run, picture, moment) => format(at(run, moment, "epoch"))],
    ["training loss", (run, picture, moment) => format(at(run, moment, "loss"))],
    ["validation loss", (run, picture, moment) => format(at(run, moment, "validation_loss"))],
  ];
  for (const part of PARTS) if (known(({ scores }) => scores?.[part]?.accuracy)) rows.push([`right in ${part}`, (run, picture) => percent(picture?.scores[part]?.accuracy)]);
  for (const part of PARTS) if (known(({ scores }) => scores?.[part]?.rmse)) rows.push([`RMS error, ${part}`, (run, picture) => format(picture?.scores[part]?.rmse)]);
  const learnt = new Set(pictures.flatMap(({ likelihood_parameters: values }) => Object.keys(values ?? {})));
  for (const name of learnt) rows.push([`${name.replaceAll("_", " ")} (learnt)`, (run, picture) => (picture?.likelihood_parameters?.[name] ?? []).map(format).join(", ") || NOTHING]);
  return rows;
}

export function mountNowTable(place) {
  let [built, rows, cells] = ["", [], []];

  function build(runs, labels) {
    const heads = runs.map(({ slot, position }) => element("th", { scope: "col" }, swatch(slot), element("span", {}, labels[position])));
    cells = rows.map(() => runs.map(() => element("td", {})));
    const body = rows.map(([name], row) => element("tr", MINOR.includes(name) ? { class: "minor" } : {}, element("th", { scope: "row" }, name), ...cells[row]));
    place.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, element("td", {}), ...heads)), element("tbody", {}, ...body)));
  }

  return {
    draw({ runs, labels, told }, { step, steps }) {
      const first = runs.filter(({ member, history }) => member === 0 && (told?.step === step || history.length > 0));
      place.hidden = first.length === 0;
      rows = [...rowsOf(first), [STANDING, (run) => standingOf(run, { step, steps })], ...spreadRows(runs)];
      const now = JSON.stringify([labels, first.map(({ slot }) => slot), rows.map(([name]) => name)]);
      if (now !== built) build(first, labels);
      built = now;
      rows.forEach(([name, value], row) =>
        first.forEach((run, column) => {
          const text = over(run, step) && name !== STANDING ? NOTHING : value(run, pictureOf(run), { told, step });
          if (cells[row][column].textContent !== text) cells[row][column].textContent = text;
        }),
      );
    },
  };
}
