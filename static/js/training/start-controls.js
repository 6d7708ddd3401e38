/** Beginning another run where this one is, or at parameters that are pasted; in the panel of the parameters. */

import { element, freshId } from "../dom.js";
import { lookedAt, nameOf } from "./runs.js";
import { misfit, readStart } from "./start.js";

const PASTE = "An answer of /api/training, one of its runs, or a run’s parameters. Data, activation and likelihood are those that are set here.";

/** `begin(start)` begins another run; the answer's `draw(shown, state)` says whether the step that is shown can be begun at. */
export function mountStart(place, store, catalog, begin) {
  let latest = null;
  const here = element("button", { type: "button", title: "All runs begin anew, with the parameters of this step instead of drawn ones", onclick: () => begin(latest) }, "Start from here");
  const fault = element("p", { class: "complaint", id: freshId("start"), role: "alert" });
  const text = element("textarea", { class: "rule-text", rows: 3, spellcheck: "false", "aria-label": "Parameters as JSON", "aria-describedby": fault.id });
  const form = element("form", { class: "stack", onsubmit: paste }, text, fault, element("div", { class: "pair" }, element("button", {}, "Begin there"), element("span", { class: "note" }, PASTE)));
  const whole = element("details", {}, element("summary", {}, "Other parameters"), form);
  place.append(here, whole);
  let widths = null;

  function complain(message) {
    fault.textContent = message;
    text.toggleAttribute("aria-invalid", message !== "");
  }

  function paste(event) {
    event.preventDefault();
    try {
      const start = readStart(text.value);
      const names = catalog.likelihoods.get(store.get().likelihood.name).learnt.map(({ name }) => name);
      const wrong = widths ? misfit(start, widths, names, catalog.defaults.training) : "The data are not here yet; try again in a moment.";
      complain(wrong);
      if (wrong) return;
      whole.open = false;
      text.value = "";
      begin(start);
    } catch (error) {
      complain(error.message);
    }
  }

  return {
    draw(shown, state) {
      const run = lookedAt(shown.runs, state);
      const answered = shown.told?.step === state.step && !shown.outdated ? shown.told.runs[run?.index] : null;
      widths = shown.told?.network.widths ?? null;
      latest = answered ? { parameters: answered.parameters, learnt: answered.likelihood_parameters, label: nameOf(run, shown.labels, state).replace("\u00a0", " "), step: answered.step, before: null } : null;
      here.disabled = !latest || shown.playing || latest.step === 0;
    },
  };
}
