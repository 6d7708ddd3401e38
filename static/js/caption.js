/** What to look for: the surface's own sentence, and what this record shows. */

import { format, unbroken } from "./format.js";
import { visibleRuns } from "./shown.js";

/** Why there is no path; empty where one cannot begin, for the optimisers tell of that themselves. */
function nothingToShow({ optimizers }) {
  if (optimizers.length === 0) return "Add an optimiser to see a path.";
  return optimizers.every(({ hidden }) => hidden) ? "All optimisers are hidden." : "";
}

/** One sentence on how the runs ended, with the record's own numbers; empty if there is nothing to compare. */
export function outcome(shown) {
  const runs = visibleRuns(shown);
  if (runs.length === 0) return nothingToShow(shown);
  const diverged = runs.filter(({ status }) => status === "diverged");
  const finished = runs.filter(({ status }) => status !== "diverged");
  const name = ({ index }) => shown.labels[index];
  const names = (some) => some.map(name).join(", ").replace(/, ([^,]*)$/, " and $1");
  const end = ({ loss, length }) => loss[length - 1];
  const sentences = [];
  if (finished.length) {
    const best = finished.reduce((low, run) => (end(run) < end(low) ? run : low));
    const level = finished.filter((run) => format(end(run)) === format(end(best)));
    const together = level.length === runs.length ? "All end" : `${names(level)} end lowest,`;
    const which = runs.length === 1 ? `${name(best)} ends` : level.length > 1 ? together : `${name(best)} ends lowest,`;
    sentences.push(`${which} at a loss of ${format(end(best))} after ${best.length - 1} step${best.length === 2 ? "" : "s"}.`);
  }
  if (diverged.length) sentences.push(`${diverged.map((run) => `${name(run)} diverged at step ${run.divergedAt}`).join(", ")}.`);
  return sentences.join(" ");
}

/** `watch(state)` is the sentence of a scenario; without one, the surface says what it teaches. `hint()` may come last. */
export function mountCaption(place, watch, hint = () => "") {
  let nowhere = "";

  return {
    show(shown, state) {
      const text = [unbroken(watch(state) || shown.surface?.teaches || ""), nowhere, outcome(shown), hint()].filter(Boolean).join(" ");
      if (place.textContent !== text) place.textContent = text;
    },
    /** From an evaluation at the start: say if there is a loss but no gradient. */
    gradientAtStart(evaluation) {
      const [loss] = evaluation.loss;
      const gradient = evaluation.gradient[0];
      const missing = gradient === null || gradient.some((slope) => slope === null);
      nowhere = missing && loss !== null ? "At the start the loss has no gradient, so no optimiser knows where to go." : "";
      if (loss === null) nowhere = "At the start the loss is not a finite number.";
    },
  };
}
