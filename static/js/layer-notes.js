/** What is drawn besides the paths, in words: dashed, thin, axes, and where the paths of many seeds end. */

import { isRandom, SEEDS, stepsUnderSeeds } from "./batch.js";
import { CURVATURE } from "./curvature.js";
import { format } from "./format.js";

/** "Ends of 30 seeds, mean ± standard deviation: Adam x 0.1 ± 0.02, y 3 ± 0.1; ..." */
export function spreadSentence({ answer, indices }, labels, [x, y]) {
  const one = ({ ends: { mean, standard_deviation: deviation, arrived } }, position) => {
    const label = labels[indices[position]];
    if (arrived === 0) return `${label}: all diverged`;
    const [left, up] = [0, 1].map((axis) => `${format(mean[axis])}\u00a0±\u00a0${format(deviation[axis])}`);
    return `${label} ${x} ${left}, ${y} ${up}${arrived < SEEDS ? ` (${SEEDS - arrived} diverged)` : ""}`;
  };
  return `Ends of ${SEEDS} seeds, mean ± standard deviation: ${answer.map(one).join("; ")}.`;
}

const AXES = "Crosses: the principal axes of the curvature, longer where it is flatter, dashed where the loss curves down.";

/** The notes keep their place while answers come and go: what moves them moves the plot. */
export function mountLayerNotes(place, { defaults }) {
  let spread = "";

  return {
    draw({ asides: { seeds }, labels, surface }, state) {
      const drawn = (layer) => state.layers.includes(layer) && (layer === "seeds" ? isRandom(state) : state.batches !== null);
      if (!drawn("seeds")) spread = "";
      else if (seeds) spread = spreadSentence(seeds, labels, surface.plainSymbols);
      const listed = state.optimizers.filter(({ hidden }) => !hidden).length;
      const most = stepsUnderSeeds(listed, defaults);
      const long = drawn("seeds") && state.steps > most ? `${SEEDS} seeds of ${listed} optimisers can have ${most} steps; fewer steps or optimisers leave room for them.` : "";
      const dashed = drawn("surface") && state.view === "2d" ? "Dashed: the loss on this step’s batch alone." : "";
      const ellipse = spread && state.view === "2d" ? `${seeds?.answer.length > 1 ? "Ellipses" : "Ellipse"}: two standard deviations in every direction.` : "";
      const axes = state.layers.includes(CURVATURE) && state.view === "2d" ? AXES : "";
      const text = [axes, dashed, drawn("whole") ? "Thin: all data in each step." : "", long || spread, long ? "" : ellipse].filter(Boolean).join(" ");
      if (place.textContent !== text) place.textContent = text;
      place.hidden = text === "";
      place.classList.toggle("waiting", !long && spread !== "" && !seeds);
    },
  };
}
