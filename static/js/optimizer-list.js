/** The list of optimisers: legend and toggle, settings, status; adding and removing. */

import { optimizerDefaults, optimizerLabels, surfaceOf } from "./catalog.js";
import { addOptimizer, removeOptimizer, setHyperparameter, setSchedule, setScheduleParameter, toggleOptimizer } from "./changes.js";
import { controlGroup } from "./controls.js";
import { element, sentence } from "./dom.js";
import { scheduleControl } from "./schedule-control.js";
import { swatch } from "./swatch.js";

const divergence = ({ divergedAt, reason }) => sentence(`Diverged at step ${divergedAt}: ${reason[0].toLowerCase()}${reason.slice(1)}`);

/** `about(definition)` opens the help on an optimiser. The answer's `status(record)` shows how each run ended. */
export function mountOptimizers(place, add, store, catalog, { about }) {
  const slots = catalog.defaults.max_optimizers;
  add.append(element("option", { value: "" }, "Add…"));
  for (const { name, label, summary } of catalog.optimizers.values()) {
    add.append(element("option", { value: name, title: summary }, label));
  }
  add.addEventListener("change", () => {
    if (add.value) store.set(addOptimizer(store.get(), add.value, catalog, slots), "list");
    add.value = "";
  });
  let items = [];

  function item({ name, slot }, label) {
    const definition = catalog.optimizers.get(name);
    const controls = controlGroup(definition.parameters, {
      changed: (parameter, value) => store.set(setHyperparameter(store.get(), slot, parameter, value), "slider"),
      usual: (parameter) => optimizerDefaults(definition, surfaceOf(store.get(), catalog))[parameter],
      owner: label,
    });
    const schedule = scheduleControl(catalog, {
      chosen: (choice) => store.set(setSchedule(store.get(), slot, choice, catalog), "list"),
      changed: (parameter, value) => store.set(setScheduleParameter(store.get(), slot, parameter, value), "slider"),
      owner: label,
    });
    controls.after("learning_rate", schedule.element);
    const toggle = element("input", { type: "checkbox", onchange: () => store.set(toggleOptimizer(store.get(), slot), "list") });
    const legend = element("label", { class: "legend", title: definition.summary }, toggle, swatch(slot), label);
    const help = element("button", { type: "button", class: "plain", "aria-label": `About ${label}`, onclick: () => about(definition) }, "?");
    const inside = element("button", {
      type: "button", class: "plain", "aria-label": `Inside ${label}`, title: "What is inside a step",
      onclick: () => store.set({ inside: store.get().inside === slot ? null : slot, substep: 0 }, "inside"),
    }, "Inside");
    const remove = element("button", {
      type: "button", class: "plain", "aria-label": `Remove ${label}`, title: "Remove",
      onclick: () => store.set(removeOptimizer(store.get(), slot), "list"),
    }, "×");
    const status = element("p", { class: "status", role: "status", hidden: true });
    const whole = element("article", { class: "optimizer", "data-slot": slot }, element("header", {}, legend, inside, help, remove), controls.element, status);
    let shown = null;
    const show = (optimizer) => {
      if (optimizer === shown) return;
      shown = optimizer;
      const { hidden, values } = optimizer;
      schedule.show(optimizer.schedule);
      toggle.checked = !hidden;
      whole.classList.toggle("off", hidden);
      controls.show(values);
    };
    const opened = (which) => inside.setAttribute("aria-pressed", which === slot);
    return { slot, name, label, element: whole, show, status, schedule, opened };
  }

  function show(state) {
    const labels = optimizerLabels(state, catalog);
    const same = state.optimizers.length === items.length && items.every((old, index) =>
      old.slot === state.optimizers[index].slot && old.name === state.optimizers[index].name && old.label === labels[index]);
    if (!same) {
      items = state.optimizers.map((optimizer, index) => item(optimizer, labels[index]));
      place.replaceChildren(...items.map((one) => one.element));
    }
    state.optimizers.forEach((optimizer, index) => items[index].show(optimizer));
    for (const { opened } of items) opened(state.inside);
    add.disabled = state.optimizers.length >= slots;
  }

  store.subscribe((state, changed) => (changed.has("optimizers") || changed.has("inside")) && show(state));
  show(store.get());

  return {
    /** A diverged run tells its step and its cause beside the optimiser. */
    status(optimizers, record) {
      for (const { slot, status } of items) {
        const run = record.trajectories[optimizers.findIndex((optimizer) => optimizer.slot === slot)];
        const text = run?.status === "diverged" ? divergence(run) : "";
        if (status.textContent !== text) status.textContent = text;
        status.hidden = text === "";
      }
    },
    /** The learning rate of each scheduled run over its steps, and at this one. */
    rates({ optimizers, record }, step) {
      const last = Math.max(1, ...record.trajectories.map(({ length }) => length - 1));
      for (const { slot, schedule } of items) {
        const run = record.trajectories[optimizers.findIndex((optimizer) => optimizer.slot === slot)];
        schedule.draw(run?.learningRate ?? null, last, step);
      }
    },
  };
}
