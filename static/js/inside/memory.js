/** How an average remembers: the weights of the past gradients as bars, and how much of them is filled by now. */

import { memory } from "../controls/scales.js";
import { element, math, svg } from "../dom.js";
import { barsPath, filledSentence, stairsPath, weightsOf } from "../figures/internals.js";
import { applies } from "./inside.js";

/** One average: its symbol, its bars, its sentence. */
function average(quantity) {
  const [full, open] = ["full", "open"].map((name) => svg("path", { class: name, "vector-effect": "non-scaling-stroke" }));
  const strip = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }, full, open);
  const text = element("p", {});
  const head = element("span", { class: "symbol", title: quantity.help }, math(quantity.mathml));
  let before = "";
  return {
    element: element("div", { class: "average" }, head, strip, text),
    show(decay, count, undamped) {
      const key = [decay, count, undamped].join();
      if (key === before) return;
      before = key;
      const weights = weightsOf(decay, count);
      strip.setAttribute("viewBox", `0 0 ${weights.bars} 1`);
      full.setAttribute("d", barsPath(weights.full, 0));
      open.setAttribute("d", stairsPath(weights.open, weights.full.length));
      const steps = memory(decay);
      text.textContent = `Remembers about ${steps} ${steps === 1 ? "step" : "steps"}. ${filledSentence(decay, count, undamped)}`;
    },
  };
}

export function mountInsideMemory(place) {
  let built = null;
  let averages = [];

  return {
    draw({ definition, run, k }) {
      if (definition !== built) {
        averages = definition.state.filter(({ decay }) => decay).map((quantity) => ({ quantity, ...average(quantity) }));
        place.replaceChildren(...averages.map((one) => one.element));
        place.hidden = averages.length === 0;
      }
      built = definition;
      for (const { quantity, show } of averages) {
        const undamped = quantity.undamped !== null && applies(quantity.undamped, run.optimizer);
        show(run.optimizer[quantity.decay], k + 1, undamped);
      }
    },
  };
}
