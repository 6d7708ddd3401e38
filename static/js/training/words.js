/** What the page says of a moment: what to look for, how runs ended, what was changed, what the plane is worth. */

import { element, sentence } from "../dom.js";
import { tooManyInputs } from "../figures/parity.js";
import { format, formatCount, unbroken } from "../format.js";
import { datasetOf } from "./definitions.js";
import { outputOf } from "./panels.js";
import { lookedAt, nameOf, opened, pictureOf, visible } from "./runs.js";
import { startWords, tooMany } from "./start.js";

const firsts = (shown, state) => opened(visible(shown.runs, state), state).filter(({ history }) => history.length > 0);

const lowered = (text) => text.replace(/^./, (letter) => letter.toLowerCase());

/** How the runs stand, with the record's own numbers. */
function standing(shown, state) {
  const runs = firsts(shown, state);
  const name = (run) => nameOf(run, shown.labels, state);
  const diverged = runs.filter(({ status }) => status === "diverged");
  const scored = runs.map((run) => [run, pictureOf(run)?.scores]).filter(([run, scores]) => scores && run.status !== "diverged");
  const told = scored.map(([run, { training, validation }]) => {
    const held = validation ?? training;
    const part = validation ? "validation" : "training";
    const score = typeof held.accuracy === "number" ? `${format(100 * held.accuracy)}\u00a0% of the ${part} samples right` : `an RMS error of ${format(held.rmse)} in ${part}`;
    return `${name(run)}: ${score}`;
  });
  const ends = diverged.map((run) => sentence(`${name(run)} diverged: ${lowered(run.reason ?? "")}`));
  return [told.length ? `At step ${state.step}, ${told.join("; ")}.` : "", ...ends].filter(Boolean).join(" ");
}

/** What is drawn where there are too many inputs for what is predicted everywhere. */
function manyInputs({ told }) {
  if (!told || !tooManyInputs({ told })) return "";
  const { inputs, targets, classes } = told.data;
  const number = targets ? "at its target and at what is predicted for it: on the dashed line the two are the same" : "";
  const own = classes ? `by its class, at the probability that the network gives it${classes === 2 ? ": above the dashed line it is the predicted one" : ""}` : "";
  return `With ${inputs} inputs there is no picture of what is predicted everywhere. Each sample stands ${[number, own].filter(Boolean).join("; or ")}.`;
}

const SAME = "The mode is the mean: of a normal distribution, which is symmetric, the most probable value lies in the middle.";

/** Why nothing changes where the most probable value of a number is asked for, and it is the mean. */
function modeWords(shown, state) {
  const { mode, mean } = (state.prediction === "mode" && pictureOf(lookedAt(shown.runs, state))?.predictions) || {};
  const { kind, row } = mode && shown.told ? outputOf(shown.told, state) : {};
  if (kind !== "real") return "";
  const [from, to] = [row, row + 1].map((number) => number * mode.shape[1]);
  return mode.values.subarray(from, to).every((value, at) => value === mean.values[from + at]) ? SAME : "";
}

/** `watch(state)` is the sentence of a scenario; without one, the data say what they teach. */
export function mountCaption(place, watch, catalog) {
  return (shown, state) => {
    const text = [unbroken(watch(state) || datasetOf(state, catalog).teaches || manyInputs(shown)), modeWords(shown, state), standing(shown, state)].filter(Boolean).join(" ");
    if (place.textContent !== text) place.textContent = text;
  };
}

const TOLD = 5; // changes that are told one by one

/**
 * The log: where the runs begin, if not at drawn weights, which `takeBack()` takes back; and the changes: each can be
 * forgotten, and with it those behind it. Of many, the earlier ones are told together.
 */
export function mountLog(place, store, labelOf, takeBack) {
  const chipOf = (words, title, onclick) => element("button", { type: "button", class: "chip", title, onclick }, words, " ×");
  const chip = (words, kept) => chipOf(words, "Take back this change and those behind it", () => store.set({ changes: store.get().changes.slice(0, kept) }, "log"));
  const note = (text) => element("span", { class: "note" }, text);

  function begun(state) {
    if (!state.start) return [];
    const numbers = tooMany(state);
    const back = state.start.before ? "Take back: the run as it was before" : "Take back: begin at drawn weights";
    return [note("Begins at:"), chipOf(startWords(state.start), back, takeBack), ...(numbers ? [note(`(${formatCount(numbers)} numbers are too many for the address: opened elsewhere, it begins at drawn weights; Share has them as a file)`)] : [])];
  }

  function show(state) {
    const { changes } = state;
    place.hidden = changes.length === 0 && !state.start;
    const earlier = changes.length > TOLD + 1 ? changes.length - TOLD : 0;
    const words = ({ step, slot, name, value }) => `${labelOf(slot)}${name.replaceAll("_", " ")} ${format(value)} from step ${step}`;
    place.replaceChildren(
      ...begun(state),
      ...(changes.length ? [note("Changed on the way:")] : []),
      ...(earlier ? [chip(`${earlier} changes, steps ${changes[0].step} to ${changes[earlier - 1].step}`, 0)] : []),
      ...changes.slice(earlier).map((change, at) => chip(words(change), earlier + at)),
    );
  }
  store.subscribe((state, fields) => ["changes", "start", "csv"].some((field) => fields.has(field)) && show(state));
  show(store.get());
}

const RIGHT = "On the dashed line the network is as right as it says: filled in training, hollow in validation";

/** How calibration is to be read, or why there is none. */
export function calibrationWords({ calibration, grid: picture }, { label }) {
  if (calibration) return calibration.kind === "band" ? `${RIGHT}.` : `${RIGHT}; a mark is the larger, the more samples there are.`;
  const predicted = picture?.predictions ?? picture?.samples?.training;
  if (!predicted) return "";
  if (predicted.standard_deviation || predicted.probabilities) return "What this network predicts is not finite.";
  return `${label} predicts a mean and no spread around it, so there are no bands whose shares could be right or wrong. Choose a likelihood with a σ.`;
}

const STRAIGHT = 1e-12; // the largest share of squared distances that is rounding
const percent = (share) => `${format(share < STRAIGHT ? 0 : 100 * share)} %`;

/** How far a path leaves the plane. */
function farWords({ distance, a, b }, label, plane) {
  const beyond = (values, axis) => values.some((value) => value < axis[0] || value > axis.at(-1));
  if (beyond(a, plane.a) || beyond(b, plane.b)) return `${label} goes far beyond what is drawn`;
  const at = distance.reduce((most, value, k) => (value > distance[most] ? k : most), 0);
  const away = Math.hypot(a[at], b[at]);
  return distance[at] ** 2 <= STRAIGHT * (away ** 2 + distance[at] ** 2) ? `${label} stays on it` : `${label} leaves it by up to ${format(distance[at])}, at ${format(away)} from the centre`;
}

/** What the plane shows of the path, and what it leaves out; or why there is none. */
export function planeWords({ plane, labels }, { step, directions }) {
  if (step === 0) return "A run that has taken steps has a path; play first.";
  if (plane?.refused) return sentence(plane.refused);
  if (plane?.directions !== directions) return "";
  const kept = plane.variance_explained;
  const straight = kept?.[1] < STRAIGHT ? " The path is straight, to rounding." : "";
  const own = plane.paths.find(({ index }) => index === plane.run);
  const whole = plane.centre.step === own.step.at(-1) ? "the path" : `the path up to step ${plane.centre.step}, behind which the loss explodes,`;
  const share = kept
    ? `Of the squared distances between ${whole} and its end the plane holds ${percent(kept[0] + kept[1])} (${kept.map(percent).join(" and ")}).${straight}`
    : "Two random directions, each unit’s weights scaled to those of the network; the path lies mostly outside.";
  return `${share} ${plane.paths.map((path) => farWords(path, labels[path.index], plane)).join("; ")}.`;
}

/** The step in words, for those who listen. */
export function announcement(shown, state) {
  const runs = firsts(shown, state).map((run) => {
    const at = Math.max(0, run.history.at(state.step));
    return `${nameOf(run, shown.labels, state)}: training loss ${format(run.history.loss[at])}, validation loss ${format(run.history.validation_loss[at])}.`;
  });
  return `Step ${state.step}. ${runs.join(" ")}`;
}
