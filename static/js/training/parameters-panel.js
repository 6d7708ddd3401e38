/** Every parameter that is learnt, with its gradient, as a table. */

import { element } from "../dom.js";
import { format } from "../format.js";
import { lookedAt } from "./runs.js";

const MOST = 600;

/** [name, value, gradient] of every number, layer by layer. */
function rowsOf({ parameters, gradients, likelihood_parameters: learnt, likelihood_gradients: slopes }) {
  const rows = [];
  parameters.forEach(({ weights, biases }, layer) => {
    weights.forEach((row, from) => row.forEach((value, to) => rows.push([`W${layer + 1}, ${from + 1} → ${to + 1}`, value, gradients[layer].weights[from][to]])));
    biases.forEach((value, to) => rows.push([`b${layer + 1}, ${to + 1}`, value, gradients[layer].biases[to]]));
  });
  for (const [name, values] of Object.entries(learnt ?? {})) values.forEach((value, at) => rows.push([values.length > 1 ? `${name} ${at + 1}` : name, value, slopes?.[name]?.[at]]));
  return rows;
}

export function mountParametersPanel(place) {
  let drawn = null;

  return {
    draw(shown, state) {
      const run = lookedAt(shown.runs, state);
      const answered = shown.told?.runs[run?.index];
      if (state.panel !== "parameters" || !answered || answered === drawn) return;
      drawn = answered;
      const rows = rowsOf(answered);
      const what = answered.gradient_of === "batch" ? "this step’s batch" : "all training samples";
      const caption = `Step ${answered.step}; gradients of the loss on ${what}.${rows.length > MOST ? ` The first ${MOST} of ${rows.length}; all of them are in the file under Share.` : ""}`;
      const head = element("tr", {}, ...["parameter", "value", "gradient"].map((name) => element("th", { scope: "col" }, name)));
      const body = rows.slice(0, MOST).map(([name, value, slope]) => element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, format(value)), element("td", {}, format(slope))));
      place.replaceChildren(element("table", {}, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body)));
    },
  };
}
