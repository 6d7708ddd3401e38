/** What each step sees, how many seeds run beside each other, and for how long. */

import { numberControl } from "../controls/controls.js";
import { segments } from "../controls/segments.js";
import { stepsControl } from "../controls/steps-control.js";
import { element } from "../dom.js";
import { format } from "../format.js";
import { BATCH_SIZE, setEnsemble, setField, setLive, valueAt } from "./changes.js";
import { batchesOf, roomOf, seedsOf, trainingSamples } from "./definitions.js";

const SEES = [["all", "all data"], ["epochs", "epochs"], ["fresh", "fresh"]];
const FIELDS = ["batches", "changes", "step", "dataset", "data", "split", "csv", "steps", "ensemble", "optimizers"];

export function mountBatches(place, store, catalog) {
  const { steps, max_steps: longest, batch_size: usual } = catalog.defaults.training;
  const size = element("div");
  const note = element("p", { class: "note" });
  const sees = segments("Batches", SEES, (value) => {
    const state = store.get();
    const batches = value === "all" ? null : { size: state.batches?.size ?? Math.min(usual, trainingSamples(state)), sampling: value };
    store.set(setField("batches", batches), "list");
  });
  const long = stepsControl({ usual: steps, low: 100, high: longest }, {
    changed: (value) => store.set({ ...setField("steps", value), step: Math.min(store.get().step, value) }, "slider"),
    roomOf: (state) => roomOf(state, catalog),
  });
  const seeds = element("div");
  place.append(sees.element, size, note, long.element, element("details", {}, element("summary", {}, "Several seeds"), seeds));
  let [samples, control, most, ensemble] = [0, null, 0, null];

  /** As many seeds can be chosen as the steps and the optimisers leave room for. */
  function showSeeds(state) {
    const now = seedsOf(state, catalog);
    if (now !== most) {
      const members = { name: "seeds", symbol: "Seeds", kind: "number", low: 1, high: now, scale: "linear", integer: true, default: 1, help: "So many runs of each optimiser, from other weights and on other batches; fewer steps or optimisers leave room for more." };
      ensemble = numberControl(members, { changed: (value) => store.set(setEnsemble(store.get(), value), "slider"), name: "Seeds" });
      seeds.replaceChildren(ensemble.element);
      most = now;
    }
    ensemble.show(state.ensemble);
  }

  function show(state) {
    const [now, largest] = [trainingSamples(state), batchesOf(state, catalog)];
    sees.show(state.batches?.sampling ?? "all");
    size.hidden = note.hidden = state.batches === null;
    if (largest !== samples) {
      const described = { name: BATCH_SIZE, symbol: "B", kind: "number", help: "How many samples each step sees.", default: Math.min(usual, largest) };
      control = numberControl({ ...described, low: 1, high: largest, scale: "linear", integer: true }, { changed: (value) => store.set(setLive(store.get(), null, BATCH_SIZE, value), "slider"), name: "Batch size" });
      size.replaceChildren(control.element);
      samples = largest;
    }
    if (state.batches) {
      const drawn = valueAt(state, null, BATCH_SIZE, state.step);
      control.show(drawn);
      const each = Math.ceil(now / drawn);
      note.textContent = `of ${now} training samples; ${format(each)} ${each === 1 ? "step" : "steps"} an epoch.${largest < now ? ` At most ${largest}, with so many steps.` : ""}`;
    }
    long.show(state);
    showSeeds(state);
  }
  store.subscribe((state, changed) => FIELDS.some((field) => changed.has(field)) && show(state));
  show(store.get());
}
