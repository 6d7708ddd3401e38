/** The sheet "As on the slide, as in most software": both formulas, what the difference does, and a switch. */

import { element, freshId, math } from "../dom.js";
import { reachable } from "../reachable.js";
import { canSwitch, FORMS, formOf, groupsOf, inForm, keptPath } from "./deviations.js";
import { closeButton, whenOpened } from "./sheet.js";

const SOFTWARE = "As in most software";
const FIELDS = ["surface", "formula", "reduction", "optimizers", "batches"];

/** One form of an entry: where it stands, its formula, behind a radio button where it can be run. */
function formRow(entry, form, name, chosen) {
  const formula = reachable(element("div", { class: "equation" }, math(entry[form].mathml) ?? ""));
  const words = form === "software" ? SOFTWARE : entry.source;
  if (!canSwitch(entry)) return { element: element("div", { class: "form" }, words, formula), check() {} };
  const radio = element("input", { type: "radio", name, value: form, onchange: () => radio.checked && chosen(form) });
  const label = element("label", { class: "form" }, element("span", { class: "switch" }, radio, words), formula);
  return { element: label, check: (which) => void (radio.checked = which === form) };
}

/** Whether a switch of the form moves the learning rate too, so that the path stays. */
function pathSwitch() {
  const input = element("input", { type: "checkbox" });
  const words = element("span", {});
  let built = "";
  return {
    input,
    element: element("label", { class: "switch" }, input, words),
    show({ mathml, except }) {
      if (built !== mathml + except) words.replaceChildren("Keep the path: η becomes ", math(mathml) ?? "", ` in the software’s form${except}`);
      built = mathml + except;
    },
  };
}

/** `changed(entry, form, keepPath)` is called when a form is chosen; `kept()` tells what keeps the path. */
function article(entry, changed, kept) {
  const path = canSwitch(entry) && entry.same_path ? pathSwitch() : null;
  const [heading, name] = [freshId("deviation"), freshId("form")];
  const rows = FORMS.map((form) => formRow(entry, form, name, (chosen) => changed(entry, chosen, path?.input.checked ?? false)));
  const role = canSwitch(entry) ? "radiogroup" : "group";
  const forms = element("div", { class: "forms", role, "aria-labelledby": heading }, ...rows.map((row) => row.element));
  const whole = element("section", {}, element("h3", { id: heading }, entry.title), forms, path?.element, element("p", {}, entry.sentence));
  const check = (form) => {
    rows.forEach((row) => row.check(form));
    path?.show(kept(entry));
  };
  return { element: whole, check };
}

export function mountSlides(sheet, store, catalog) {
  const heading = element("h2", {}, "As on the slide, as in most software");
  const place = element("div", { class: "deviations" });
  sheet.append(closeButton(sheet), heading, place);
  let built = "";
  let shown = [];

  function build(groups) {
    shown = groups.flatMap((group) =>
      group.entries.map((entry) => {
        const changed = (which, form, keepPath) => store.set(inForm(group, which, form, keepPath, store.get(), catalog), "slides");
        return { group, entry, ...article(entry, changed, (which) => keptPath(which, store.get(), catalog)) };
      }),
    );
    const sections = groups.map((group) => [
      element("h2", {}, group.label),
      ...shown.filter((one) => one.group === group).map((one) => one.element),
    ]);
    place.replaceChildren(...sections.flat());
  }

  function show(state) {
    const groups = groupsOf(state, catalog);
    const key = JSON.stringify(groups.map(({ label, optimizer }) => [label, optimizer]));
    if (key !== built) build(groups);
    built = key;
    for (const { group, entry, check } of shown) check(formOf(group, entry, state));
  }

  whenOpened(sheet, () => show(store.get()));
  store.subscribe((state, changed) => sheet.matches(":popover-open") && FIELDS.some((field) => changed.has(field)) && show(state));
  return { toggle: () => sheet.togglePopover() };
}
