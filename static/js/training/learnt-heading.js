/** Above what was learnt: how many numbers that are, and, where there are several runs, whose: it is chosen here. */

import { element } from "../dom.js";
import { formatCount } from "../format.js";
import { swatch } from "../swatch.js";
import { lookedAt, seedOf } from "./runs.js";

/** How many numbers a run learns: weights, biases, and what the likelihood has of its own. */
function numbersLearnt({ runs: [{ parameters, likelihood_parameters: own }] }) {
  return parameters.reduce((sum, { weights, biases }) => sum + (weights.length + 1) * biases.length, 0) + Object.values(own).flat().length;
}

/** The optimiser behind the one that is looked at, and the seed behind the one that is opened up; behind the last comes the first. */
const after = (list, one) => list[(list.indexOf(one) + 1) % list.length];
export const nextOptimizer = ({ optimizers, look }) => (optimizers.length ? { look: after(optimizers.map(({ slot }) => slot), look) } : {});
export const nextSeed = ({ ensemble, member }) => ({ member: (member + 1) % ensemble });

/** A choice that is made anew where its options are others: {element, show(options, value)}, hidden where there is but one. */
function choice(label, title, chosen) {
  const select = element("select", { "aria-label": label, title, onchange: () => chosen(Number(select.value)) });
  let known = "";
  return {
    element: select,
    show(options, value) {
      const now = JSON.stringify(options);
      if (now !== known) select.replaceChildren(...options.map(([number, words]) => element("option", { value: String(number) }, words)));
      known = now;
      select.value = String(value);
      select.hidden = options.length < 2;
    },
  };
}

export function mountLearntHeading(heading, whose, store) {
  const optimizer = choice("Optimiser whose network is shown", "Whose network is shown (O: the next one)", (look) => store.set({ look }));
  const seed = choice("Seed whose network is shown", "The seed whose network, curve and numbers are shown (S: the next one)", (member) => store.set({ member }));
  const sample = element("span", { class: "pair" });
  whose.append(sample, optimizer.element, seed.element);
  let slot = null;
  return {
    draw({ runs, labels, told }, state) {
      const run = lookedAt(runs, state);
      const text = told ? `Parameters learnt: ${formatCount(numbersLearnt(told))}` : "Parameters learnt";
      if (heading.textContent !== text) heading.textContent = text;
      whose.hidden = !run || runs.length < 2;
      if (whose.hidden) return;
      optimizer.show(state.optimizers.map((one, at) => [one.slot, labels[at] ?? ""]), run.slot);
      seed.show(Array.from({ length: state.ensemble }, (_, member) => [member, `seed ${seedOf(member, state)}`]), run.member);
      if (slot !== run.slot) sample.replaceChildren(swatch(run.slot));
      slot = run.slot;
    },
  };
}
