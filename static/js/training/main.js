/** The page of the training lab: puts its parts together. */

import { here, mountAddress } from "../address.js";
import { createAnnouncer } from "../announce.js";
import { optimizerLabels } from "../catalog.js";
import { setHyperparameter } from "../changes.js";
import { mountOptimizers } from "../controls/optimizer-list.js";
import { learnRules } from "../controls/rule-box.js";
import { mountKeys } from "../keys.js";
import { loadCatalog, watchEdition } from "../opening.js";
import { loadPlotly } from "../plot/plot.js";
import { mountScenarios, scenarioSentences, scenariosOf } from "../sheets/scenarios.js";
import { mountShare, RECORDS } from "../sheets/share.js";
import { sheetKeys } from "../sheets/sheet.js";
import { createStore } from "../store.js";
import { mountTheme } from "../theme.js";
import { createTrouble } from "../trouble.js";
import { mountBatches } from "./batch-controls.js";
import { isLive, setLive, setOptimizers, setStart, takeBackStart, valuesNow } from "./changes.js";
import { mountData } from "./data-controls.js";
import { crowded, datasetOf, indexTraining, placeOf, stemOf } from "./definitions.js";
import { mountTrainingHelp } from "./help.js";
import { createTrainingLab } from "./lab.js";
import { mountLayersPanel } from "./layers-panel.js";
import { mountLearntHeading, nextOptimizer, nextSeed } from "./learnt-heading.js";
import { mountNetwork } from "./network-controls.js";
import { mountNetworkPanel } from "./network-panel.js";
import { mountNowTable } from "./now-table.js";
import { mountPanels, viewOf } from "./panels.js";
import { mountParametersPanel } from "./parameters-panel.js";
import { mountPartsPanel } from "./parts-panel.js";
import { fetchHistory } from "./requests.js";
import { opened } from "./runs.js";
import { mountStageKey } from "./stage-key.js";
import { mountStart } from "./start-controls.js";
import { decode, encode, looks, PANELS } from "./state.js";
import { mountTabs } from "./tabs.js";
import { mountTransport } from "./transport.js";
import { mountViews } from "./views.js";
import { announcement, calibrationWords, mountCaption, mountLog, planeWords } from "./words.js";

const byId = (id) => document.getElementById(id);
const PAGE = "/training";
const CODEC = { encode, decode };
const LOOK = { label: "Show", title: "Show this optimiser’s network", field: "look", toggled: (state, slot) => ({ look: slot }) };
const DETAILED = ["calibration", "parameters"];
const PARAMETERS = ["Parameters", "parameters", "parameters.json", "The weights and biases at this step, as requests take them"];

/** What is drawn beside the plots. */
function createAsides(store, { likelihoods }, starts) {
  const network = mountNetworkPanel(byId("network"), byId("network-aside"), store);
  const [layers, parameters, now] = [mountLayersPanel(byId("layers")), mountParametersPanel(byId("parameters")), mountNowTable(byId("table"))];
  const parts = mountPartsPanel(byId("loss-parts"));
  const [key, heading] = [mountStageKey(byId("stage-key")), mountLearntHeading(byId("learnt-heading"), byId("learnt-of"), store)];
  return {
    telling: network.telling,
    draw(view, shown, state) {
      key.draw(view);
      for (const panel of [heading, parts, network, layers, parameters, starts, now]) panel.draw(shown, state);
      byId("calibration-words").textContent = calibrationWords(view, likelihoods.get(state.likelihood.name));
      byId("plane-words").textContent = planeWords(shown, state);
    },
  };
}

/** The list of optimisers: a number that is moved is a live change, anything else another beginning. */
function mountList(store, catalog, { help, trouble }) {
  const listed = { ...store, set: (fields, origin) => store.set(onlyHidden(store.get(), fields) ? fields : { ...fields, ...(fields.optimizers && setOptimizers(store.get(), fields.optimizers)) }, origin) };
  return mountOptimizers(byId("optimizer-list"), byId("optimizer-add"), listed, catalog, {
    about: help.about,
    failed: (error) => trouble.failed("rules", error, null),
    moved(slot, name, value) {
      const state = store.get();
      const optimizer = state.optimizers.find((one) => one.slot === slot);
      if (isLive(optimizer, name, value)) return store.set(setLive(state, slot, name, value), "slider");
      store.set(setOptimizers(state, setHyperparameter(state, slot, name, value).optimizers), "list");
    },
    place: () => placeOf(catalog),
    batched: ({ batches }) => batches !== null,
    full: (state) => crowded(state, catalog),
    valued: valuesNow,
    look: LOOK,
    adding: "Add an optimiser…",
    fields: ["batches", "changes", "step", "steps", "ensemble"],
  });
}

/** Whether a change of the list only shows or hides. */
const onlyHidden = ({ optimizers }, fields) =>
  !fields.optimizers || (fields.optimizers.length === optimizers.length && fields.optimizers.every((one, at) => JSON.stringify({ ...one, hidden: 0 }) === JSON.stringify({ ...optimizers[at], hidden: 0 })));

function start(catalog, trouble) {
  const store = createStore(decode(here(), catalog));
  const address = mountAddress(store, catalog, CODEC, (query) => learnRules(query, catalog, trouble));
  const panels = mountPanels();
  const starts = mountStart(byId("start"), store, catalog, (chosen) => move((state) => setStart(state, chosen)));
  const asides = createAsides(store, catalog, starts);
  const announce = createAnnouncer(byId("announcement"));
  const scenarios = scenariosOf(catalog, PAGE);
  const caption = mountCaption(byId("caption"), scenarioSentences(scenarios, catalog, CODEC, looks), catalog);
  let [transport, network, list, data, views] = [null, null, null, null, null];
  let view = null; // of the frame that is being drawn

  const lab = createTrainingLab(store, catalog, {
    trouble: { failed: complained, recovered: (name) => (data?.complain(""), trouble.recovered(name)) },
    detailed: (state) => DETAILED.includes(state.panel) || asides.telling(state),
    draw(kind, shown, state) {
      shown.labels = optimizerLabels(state, catalog);
      view = viewOf(shown, state);
      panels.draw(kind, view, shown, state);
    },
    drawn(kind, shown, state) {
      asides.draw(view, shown, state);
      caption(shown, state);
      announce(() => announcement(shown, store.get()));
    },
    told(shown) {
      for (const part of [network, data]) if (shown.told) part?.told(shown.told);
      views?.show();
      statuses(shown, store.get());
    },
    played: (playing) => transport?.playing(playing),
    rested: () => address.update(),
    busy: (whether) => byId("room").setAttribute("aria-busy", whether),
  });
  lab.shown.labels = optimizerLabels(store.get(), catalog);
  const statuses = ({ runs }, state) => list?.status(state.optimizers, { trajectories: opened(runs, state) });
  store.subscribe((state, fields) => fields.has("member") && statuses(lab.shown, state));
  watchEdition(catalog, () => {
    trouble.renewed();
    lab.renew();
  });

  /** Another run, to and from which the browser's "back" and "forward" lead. */
  function move(fields) {
    lab.pause();
    address.keep();
    store.set(fields(store.get()), "address");
  }

  /** What is wrong with one's own table is said where it stands. */
  function complained(name, error, seconds) {
    const table = seconds === null && store.get().dataset === null && error.field?.startsWith("dataset");
    if (table) data?.complain(error.message);
    else trouble.failed(name, error, seconds);
  }

  const help = mountTrainingHelp(byId("help"), catalog);
  data = mountData(byId("dataset-select"), byId("data-controls"), store, catalog);
  network = mountNetwork(byId("network-controls"), byId("likelihood-controls"), store, catalog, { about: help.about });
  mountBatches(byId("batches"), store, catalog);
  list = mountList(store, catalog, { help, trouble });
  mountTabs(byId("tabs"), store, PANELS);
  views = mountViews(store, lab);
  transport = mountTransport(store, lab);
  mountLog(byId("log"), store, (slot) => labelOf(store.get(), slot, catalog), () => move(takeBackStart));
  const theme = mountTheme(store, { changed: lab.redraw });
  mountScenarios(byId("scenarios"), scenarios, address.go);
  mountShare(byId("share"), {
    address: address.full,
    stem: () => stemOf(store.get()),
    record: (type) => (type === PARAMETERS[1] ? parametersFile(lab.shown, store.get()) : fetchHistory(store.get(), type)),
    files: [...RECORDS, PARAMETERS],
    png: panels.png,
    same: "trains the same networks",
    failed: (error) => trouble.failed("export", error, null),
    saved: () => trouble.recovered("export"),
  });
  mountKeys({ " ": lab.toggle, ArrowLeft: () => transport.by(-1), ArrowRight: () => transport.by(1), r: transport.reset, o: () => store.set(nextOptimizer(store.get())), s: () => store.set(nextSeed(store.get())), l: theme.toggleLecture, "?": help.toggle, ...sheetKeys() });
  const title = () => (byId("title").textContent = datasetOf(store.get(), catalog).label);
  store.subscribe((state, fields) => (fields.has("dataset") || fields.has("kind")) && title());
  title();
}

/** "Adam: " before what was changed of one of several optimisers. */
function labelOf(state, slot, catalog) {
  const position = state.optimizers.findIndex((one) => one.slot === slot);
  return position < 0 || state.optimizers.length === 1 ? "" : `${optimizerLabels(state, catalog)[position]}: `;
}

/** The parameters of each optimiser's network at the step that is shown. */
function parametersFile({ told, labels }, state) {
  if (told?.step !== state.step) throw new Error("this step's parameters are not here yet; try again in a moment");
  const runs = told.runs.map(({ parameters, likelihood_parameters: learnt, step, seed }, at) => ({ optimizer: labels[Math.floor(at / state.ensemble)], seed, step, initial_parameters: parameters, initial_likelihood_parameters: learnt }));
  return new Blob([JSON.stringify(runs, null, 1)], { type: "application/json" });
}

loadPlotly(byId("room").dataset.plotly);
const trouble = createTrouble(byId("trouble"));
loadCatalog(trouble).then((catalog) => start(indexTraining(catalog), trouble));
