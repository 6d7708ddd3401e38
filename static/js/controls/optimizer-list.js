/** The list of optimisers: legend and toggle, settings, status; adding, removing, and rules of one's own. */

import { fetchRule, optimizerRequest } from "../api.js";
import { definitionOf, learn, optimizerDefaults, optimizerLabels } from "../catalog.js";
import { addOptimizer, addRule, removeOptimizer, setRule, setSchedule, setScheduleParameter, toggleOptimizer } from "../changes.js";
import { curvatureAt } from "../curvature.js";
import { element, sentence } from "../dom.js";
import { swatch } from "../swatch.js";
import { controlGroup } from "./controls.js";
import { mountLimit } from "./learning-limit.js";
import { ruleBox } from "./rule-box.js";
import { scheduleControl } from "./schedule-control.js";

const AS_RULE = "Show and edit as a rule";

/** Why a run ended early; one without a first step has not diverged, but cannot begin. */
function divergence({ divergedAt, reason }) {
  const cause = reason.replace(`At step ${divergedAt} `, "");
  return sentence(`${divergedAt === 0 ? "Cannot begin" : `Diverged at step ${divergedAt}`}: ${cause[0].toLowerCase()}${cause.slice(1)}`);
}

/** The sliders of an optimiser, made anew where its rule is another one; a schedule stands behind the learning rate. */
function settingsOf(slot, label, store, catalog, { moved, place: surface }) {
  const schedule = scheduleControl(catalog, {
    chosen: (choice) => store.set(setSchedule(store.get(), slot, choice, catalog), "list"),
    changed: (parameter, value) => store.set(setScheduleParameter(store.get(), slot, parameter, value), "slider"),
    owner: label,
  });
  const place = element("div");
  let [definition, controls, limit] = [null, null, null];

  function build() {
    const { parameters } = definition;
    controls = controlGroup(parameters, {
      changed: (parameter, value) => moved(slot, parameter, value),
      usual: (parameter) => optimizerDefaults(definition, surface())[parameter],
      owner: label,
    });
    if (parameters.some(({ name }) => name === "learning_rate")) controls.after("learning_rate", schedule.element);
    const rate = controls.element.querySelector("[data-parameter=learning_rate]");
    limit = rate && mountLimit(rate);
    place.replaceChildren(controls.element);
  }

  function show(optimizer, values) {
    const now = definitionOf(optimizer, catalog);
    const names = ({ parameters }) => parameters.map(({ name }) => name).join();
    const same = definition && names(definition) === names(now);
    definition = now;
    if (!same) build();
    schedule.show(optimizer.schedule);
    controls.show(values);
  }
  return { element: place, show, draw: schedule.draw, bound: (found) => limit?.draw(found) };
}

/** One optimiser; `edit()` shows it as a rule, `about(definition)` opens the help on it, `look` stands beside its name. */
function itemOf(optimizer, label, store, catalog, { edit, about, look, ...rest }) {
  const { name, slot, rule } = optimizer;
  const { summary } = definitionOf(optimizer, catalog);
  const settings = settingsOf(slot, label, store, catalog, rest);
  const box = rule === undefined ? null : ruleBox(catalog, label, (definition) => store.set(setRule(store.get(), slot, definition), "list"));
  const toggle = element("input", { type: "checkbox", onchange: () => store.set(toggleOptimizer(store.get(), slot), "list") });
  const legend = element("label", { class: "legend", title: summary }, toggle, swatch(slot), label);
  const help = element("button", { type: "button", class: "plain", "aria-label": `About ${label}`, onclick: () => about(definitionOf(optimizer, catalog)) }, "?");
  const shown = box ? null : element("button", { type: "button", class: "plain", "aria-label": `Show and edit ${label} as a rule`, title: AS_RULE, onclick: () => edit(slot) }, "ƒ");
  const looked = element("button", { type: "button", class: "plain", "aria-label": `${look.label} ${label}`, title: look.title, onclick: () => store.set(look.toggled(store.get(), slot), "inside") }, look.label);
  const remove = element("button", {
    type: "button", class: "plain", "aria-label": `Remove ${label}`, title: "Remove",
    onclick: () => store.set(removeOptimizer(store.get(), slot), "list"),
  }, "×");
  const status = element("p", { class: "status", role: "status", hidden: true });
  const whole = element("article", { class: "optimizer", "data-slot": slot }, element("header", {}, legend, looked, shown, help, remove), box?.element, settings.element, status);
  let [last, set] = [null, null];

  function show(now, values) {
    if (now === last && values === set) return;
    [last, set] = [now, values];
    toggle.checked = !now.hidden;
    whole.classList.toggle("off", now.hidden);
    box?.show(now.rule);
    settings.show(now, values);
  }
  const own = rule !== undefined;
  const is = (other, itsLabel) => other.slot === slot && other.name === name && (other.rule !== undefined) === own && itsLabel === label;
  const opened = (state) => looked.setAttribute("aria-pressed", state[look.field] === slot);
  /** Shown as a rule it stands beside itself, for which there has to be room. */
  const roomed = (crowded) => shown && Object.assign(shown, { disabled: crowded !== "", title: crowded || AS_RULE });
  return { slot, element: whole, show, status, opened, roomed, is, draw: settings.draw, bound: settings.bound, focus: () => box?.focus() };
}

/**
 * `about(definition)` opens the help on an optimiser, `failed(error)` tells of a rule that could not be had,
 * `moved(slot, parameter, value)` of a hyperparameter that a hand moves. `place()` is the surface whose defaults are
 * meant, `batched(state)` says whether there are batches to be had, `valued(optimizer, state)` what an optimiser's values
 * are now, `full(state)` why there is no room for another one (empty: there is). `look` {label, title, field, toggled(state, slot)} is what one can look at for one optimiser at a time. The
 * answer's `status(record)` shows how each run ended.
 */
export function mountOptimizers(place, add, store, catalog, { about, failed, moved, place: surface, batched, full, valued = ({ values }) => values, look, adding = "Add…", fields = [] }) {
  const slots = catalog.defaults.max_optimizers;
  const note = element("p", { class: "note", role: "status", hidden: true });
  add.parentElement.after(note);
  const own = catalog.rule;
  add.append(element("option", { value: "" }, adding));
  const ofBatches = [];
  for (const { name, label, summary, of_batches } of catalog.optimizers.values()) {
    const option = element("option", { value: name, title: summary }, label);
    if (of_batches) ofBatches.push(option);
    add.append(option);
  }
  add.append(element("option", { value: own.name, title: "An update rule that you type" }, "+ own rule"));
  add.addEventListener("change", () => {
    if (add.value === own.name) addAsRule({ rule: own.example });
    else if (add.value) store.set(addOptimizer(store.get(), add.value, catalog, surface(), slots), "list");
    add.value = "";
  });
  let items = [];

  /** A rule of one's own beside the others: a text, or what an optimiser of the list does. */
  async function addAsRule(asked, schedule) {
    try {
      const answer = await fetchRule(asked);
      if (full(store.get())) return;
      store.set(addRule(store.get(), learn(answer, catalog), { values: answer.values, schedule }, slots), "list");
      items.at(-1).focus();
    } catch (error) {
      failed(error);
    }
  }

  function edit(slot) {
    const optimizer = store.get().optimizers.find((candidate) => candidate.slot === slot);
    addAsRule({ optimizer: optimizerRequest({ ...optimizer, schedule: null }) }, optimizer.schedule);
  }

  function show(state) {
    const labels = optimizerLabels(state, catalog);
    const same = state.optimizers.length === items.length && items.every((old, index) => old.is(state.optimizers[index], labels[index]));
    if (!same) {
      items = state.optimizers.map((optimizer, index) => itemOf(optimizer, labels[index], store, catalog, { edit, about, moved, place: surface, look }));
      place.replaceChildren(...items.map((one) => one.element));
    }
    state.optimizers.forEach((optimizer, index) => items[index].show(optimizer, valued(optimizer, state)));
    const crowded = full(state);
    for (const { opened, roomed } of items) {
      opened(state);
      roomed(crowded);
    }
    add.disabled = crowded !== "";
    add.title = note.textContent = crowded;
    note.hidden = crowded === "";
    const data = batched(state); // where there are no batches it would be a name for another rule
    for (const option of ofBatches) option.hidden = option.disabled = !data;
  }

  store.subscribe((state, changed) => ["optimizers", look.field, ...fields].some((field) => changed.has(field)) && show(state));
  show(store.get());

  const runOf = (slot, { optimizers, record }) => record.trajectories[optimizers.findIndex((optimizer) => optimizer.slot === slot)];
  return {
    /** A diverged run tells its step and its cause beside the optimiser. */
    status(optimizers, record) {
      for (const { slot, status } of items) {
        const run = runOf(slot, { optimizers, record });
        const text = run?.status === "diverged" ? divergence(run) : "";
        if (status.textContent !== text) status.textContent = text;
        status.hidden = text === "";
      }
    },
    /** The learning rate of each scheduled run over its steps, and at this one; its limit, where the curvature is known. */
    rates(shown, step) {
      const last = Math.max(1, ...shown.record.trajectories.map(({ length }) => length - 1));
      for (const { slot, draw, bound } of items) {
        const run = runOf(slot, shown);
        draw(run?.learningRate ?? null, last, step);
        bound(run && shown.asides?.curvature ? curvatureAt(shown, run, step) : null);
      }
    },
  };
}
