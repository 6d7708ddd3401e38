/** The box for a formula of one's own: typeset as it is typed, or the column at which it stops making sense. */

import { fetchFormula } from "../api.js";
import { element, freshId, math, sentence } from "../dom.js";
import { reachable } from "../reachable.js";
import { createPipeline } from "../recompute.js";

const MARGIN = 14;

/** The part of the formula around the fault, with a caret under its column (counted from 1). */
export function faultExcerpt(formula, column) {
  const from = Math.max(0, column - 1 - MARGIN);
  const lead = from > 0 ? "…" : "";
  const tail = from + 2 * MARGIN < formula.length ? "…" : "";
  return `${lead}${formula.slice(from, from + 2 * MARGIN)}${tail}\n${" ".repeat(lead.length + column - 1 - from)}^`;
}

/** `accepted(formula, mathml)` is called with each formula that makes sense; the answer's `show` follows the state. */
export function formulaBox(catalog, accepted) {
  const preview = reachable(element("div", { class: "preview" }));
  const fault = element("pre", { class: "fault", hidden: true });
  const complaint = element("p", { class: "complaint", id: freshId("formula"), role: "alert" });
  const input = element("input", {
    type: "text", id: freshId("formula"), class: "formula", spellcheck: "false", autocomplete: "off", autocapitalize: "off",
    maxlength: catalog.formula?.max_length ?? 512, placeholder: "type your own: x**2 - y**2", "aria-describedby": complaint.id,
  });
  const label = element("label", { for: input.id, class: "formula-label" }, "f(x, y) =");

  const pipeline = createPipeline({
    request: (formula) => fetchFormula(formula),
    done(answer, formula) {
      if (formula !== input.value.trim()) return;
      clear();
      preview.replaceChildren(math(answer.mathml) ?? "");
      accepted(formula, answer.mathml);
    },
    failed(error, seconds) {
      if (seconds === null) refuse(error);
    },
  });

  function clear() {
    complaint.textContent = "";
    fault.hidden = true;
    input.removeAttribute("aria-invalid");
  }

  function refuse(error) {
    input.setAttribute("aria-invalid", "true");
    complaint.textContent = sentence(error.message);
    fault.hidden = !error.position;
    if (error.position) fault.textContent = faultExcerpt(input.value, error.position);
  }

  input.addEventListener("input", () => {
    const formula = input.value.trim();
    if (formula) pipeline.ask(formula);
    else clear();
  });

  return {
    element: element("div", { class: "formula-box" }, element("div", { class: "row" }, label, input), preview, fault, complaint),
    focus: () => input.focus(),
    /** Show the state's formula (null: a named surface), unless it is being typed. */
    show(formula) {
      preview.hidden = formula === null;
      if (document.activeElement === input) return;
      if (formula === null || formula !== input.value.trim()) {
        input.value = formula ?? "";
        clear();
      }
      if (formula !== null && preview.childElementCount === 0) pipeline.ask(formula);
    },
  };
}
