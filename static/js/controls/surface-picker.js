/** The surface: which one, its formula and parameters, the range, the start, the number of steps. */

import { stepsOfRuns } from "../capacity.js";
import { defaultValues, surfaceOf } from "../catalog.js";
import { setParameter, setSteps, toFormula, toSurface } from "../changes.js";
import { element, freshId } from "../dom.js";
import { formatCount } from "../format.js";
import { controlGroup, numberBox } from "./controls.js";
import { formulaBox } from "./formula-box.js";
import { stepsControl } from "./steps-control.js";

const OWN = "";
const GROUPS = [["analytic", "Functions"], ["data", "Losses of a model on data"]];
const COORDINATE = { name: "coordinate", low: -1e6, high: 1e6, default: 0 };

/** Fill the select of the surfaces; `chosen(name)` is called when another one is. */
function fillPicker(select, catalog, chosen) {
  for (const [kind, label] of GROUPS) {
    const group = element("optgroup", { label });
    for (const surface of catalog.surfaces.values()) {
      if (surface.kind === kind) group.append(element("option", { value: surface.name, title: surface.summary }, surface.label));
    }
    if (group.childElementCount) select.append(group);
  }
  select.append(element("option", { value: OWN }, "Your own formula"));
  select.addEventListener("change", () => chosen(select.value));
}

/** Two number boxes in a row behind a label, as for a start or a range. */
function pair(title, labels, changed) {
  let current = [0, 0];
  const boxes = labels.map((label, index) =>
    numberBox(COORDINATE, `${title} ${label}`, (value) => changed(current.map((old, at) => (at === index ? value : old)))),
  );
  const heading = element("span", { class: "row-label" }, title);
  const between = labels[1] === "to" ? element("span", { "aria-hidden": "true" }, "to") : "";
  const [first, second] = boxes;
  const whole = element("div", { class: "pair", role: "group", "aria-label": title }, heading, first.element, between, second.element, first.note, second.note);
  return {
    element: whole,
    heading,
    boxes,
    show(values) {
      current = values;
      boxes.forEach((box, index) => box.show(values[index]));
    },
  };
}

const SUM_OR_MEAN =
  "The lecture's loss is the sum over the data; most software takes the mean. The same minimum, but gradients differ by the number of points.";

/** Sum or mean over the data; absent where there is none. */
function reductionSelect(store) {
  const id = freshId("reduction");
  const select = element("select", { id, onchange: () => store.set({ reduction: select.value }, "surface") });
  const label = element("label", { for: id, title: SUM_OR_MEAN }, "Over the data");
  const whole = element("div", { class: "control choice" }, label, select);
  return {
    element: whole,
    offer(options) {
      select.replaceChildren(...options.map((option) => element("option", { value: option }, option)));
      whole.hidden = options.length === 0;
    },
    show: (value) => void (select.value = value ?? ""),
  };
}

function stepsOf(store, { defaults }) {
  const { steps: usual, max_steps: high, max_steps_of_runs: shared } = defaults;
  return stepsControl({ usual, low: 10, high }, {
    changed: (value) => store.set(setSteps(store.get(), value), "slider"),
    roomOf({ optimizers: { length: runs } }) {
      const most = stepsOfRuns(runs, defaults);
      return { most, why: `At most ${most} steps: ${runs} optimisers share ${formatCount(shared)}.` };
    },
  });
}

export function mountSurface(select, place, store, catalog, { formulaAccepted, reset }) {
  const parameters = element("div", {});
  const own = () => store.get().formula !== null;
  const formula = formulaBox(catalog, (text, mathml) => {
    formulaAccepted(text, mathml);
    if (text !== store.get().formula) store.set(toFormula(store.get(), text, catalog), "formula");
  });
  fillPicker(select, catalog, (name) => {
    if (name === OWN) store.set(toFormula(store.get(), "x**2 - y**2", catalog), "surface");
    else store.set(toSurface(store.get(), name, catalog), "surface");
    if (name === OWN) formula.focus();
  });
  const setRange = (axis) => (values) => values[0] < values[1] && store.set({ [axis]: values }, "range");
  const ranges = { x: pair("x", ["from", "to"], setRange("x")), y: pair("y", ["from", "to"], setRange("y")) };
  const reduction = reductionSelect(store);
  const start = pair("Start", ["x", "y"], (values) => store.set({ start: values }, "start"));
  const home = element("button", { type: "button", class: "plain", title: "Back to this surface's own start", "aria-label": "Back to this surface's own start", onclick: reset }, "↺");
  start.element.append(home);
  const steps = stepsOf(store, catalog);
  place.append(formula.element, ranges.x.element, ranges.y.element, parameters, reduction.element, start.element, steps.element);

  let shown = null;
  let controls = null;

  function rebuild(state) {
    const surface = surfaceOf(state, catalog);
    select.value = state.surface ?? OWN;
    select.title = surface.summary;
    controls = controlGroup(surface.parameters, {
      changed: (name, value) => store.set(setParameter(store.get(), name, value), "slider"),
      usual: (name) => defaultValues(surface)[name],
      owner: "Surface",
    });
    parameters.replaceChildren(controls.element);
    reduction.offer(surface.reductions ?? []);
    start.boxes.forEach((box, index) => box.element.setAttribute("aria-label", `Start ${surface.plainSymbols[index]}`));
  }

  function show(state) {
    if (shown !== state.surface || controls === null) rebuild(state);
    shown = state.surface;
    controls.show(state.parameters);
    reduction.show(state.reduction);
    formula.show(state.formula);
    for (const axis of ["x", "y"]) {
      ranges[axis].element.hidden = !own();
      if (own()) ranges[axis].show(state[axis]);
    }
    start.show(state.start);
    steps.show(state);
  }

  const fields = ["surface", "formula", "x", "y", "parameters", "reduction", "start", "steps", "optimizers"];
  store.subscribe((state, changed) => fields.some((field) => changed.has(field)) && show(state));
  show(store.get());
}
