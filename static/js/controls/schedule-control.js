/** The schedule of one optimiser: which, its numbers, and the curve of the learning rate over the steps. */

import { element, math, svg } from "../dom.js";
import { BOX, rateFigure } from "../figures/rate.js";
import { format, formatTick } from "../format.js";
import { controlGroup } from "./controls.js";

const RATE = "<math><msub><mi>η</mi><mi>t</mi></msub></math>";

/** The curve from the record's own rates, a mark at the current step, and the rate there. */
function rateCurve(owner) {
  const line = svg("path", { class: "curve" });
  const rule = svg("path", { class: "rule" });
  const dot = svg("path", { class: "dot" });
  const box = svg("svg", { viewBox: `0 0 ${BOX.width} ${BOX.height}`, preserveAspectRatio: "none", role: "img" }, rule, line, dot);
  const scale = element("span", { class: "note" });
  const value = element("output", { "aria-label": `${owner} learning rate at this step` });
  const head = element("span", { class: "symbol", title: "Learning rate of step t" }, math(RATE));
  const whole = element("div", { class: "control rate", hidden: true }, head, box, value, scale);
  let [drawn, figure, extent] = [null, null, 0];

  /** `rates` is null until there is an answer with them; `last` is the last step of all runs. */
  function draw(rates, last, step) {
    whole.hidden = !rates?.length;
    if (whole.hidden) return;
    if (rates !== drawn || last !== extent) {
      [drawn, extent, figure] = [rates, last, rateFigure(rates, last)];
      line.setAttribute("d", figure.line);
      const range = `from ${formatTick(figure.low)} to ${formatTick(figure.high)}${figure.log ? ", log axis" : ""}`;
      scale.textContent = range;
      box.setAttribute("aria-label", `${owner} learning rate over the steps, ${range}`);
    }
    const [x, y] = figure.at(step);
    rule.setAttribute("d", `M${x} 0V${BOX.height}`);
    dot.setAttribute("d", `M${x} ${y}h0`);
    const text = format(rates[Math.min(step, rates.length - 1)]);
    if (value.textContent !== text) value.textContent = text;
  }
  return { element: whole, draw };
}

/** {element, show(schedule), draw(rates, last, step)}; `chosen(name)` and `changed(parameter, value)` as the hand moves. */
export function scheduleControl(catalog, { chosen, changed, owner }) {
  const usual = catalog.defaults.schedule;
  const options = [...catalog.schedules.values()].map(({ name, label, summary }) => element("option", { value: name, title: summary }, label));
  const select = element("select", { "aria-label": `${owner} learning-rate schedule`, onchange: () => chosen(select.value) }, ...options);
  const curve = rateCurve(owner);
  const numbers = element("div", { class: "numbers" });
  const line = element("label", { class: "control choice" }, "Schedule", select);
  const whole = element("div", { class: "schedule" }, line, curve.element, numbers);
  let [name, group] = [null, null];

  function show(schedule) {
    const now = schedule?.name ?? usual;
    select.value = now;
    if (now !== name) {
      name = now;
      const definition = catalog.schedules.get(name);
      select.title = definition.summary;
      group = controlGroup(definition.parameters, { changed, owner: `${owner} schedule`, remembers: false });
      numbers.replaceChildren(group.element);
      numbers.hidden = schedule === null;
    }
    if (schedule) group.show(schedule.values);
  }

  const draw = (rates, last, step) => curve.draw(name === usual ? null : rates, last, step);
  return { element: whole, show, draw };
}
