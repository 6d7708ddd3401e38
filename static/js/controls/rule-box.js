/** The box for an update rule of one's own: typeset as it is typed, or the line and column where it makes no sense. */

import { fetchRule } from "../api.js";
import { learn } from "../catalog.js";
import { rulesIn } from "../codecs.js";
import { element, freshId, math, sentence } from "../dom.js";
import { reachable } from "../reachable.js";
import { createPipeline } from "../recompute.js";
import { faultExcerpt } from "./formula-box.js";

/** A promise of the answer to a request that is made until the server answers; null if it refuses. */
function answered(request, trouble) {
  return new Promise((resolve) => {
    createPipeline({
      request,
      done: resolve,
      failed(error, seconds) {
        if (seconds === null) resolve(null);
        else trouble.failed("rules", error, seconds);
      },
      recovered: () => trouble.recovered("rules"),
    }).ask(null);
  });
}

/** Settled when the catalogue knows the rules of a query; what the server refuses is not in the language. */
export async function learnRules(query, catalog, trouble) {
  const unknown = rulesIn(query).filter((rule) => !catalog.rules.has(rule)).slice(0, catalog.defaults.max_optimizers);
  const answers = await Promise.all(unknown.map((rule) => answered(() => fetchRule({ rule }), trouble)));
  for (const answer of answers) if (answer) learn(answer, catalog);
}

/** `accepted(definition)` is called with each rule that makes sense; the answer's `show(rule)` follows the state. */
export function ruleBox(catalog, owner, accepted) {
  const preview = reachable(element("div", { class: "preview" }));
  const fault = element("pre", { class: "fault", hidden: true });
  const complaint = element("p", { class: "complaint", id: freshId("rule"), role: "alert" });
  const input = element("textarea", {
    class: "formula rule-text", "aria-label": `${owner}: its update rule`, "aria-describedby": complaint.id, rows: 2,
    spellcheck: "false", autocomplete: "off", autocapitalize: "off", wrap: "off", maxlength: catalog.rule.max_length,
  });

  let known = null;

  const pipeline = createPipeline({
    request: (rule) => fetchRule({ rule }),
    done(answer, rule) {
      const definition = learn(answer, catalog);
      if (rule !== input.value) return;
      typeset(definition);
      accepted(definition);
    },
    failed(error, seconds) {
      if (seconds === null) refuse(error);
    },
  });

  function typeset({ rule, mathml }) {
    known = rule;
    complaint.textContent = "";
    fault.hidden = true;
    input.removeAttribute("aria-invalid");
    preview.replaceChildren(...mathml.map((text) => element("div", { class: "equation" }, math(text) ?? "")));
  }

  function refuse(error) {
    input.setAttribute("aria-invalid", "true");
    complaint.textContent = sentence(error.message);
    fault.hidden = !error.position;
    if (error.position) fault.textContent = faultExcerpt(input.value.split("\n")[(error.line ?? 1) - 1] ?? "", error.position);
  }

  const fit = () => (input.rows = Math.max(2, input.value.split("\n").length));

  input.addEventListener("input", () => {
    fit();
    pipeline.ask(input.value);
  });

  return {
    element: element("div", { class: "rule-box" }, input, fault, complaint, preview),
    /** Begin at the beginning: a long line is not to be seen from its end. */
    focus() {
      input.setSelectionRange(0, 0);
      input.focus();
      input.scrollLeft = 0;
    },
    /** Show the state's rule where it is another one than the last that made sense here. */
    show(rule) {
      if (rule === known) return;
      input.value = rule;
      fit();
      typeset(catalog.rules.get(rule));
    },
  };
}
