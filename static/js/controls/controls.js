/**
 * Controls made from declared parameters: native inputs with labels.
 *
 * Each is {element, show(value)}; `changed(value)` is called as the hand moves, with a number, a boolean or a text.
 */

import { element, freshId, svg, symbol, words } from "../dom.js";
import { followAhead } from "./ahead.js";
import { memory, scaleOf } from "./scales.js";

const naming = (parameter) => `${words(parameter.name)}. ${parameter.help}`;

function tickStrip(scale) {
  const share = (position) => (1000 * (position - scale.low)) / (scale.high - scale.low);
  const marks = scale.ticks.map(({ position, major }) => `M${share(position).toFixed(1)} 0V${major ? 6 : 3}`).join("");
  return svg(
    "svg",
    { class: "ticks", viewBox: "0 0 1000 6", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("path", { d: marks, "vector-effect": "non-scaling-stroke" }),
  );
}

/** What a number box says when its text is no acceptable number. */
function complaint(parameter, text) {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return "a number is needed here";
  if (value < parameter.low || value > parameter.high) return `between ${parameter.low} and ${parameter.high}`;
  return parameter.integer && !Number.isInteger(value) ? "a whole number is needed here" : "";
}

const ROOM = 7; // characters of a number box

/** A number as one may type it: 0.0005, but 1e-6 where the box would cut it. */
function typed(value) {
  const [plain, short] = [String(value), value.toExponential().replace("+", "")];
  return plain.length > ROOM && short.length < plain.length ? short : plain;
}

/** A number box that reports only values its parameter accepts, and says what is wrong with others. */
export function numberBox(parameter, label, changed) {
  const note = element("span", { class: "complaint", id: freshId("complaint"), role: "alert" });
  const input = element("input", {
    type: "number", step: "any", min: parameter.low, max: parameter.high, "aria-label": label, inputmode: "decimal",
    class: "number", autocomplete: "off",
  });
  input.addEventListener("input", () => {
    const wrong = complaint(parameter, input.value);
    note.textContent = wrong;
    input.toggleAttribute("aria-invalid", wrong !== "");
    if (wrong) input.setAttribute("aria-describedby", note.id);
    if (!wrong) changed(Number(input.value));
  });
  let last = parameter.default;
  input.addEventListener("blur", () => show(last));
  function show(value) {
    last = value;
    if (document.activeElement === input && input.value !== "" && Number(input.value) === value) return;
    if (document.activeElement === input && note.textContent) return;
    input.value = typed(value);
    note.textContent = "";
    input.removeAttribute("aria-invalid");
  }
  return { element: input, note, show };
}

/** A slider with ticks and a number box. `usual()` is where a double click returns to; a decay that `remembers` says how far. */
export function numberControl(parameter, { changed, usual = () => parameter.default, name = words(parameter.name), remembers = true }) {
  const scale = scaleOf(parameter);
  const id = freshId(parameter.name);
  const slider = element("input", {
    type: "range", id, name: parameter.name, min: scale.low, max: scale.high, step: scale.step, title: `${naming(parameter)} Double-click resets it.`,
  });
  const box = numberBox(parameter, `${name}, number`, (value) => changed(value));
  const recall = parameter.scale === "decay" && remembers ? element("span", { class: "recall" }) : null;
  followAhead(slider, () => changed(scale.toValue(Number(slider.value))));
  slider.addEventListener("dblclick", () => changed(usual()));

  function show(value) {
    slider.value = scale.toPosition(value);
    slider.setAttribute("aria-valuetext", String(value));
    box.show(value);
    if (recall) recall.textContent = `remembers about ${memory(value)} ${memory(value) === 1 ? "step" : "steps"}`;
  }
  const label = element("label", { for: id }, symbol(parameter, naming(parameter)), element("span", { class: "unseen" }, name));
  const track = element("span", { class: "track" }, slider, tickStrip(scale));
  const whole = element("div", { class: "control", "data-parameter": parameter.name }, label, track, box.element, recall ?? "", box.note);
  return { element: whole, show };
}

/** An option as words; an abbreviation as the help spells it. */
export const wording = (option, { help }) => (new RegExp(`\\b${option.toUpperCase()}\\b`).test(help) ? option.toUpperCase() : words(option));

function switchControl(parameter, { changed }) {
  const input = element("input", { type: "checkbox", onchange: () => changed(input.checked) });
  const label = element("label", { class: "switch", title: naming(parameter) }, input, words(parameter.name));
  const whole = element("div", { class: "control choice", "data-parameter": parameter.name }, label);
  return { element: whole, show: (value) => void (input.checked = value) };
}

function choiceControl(parameter, { changed }) {
  const id = freshId(parameter.name);
  const options = parameter.options.map((option) => element("option", { value: option }, wording(option, parameter)));
  const select = element("select", { id, title: naming(parameter), onchange: () => changed(select.value) }, ...options);
  const label = element("label", { for: id, title: naming(parameter) }, words(parameter.name));
  const help = element("span", { class: "help" }, parameter.help);
  const show = (value) => {
    select.value = value;
    help.hidden = value === parameter.default;
  };
  const whole = element("div", { class: "control choice", "data-parameter": parameter.name }, label, select, help);
  return { element: whole, show };
}

const MAKERS = { number: numberControl, switch: switchControl, choice: choiceControl };

/** The control of a declared parameter, whatever its kind. */
export const controlOf = (parameter, options) => MAKERS[parameter.kind](parameter, options);

/** All controls of a definition: {element, show(values), after(name, node)}; `changed(name, value)` as the hand moves. */
export function controlGroup(parameters, { changed, usual, owner = "", remembers }) {
  const controls = parameters.map((parameter) =>
    controlOf(parameter, {
      changed: (value) => changed(parameter.name, value),
      usual: usual && (() => usual(parameter.name)),
      name: `${owner} ${words(parameter.name).toLowerCase()}`.trim(),
      remembers,
    }),
  );
  const whole = element("div", { class: "controls" }, ...controls.map((control) => control.element));
  const show = (values) =>
    parameters.forEach(({ name, where }, index) => {
      controls[index].show(values[name]);
      controls[index].element.hidden = Boolean(where) && values[where[0]] !== where[1]; // without an effect
    });
  const after = (name, node) => controls[parameters.findIndex((parameter) => parameter.name === name)].element.after(node);
  return { element: whole, show, after };
}
