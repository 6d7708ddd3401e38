/** The data: which, how many, how noisy, their seed, their parts; or data of one's own. */

import { defaultValues } from "../catalog.js";
import { controlGroup, numberControl } from "../controls/controls.js";
import { seedControl } from "../controls/seed-control.js";
import { element, freshId } from "../dom.js";
import { format } from "../format.js";
import { setData, setField, setSplit, toDataset, toOwnData, toTable } from "./changes.js";
import { datasetOf, kindsOf } from "./definitions.js";
import { MAX_CSV } from "./state.js";

const OWN = "";
const MOST_SCALES = 6;
const FIELDS = ["dataset", "data", "dataSeed", "split", "standardize", "csv", "kind", "targets"];
const EXAMPLE = "x1,x2,class\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n0.1,0.1,no\n0.1,0.9,yes\n0.9,0.1,yes\n0.9,0.9,no\n";
const STANDARDIZE = "Inputs, and real targets, in units of the training part’s standard deviation, around its mean.";
const SHARE = { name: "training_share", symbol: "train", kind: "number", low: 0.1, high: 1, default: 0.6, scale: "linear", help: "The share of samples that is trained on; of the rest one half is for validation, the other for the test." };

/** What data of a kind have to be predicted, in a word. */
const wordOf = ({ real, classed }) => (real && classed ? "Numbers and a class" : classed ? "Classes" : "Numbers");

function fillPicker(select, catalog) {
  for (const { kind, ...traits } of kindsOf(catalog)) {
    const members = [...catalog.datasets.values()].filter((dataset) => dataset.kind === kind);
    select.append(element("optgroup", { label: wordOf(traits) }, ...members.map(({ name, label: words, summary }) => element("option", { value: name, title: summary }, words))));
  }
  select.append(element("option", { value: OWN }, "Your own table"));
}

/** A table to be typed or pasted, what its targets are, and what is wrong with it. */
function ownTable(catalog, { pasted, changed }) {
  const kinds = kindsOf(catalog);
  const fault = element("p", { class: "complaint", id: freshId("table"), role: "alert" });
  const text = element("textarea", {
    class: "rule-text", rows: 6, spellcheck: "false", wrap: "off", maxlength: MAX_CSV, "aria-label": "Your own table, a row a sample",
    "aria-describedby": fault.id, oninput: () => text.value.trim() && pasted(text.value),
  });
  const kind = element("select", { "aria-label": "What the targets are", onchange: () => changed({ kind: kind.value }) }, ...kinds.map((one) => element("option", { value: one.kind }, wordOf(one))));
  const count = element("input", { type: "number", class: "number", min: 1, max: 20, "aria-label": "Columns that are targets", onchange: () => changed({ targets: Math.max(1, Math.round(Number(count.value)) || 1) }) });
  const note = element("p", { class: "note" }, "A row a sample: inputs first, the targets in the last columns. Commas, semicolons or tabs; a line of names may come first.");
  const line = element("div", { class: "pair" }, element("span", { class: "row-label" }, "Targets"), kind, count);
  return {
    element: element("div", { class: "own-table" }, text, fault, line, note),
    show(state) {
      if (document.activeElement !== text && text.value !== state.csv) text.value = state.csv ?? "";
      kind.value = state.kind;
      count.value = state.targets;
      count.hidden = !kinds.find((one) => one.kind === state.kind).real;
    },
    complain(message) {
      fault.textContent = message;
      text.toggleAttribute("aria-invalid", message !== "");
    },
    /** What is typed or pasted next takes the place of what stands there. */
    focus() {
      text.focus();
      text.select();
      text.scrollTop = 0;
    },
  };
}

/** By what each column is standardised: "x₁ 0.5 ± 0.9" is its mean and standard deviation in training. */
function scaleWords({ standardization, columns, inputs, targets }) {
  if (!standardization) return "";
  const told = ({ mean, standard_deviation: deviation }, count, letter, first) =>
    Array.from({ length: count }, (_, at) => `${columns?.[first + at] ?? (count > 1 ? `${letter}${at + 1}` : letter)} ${format(mean[at])} ± ${format(deviation[at])}`);
  const rows = [...told(standardization.inputs, inputs, "x", 0), ...told(standardization.targets, targets, "y", inputs)];
  const left = rows.length - MOST_SCALES;
  return `Standardised by the training part, mean ± sd: ${rows.slice(0, MOST_SCALES).join(", ")}${left > 0 ? ` and ${left} more` : ""}.`;
}

/** The answer's `complain(message)` says what is wrong with one's own table. */
export function mountData(select, place, store, catalog) {
  fillPicker(select, catalog);
  const set = (fields, origin = "slider") => store.set(fields, origin);
  const own = ownTable(catalog, {
    pasted: (csv) => set(toTable(store.get(), csv, catalog)),
    changed: (fields) => set(toOwnData(store.get(), fields, catalog)),
  });
  const parameters = element("div");
  const seed = seedControl({ name: "Data seed", help: "The seed decides the samples, and which part each of them is in.", changed: (value) => set(setField("dataSeed", value)) });
  const split = numberControl(SHARE, { changed: (value) => set(setSplit(store.get(), value, catalog)), name: "Training share" });
  const standardize = element("input", { type: "checkbox", onchange: () => set(setField("standardize", standardize.checked)) });
  const scaled = element("label", { class: "switch", title: STANDARDIZE }, standardize, "Standardise");
  const more = element("details", {}, element("summary", {}, "Parts and scale"), split.element, scaled);
  const scales = element("p", { class: "note", hidden: true });
  place.append(own.element, parameters, seed.element, more, scales);
  select.addEventListener("change", () => {
    if (select.value !== OWN) return set(toDataset(store.get(), select.value, catalog), "list");
    set(toTable(store.get(), EXAMPLE, catalog), "list");
    own.focus();
  });
  let [shown, controls] = [null, null];

  function show(state) {
    const dataset = datasetOf(state, catalog);
    if (shown !== state.dataset || controls === null) {
      shown = state.dataset;
      select.value = state.dataset ?? OWN;
      select.title = dataset.summary;
      controls = controlGroup(dataset.parameters, {
        changed: (name, value) => set(setData(store.get(), name, value, catalog)),
        usual: (name) => defaultValues(dataset)[name],
        owner: "Data",
      });
      parameters.replaceChildren(controls.element);
    }
    controls.show(state.data);
    split.show(state.split[0]);
    seed.show(state.dataSeed);
    standardize.checked = state.standardize;
    own.element.hidden = state.dataset !== null;
    own.show(state);
  }

  store.subscribe((state, changed) => FIELDS.some((field) => changed.has(field)) && show(state));
  show(store.get());
  return {
    complain: own.complain,
    /** What the server says of the data: how they were standardised. */
    told({ data }) {
      const text = scaleWords(data);
      if (scales.textContent !== text) scales.textContent = text;
      scales.hidden = text === "";
    },
  };
}
