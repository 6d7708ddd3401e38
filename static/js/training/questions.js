/**
 * The two questions about a moment of the training: what there is to tell of a step, and the loss around the path.
 */

import { createPipeline } from "../recompute.js";
import { fetchPlane, fetchState } from "./requests.js";

/**
 * Each question with at most one under way. `data(state)` says what is known of the data, `tell` and `planed` take the answers,
 * `refused()` is called where a state is none that could be answered.
 */
export function createQuestions(shown, { data, tell, planed, refused, trouble }) {
  const told = (name) => ({
    failed(error, seconds) {
      trouble.failed(name, error, seconds);
      if (seconds === null && name === "states") refused();
    },
    recovered: () => trouble.recovered(name),
  });
  const states = createPipeline({ request: ({ state }) => fetchState(state, state.step, data(state)), done: tell, ...told("states") });
  const planes = createPipeline({
    request: ({ state, run }) => fetchPlane(state, run),
    done: planed,
    failed: (error, seconds, asked) => (seconds === null ? planed({ refused: error.message }, asked) : trouble.failed("plane", error, seconds)),
    recovered: () => trouble.recovered("plane"),
  });
  return { states, planes };
}
