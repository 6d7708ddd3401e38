/** The table at this step: a column for each optimiser, a row for each quantity. */

import { element } from "../dom.js";
import { format, NOTHING } from "../format.js";
import { swatch } from "../swatch.js";
import { nameOf, opened, pictureOf } from "./runs.js";

const LOSSES = [["loss", "training"], ["validation_loss", "validation"]];
const PARTS = ["training", "validation", "test"];
const percent = (share) => (typeof share === "number" ? `${format(100 * share)} %` : NOTHING);

/** A number of the record of a step: of the answer about it, or, while it is not here, of what is kept of the curves. */
function at({ history, index }, { told, step }, name) {
  const answered = told?.step === step ? told.runs[index] : null;
  return answered ? answered[name] : history[name][Math.max(0, history.at(step))];
}

/** Of the losses of an optimiser's seeds: mean, standard deviation (divisor n − 1), least, greatest; those that are finite. */
function spreadOf(values) {
  const known = values.filter(Number.isFinite);
  if (known.length < 2) return [NaN, NaN, NaN, NaN];
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / (known.length - 1)), Math.min(...known), Math.max(...known)];
}

const MINOR = { minor: true }; // not for the back row
const SEEDS = { always: true }; // of all seeds, so also where the one that is shown has ended
const EXPLODED = 1e3; // times the first loss, at least 1: as the server judges a run by its end

/** Whether a run has ended before a step: nothing is known of it there. */
const over = ({ divergedAt }, step) => divergedAt !== null && divergedAt <= step;

/** Whether a run has ended or exploded. */
const lost = (run, moment) => over(run, moment.step) || at(run, moment, "loss") > EXPLODED * Math.max(1, run.history.loss[0]);

/** The rows of an ensemble: how the losses of its seeds are spread, and how many of these are lost and do not count. */
function spreadRows(runs, now) {
  const count = Math.max(...runs.map(({ member }) => member)) + 1;
  if (!(count > 1)) return [];
  const seeds = ({ position }) => runs.filter((run) => run.position === position);
  const spread = (run, moment, name) => spreadOf(seeds(run).filter((one) => !lost(one, moment)).map((one) => at(one, moment, name)));
  const rows = LOSSES.flatMap(([name, words]) => {
    const row = (label, which, options) => [`${words}${label}`, (run, picture, moment) => format(spread(run, moment, name)[which]), { ...SEEDS, ...options }];
    return [row(`, ${count} seeds: mean`, 0), row(": ± sd", 1), row(": least", 2, MINOR), row(": greatest", 3, MINOR)];
  });
  if (!runs.some((run) => lost(run, now))) return rows;
  return [...rows, ["left out, as they exploded", (run, picture, moment) => `${seeds(run).filter((one) => lost(one, moment)).length} of ${count}`, SEEDS]];
}

/** How a run stands at a step; "converged" is a verdict on its end. */
function standingOf(run, { step, steps, playing }) {
  if (over(run, step)) return "diverged";
  if (step < steps) return playing ? "running" : step > 0 ? "paused" : "at the start";
  return run.status === "converged" ? "converged" : "finished";
}

/** The rows that there is something to say in: [name, (run, picture, moment) => text, options]. */
function rowsOf(runs) {
  const pictures = runs.map(pictureOf).filter(Boolean);
  const known = (read) => pictures.some((picture) => typeof read(picture) === "number");
  const rows = [
    ["learning rate", (run, picture, moment) => format(at(run, moment, "learning_rate")), MINOR],
    ["epoch", (run, picture, moment) => format(at(run, moment, "epoch")), MINOR],
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

  function build(runs, names) {
    const heads = runs.map(({ slot }, column) => element("th", { scope: "col" }, swatch(slot), element("span", {}, names[column])));
    cells = rows.map(() => runs.map(() => element("td", {})));
    const body = rows.map(([name, , { minor } = {}], row) => element("tr", minor ? { class: "minor" } : {}, element("th", { scope: "row" }, name), ...cells[row]));
    place.replaceChildren(element("table", {}, element("thead", {}, element("tr", {}, element("td", {}), ...heads)), element("tbody", {}, ...body)));
  }

  return {
    draw({ runs, labels, told, playing }, state) {
      const { step, steps } = state;
      const first = opened(runs, state).filter(({ history }) => told?.step === step || history.length > 0);
      place.hidden = first.length === 0;
      rows = [...rowsOf(first), ["run", (run) => standingOf(run, { step, steps, playing }), { ...SEEDS, ...MINOR }], ...spreadRows(runs, { told, step })];
      const names = first.map((run) => nameOf(run, labels, state));
      const now = JSON.stringify([names, first.map(({ slot }) => slot), rows.map(([name]) => name)]);
      if (now !== built) build(first, names);
      built = now;
      rows.forEach(([, value, { always } = {}], row) =>
        first.forEach((run, column) => {
          const text = over(run, step) && !always ? NOTHING : value(run, pictureOf(run), { told, step });
          if (cells[row][column].textContent !== text) cells[row][column].textContent = text;
        }),
      );
    },
  };
}
