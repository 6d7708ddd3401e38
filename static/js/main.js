/** The page of the surface lab: puts its parts together. */

import { here, mountAddress } from "./address.js";
import { createAnnouncer, sentence } from "./announce.js";
import { fetchEvaluation, fetchExport } from "./api.js";
import { samplesOf } from "./batch.js";
import { noRoom } from "./capacity.js";
import { mountCaption } from "./caption.js";
import { optimizerLabels, surfaceOf } from "./catalog.js";
import { setHyperparameter, toggleOptimizer } from "./changes.js";
import { mountCloud } from "./cloud-panel.js";
import { layerKeys, mountBatches } from "./controls/batch-controls.js";
import { mountOptimizers } from "./controls/optimizer-list.js";
import { learnRules } from "./controls/rule-box.js";
import { mountSeed } from "./controls/seed-control.js";
import { mountSurface } from "./controls/surface-picker.js";
import { CURVATURE } from "./curvature.js";
import { mountInside } from "./inside/panel.js";
import { mountKeys, mountStartKeys } from "./keys.js";
import { createLab, DRAG } from "./lab.js";
import { mountLayerNotes } from "./layer-notes.js";
import { mountNowTable } from "./now-table.js";
import { loadCatalog, watchEdition } from "./opening.js";
import { mountPanels } from "./panels.js";
import { loadPlotly } from "./plot/plot.js";
import { createPipeline } from "./recompute.js";
import { mountScenarios, scenarioSentences, scenariosOf } from "./sheets/scenarios.js";
import { mountShare } from "./sheets/share.js";
import { sheetKeys } from "./sheets/sheet.js";
import { mountSlides } from "./sheets/slides.js";
import { mountSurfaceHelp } from "./sheets/surface-help.js";
import { lastStep } from "./shown.js";
import { decode, encode } from "./state.js";
import { createStore } from "./store.js";
import { mountTables } from "./tables.js";
import { mountTheme } from "./theme.js";
import { mountTitle } from "./title.js";
import { mountTransport } from "./transport.js";
import { createTrouble } from "./trouble.js";
import { mountViews } from "./views.js";

const byId = (id) => document.getElementById(id);

const PAGE = "/";
const CODEC = { encode, decode };

/** How a state is looked at, apart from what it computes. */
const looks = ({ steps, layers }) => ({ step: steps, layers: layers.filter((layer) => layer !== CURVATURE), axis: "steps", view: "2d", camera: null, theme: "auto", hide: [], embed: false, lecture: false });

const HINT = "Drag the white circle to start elsewhere, or move a slider: the paths follow. ▶\u00a0plays them.";

/** What to do first, until something has been done; an address that shows something says it by itself. */
function firstHint(store) {
  let text = here() === "" ? HINT : "";
  const end = store.subscribe(() => {
    text = "";
    end();
  });
  return () => text;
}

/** What is said about the record: the status of each run, the caption, the announcement. */
function createTold(store, catalog, list, inside) {
  const caption = mountCaption(byId("caption"), scenarioSentences(scenariosOf(catalog, PAGE), catalog, CODEC, looks), firstHint(store));
  const announce = createAnnouncer(byId("announcement"));
  let shown = null;
  const evaluations = createPipeline({
    request: (state) => fetchEvaluation(state, catalog, [state.start], 1),
    done(evaluation) {
      caption.gradientAtStart(evaluation);
      caption.show(shown, store.get());
    },
  });
  return {
    recorded(now) {
      now.labels = optimizerLabels({ optimizers: now.optimizers }, catalog);
      list.status(now.optimizers, now.record);
    },
    rates: (now, step) => list.rates(now, step),
    drawn: (now, state) => announce(() => inside.told() || sentence(now, state.step)),
    rested(now) {
      shown = now;
      caption.show(now, store.get());
      evaluations.ask(store.get());
    },
  };
}

function start(catalog, trouble) {
  const store = createStore(decode(here(), catalog));
  const address = mountAddress(store, catalog, CODEC, (query) => learnRules(query, catalog, trouble));
  const move = (point) => store.set({ start: point }, "start");
  let dragging = false;
  const panels = mountPanels(store, catalog, {
    onStart(x, y, phase) {
      if (!dragging) lab.keepGhost();
      dragging = phase === "drag";
      store.set({ start: [x, y] }, DRAG);
    },
    onCamera: (camera) => store.set({ camera }),
    onToggle: (index) => store.set(toggleOptimizer(store.get(), lab.shown.optimizers[index].slot), "legend"),
  });
  const tables = mountTables(store, () => lab.redraw());
  const now = mountNowTable(byId("table"), catalog);
  const cloud = mountCloud(store);
  const notes = mountLayerNotes(byId("layer-notes"), catalog);
  let [told, inside] = [null, null];

  // The lab hears of a change first: its request is under way while the controls follow.
  const lab = createLab(store, catalog, {
    trouble,
    draw: panels.draw,
    drawn(kind, shown, state) {
      tables.draw(kind, shown, state);
      now.draw(shown, state);
      cloud.draw(shown, state);
      notes.draw(shown, state);
      told.rates(shown, state.step);
      inside.draw(shown, state);
      told.drawn(shown, state);
    },
    busy: (whether) => byId("room").setAttribute("aria-busy", whether),
    recorded: (shown) => told.recorded(shown),
    rested(shown) {
      address.update();
      told.rested(shown);
    },
  });
  watchEdition(catalog, () => {
    trouble.renewed();
    lab.renew();
  });
  const controls = mountControls(store, catalog, { lab, move, address, trouble, png: panels.png });
  inside = controls.inside;
  told = createTold(store, catalog, controls.list, inside);
}

const INSIDE = {
  label: "Inside",
  title: "What is inside a step",
  field: "inside",
  toggled: ({ inside }, slot) => ({ inside: inside === slot ? null : slot, substep: 0 }),
};

/** Everything that a hand moves. */
function mountControls(store, catalog, { lab, move, address, trouble, png }) {
  const help = mountSurfaceHelp(byId("help"), catalog);
  const title = mountTitle(byId("title"), store, catalog);
  const list = mountOptimizers(byId("optimizer-list"), byId("optimizer-add"), store, catalog, {
    about: help.about,
    failed: (error) => trouble.failed("rules", error, null),
    moved: (slot, parameter, value) => store.set(setHyperparameter(store.get(), slot, parameter, value), "slider"),
    place: () => surfaceOf(store.get(), catalog),
    batched: (state) => samplesOf(surfaceOf(state, catalog)) > 0,
    full: ({ optimizers, steps }) => noRoom(optimizers.length, { ...catalog.defaults, most: catalog.defaults.max_optimizers, steps }),
    look: INSIDE,
    fields: ["surface", "steps"],
  });
  mountSurface(byId("surface-select"), byId("surface-picker"), store, catalog, {
    formulaAccepted: (text, mathml) => title.formula(mathml),
    reset: () => move([...surfaceOf(store.get(), catalog).start]),
  });
  mountBatches(byId("batches"), store, catalog);
  mountSeed(byId("seed"), store);
  const views = mountViews(store, catalog);
  const transport = mountTransport(store, { last: () => lastStep(lab.shown) });
  const inside = mountInside(store, catalog, { shown: () => lab.shown, pause: transport.pause });
  const theme = mountTheme(store, { changed: lab.redraw });
  mountScenarios(byId("scenarios"), scenariosOf(catalog, PAGE), address.go);
  const files = { failed: (error) => trouble.failed("export", error, null), saved: () => trouble.recovered("export") };
  mountShare(byId("share"), {
    address: address.full,
    record: (type) => fetchExport(store.get(), catalog, type),
    stem: () => store.get().surface ?? "formula",
    png,
    same: "takes the same paths",
    ...files,
  });
  const slides = mountSlides(byId("slides"), store, catalog);
  mountStartKeys(byId("start-point"), { start: () => store.get().start, domain: () => surfaceOf(store.get(), catalog).domain, moved: move });
  mountKeys({
    " ": transport.toggle,
    ArrowLeft: () => transport.by(-1),
    ArrowRight: () => transport.by(1),
    "Shift+ArrowLeft": () => inside.by(-1),
    "Shift+ArrowRight": () => inside.by(1),
    r: transport.reset,
    l: theme.toggleLecture,
    s: slides.toggle,
    c: views.curvature,
    "?": help.toggle,
    ...layerKeys(store),
    ...sheetKeys(),
  });
  return { list, inside };
}

loadPlotly(byId("room").dataset.plotly);
const trouble = createTrouble(byId("trouble"));
loadCatalog(trouble).then((catalog) => start(catalog, trouble));
