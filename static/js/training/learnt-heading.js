/** Above what was learnt: how many numbers that are, and, where there are several runs, whose. */

import { element } from "../dom.js";
import { swatch } from "../swatch.js";
import { lookedAt } from "./runs.js";

/** How many numbers a run learns: weights, biases, and what the likelihood has of its own. */
function numbersLearnt({ runs: [{ parameters, likelihood_parameters: own }] }) {
  return parameters.reduce((sum, { weights, biases }) => sum + (weights.length + 1) * biases.length, 0) + Object.values(own).flat().length;
}

export function mountLearntHeading(heading, whose) {
  let named = "";
  return {
    draw({ runs, labels, told }, state) {
      const run = lookedAt(runs, state);
      const text = told ? `Parameters learnt: ${numbersLearnt(told)}` : "Parameters learnt";
      if (heading.textContent !== text) heading.textContent = text;
      const name = run && runs.length > 1 ? `${labels[run.position]}${state.ensemble > 1 ? ", first seed" : ""}` : "";
      if (named === `${name} ${run?.slot}`) return;
      named = `${name} ${run?.slot}`;
      whose.replaceChildren(...(name ? [swatch(run.slot), element("span", {}, name)] : []));
    },
  };
}
