/** The panel "Inside": a step of one optimiser taken apart; the part of it that is told is drawn on the plot. */

import { definitionOf, optimizerLabels } from "../catalog.js";
import { setSamePath } from "../changes.js";
import { wording } from "../controls/controls.js";
import { element } from "../dom.js";
import { stageNote } from "../figures/stage.js";
import { format, unbroken } from "../format.js";
import { styleOf } from "../palette.js";
import { mountInsideCurves } from "./curves.js";
import { captionOf, lookInside, nextPart, samePathOf, stagesOf } from "./inside.js";
import { mountInsideMemory } from "./memory.js";
import { mountInsideTable } from "./table.js";

const byId = (id) => document.getElementById(id);

/** The buttons of a step's parts; two more go one part on and back. */
function mountStages(place, { go, by }) {
  byId("part-back").addEventListener("click", () => by(-1));
  byId("part-on").addEventListener("click", () => by(1));
  let built = "";
  let buttons = [];

  return function draw(look) {
    const key = JSON.stringify(look.stages.map(({ title }) => title));
    if (key !== built) {
      buttons = look.stages.map(({ title }, index) => element("button", { type: "button", class: "plain", onclick: () => go(index + 1) }, title));
      place.replaceChildren(...buttons);
      built = key;
    }
    buttons.forEach((button, index) => button.setAttribute("aria-pressed", look.stage === look.stages[index]));
  };
}

/** What takes the same path in other words: a sentence with the number for these settings, and a button that goes there. */
function mountSamePath(place, store) {
  let rows = [];

  function row() {
    const text = element("span", {});
    const button = element("button", { type: "button", onclick: () => store.set(setSamePath(store.get(), store.get().inside, one.other), "same path") }, "Switch to it");
    const one = { element: element("p", {}, text, button), text, button, other: null };
    return one;
  }

  return function draw({ definition, slot }, state) {
    const { values } = state.optimizers.find((optimizer) => optimizer.slot === slot && optimizer.name === definition.name) ?? {};
    const others = values ? samePathOf(definition, values) : [];
    if (others.length !== rows.length) {
      rows = others.map(row);
      place.replaceChildren(...rows.map((one) => one.element));
      place.hidden = rows.length === 0;
    }
    const { low, high } = definition.parameters.find(({ name }) => name === "learning_rate");
    const choice = definition.parameters.find(({ options }) => options?.includes(others[0]?.option));
    others.forEach((other, index) => {
      const { text, button } = rows[index];
      rows[index].other = other;
      const sentence = `${wording(other.option, choice)} takes the same path with η ${ratio(other)} = ${format(other.rate)}.`;
      if (text.textContent === sentence) return;
      text.textContent = sentence;
      button.disabled = other.rate < low || other.rate > high;
      button.setAttribute("aria-label", `Switch to ${wording(other.option, choice)}, with η = ${format(other.rate)}`);
    });
  };
}

/** "× (1 − β)": what the learning rate is multiplied by. */
function ratio({ symbols: [from, to] }) {
  const letters = (text) => `(${text.replace("-", " − ").replace("beta", "β").replace("gamma", "γ")})`;
  return [to === "1" ? "" : `× ${letters(to)}`, from === "1" ? "" : `/ ${letters(from)}`].filter(Boolean).join(" ");
}

/** Everything of the panel that follows the state alone: open or not, and which optimiser. */
function mountFrame(store, catalog) {
  const panel = byId("inside");
  const select = byId("inside-select");
  let built = "";
  select.addEventListener("change", () => store.set({ inside: Number(select.value), substep: 0 }, "inside"));
  byId("inside-close").addEventListener("click", () => store.set({ inside: null, substep: 0 }, "inside"));

  function show(state) {
    panel.hidden = state.inside === null;
    document.documentElement.toggleAttribute("data-inside", state.inside !== null);
    if (panel.hidden) return;
    const labels = optimizerLabels(state, catalog);
    const listed = JSON.stringify([labels, state.optimizers.map(({ slot }) => slot)]);
    if (listed !== built) select.replaceChildren(...state.optimizers.map(({ slot }, index) => element("option", { value: slot }, labels[index])));
    built = listed;
    select.value = String(state.inside);
    const [light, dark] = ["light", "dark"].map((theme) => styleOf(state.inside, theme).color);
    panel.style.setProperty("--own", `light-dark(${light}, ${dark})`);
  }

  store.subscribe((state, fields) => (fields.has("inside") || fields.has("optimizers")) && show(state));
  show(store.get());
  return panel;
}

/** `shown()` is what is on the screen; `pause()` stops playing. The answer's `draw` follows every frame. */
export function mountInside(store, catalog, { shown, pause }) {
  const panel = mountFrame(store, catalog);
  const table = mountInsideTable(byId("inside-table"));
  const curves = mountInsideCurves(store, catalog);
  const memory = mountInsideMemory(byId("inside-memory"));
  const samePath = mountSamePath(byId("inside-same"), store);
  const stages = mountStages(byId("inside-stages"), { go, by });
  const caption = byId("stage-caption");
  let sentence = "";

  /** The run and the stages of the selected optimiser; without a selection, of the first that is shown. */
  function selected(state) {
    const { optimizers, record } = shown();
    const index = optimizers.findIndex(({ slot, hidden }) => (state.inside === null ? !hidden : slot === state.inside));
    const run = record.trajectories[index];
    return run ? { slot: optimizers[index].slot, run, stages: stagesOf(definitionOf(run.optimizer, catalog), run.optimizer) } : null;
  }

  function by(direction) {
    const state = store.get();
    const found = selected(state);
    if (!found) return;
    pause();
    store.set({ inside: found.slot, ...nextPart(state, found.run, found.stages, direction) }, "part");
  }

  function go(substep) {
    const { step } = store.get();
    const run = selected(store.get())?.run;
    pause();
    store.set({ step: run && step >= run.length - 1 ? Math.max(0, run.length - 2) : step, substep }, "part");
  }

  function tell(look, state) {
    const domain = shown().surface?.domain;
    sentence = look?.stage ? `${captionOf(look.stage, look.run, look.k)}${look.note}${state.view === "2d" ? stageNote(look, domain) : ""}` : "";
    const text = sentence && unbroken(`${look.stage.title}, step ${look.k}. ${sentence}`);
    if (caption.textContent !== text) caption.textContent = text;
    caption.hidden = text === "";
    byId("caption").hidden = text !== "";
  }

  return {
    by,
    /** What the part that is told says, or nothing. */
    told: () => caption.textContent,
    draw(now, state) {
      const look = lookInside(now, state, catalog);
      tell(look, state);
      panel.classList.toggle("waiting", look === null || look.k < 0);
      if (look === null || look.k < 0) return;
      stages(look);
      table.draw(look, now, state);
      curves.draw(look, now, state);
      memory.draw(look);
      samePath(look, state);
    },
  };
}
