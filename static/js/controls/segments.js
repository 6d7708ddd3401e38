/** A choice among a few, all of them in sight. */

import { element, freshId } from "../dom.js";

/** Radio buttons side by side behind a label: {element, show(value)}. */
export function segments(label, options, chosen) {
  const [id, name] = [freshId("choice"), freshId("choice")];
  const inputs = options.map(([value]) => element("input", { type: "radio", name, value, onchange: () => chosen(value) }));
  const choices = options.map(([, words], index) => element("label", {}, inputs[index], element("span", {}, words)));
  const group = element("div", { class: "segments", role: "radiogroup", "aria-labelledby": id }, ...choices);
  const show = (value) => inputs.forEach((input) => (input.checked = input.value === value));
  return { element: element("div", { class: "row seen" }, element("span", { id, class: "seen-label" }, label), group), show };
}
