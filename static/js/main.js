/** The page of the surface lab: puts its parts together. */

import { createAnnouncer, sentence } from "./announce.js";
import { fetchCatalog, fetchEvaluation } from "./api.js";
import { mountCaption } from "./caption.js";
import { indexCatalog, optimizerLabels, surfaceOf } from "./catalog.js";
import { math } from "./dom.js";
import { mountHelp } from "./help.js";
import { mountKeys, mountStartKeys } from "./keys.js";
import { createLab } from "./lab.js";
import { mountOptimizers } from "./optimizer-list.js";
import { SLOTS } from "./palette.js";
import { mountPanels } from "./panels.js";
import { createPipeline } from "./recompute.js";
import { mountScenarios } from "./scenarios.js";
import { mountShare } from "./share.js";
import { decode, encode } from "./state.js";
import { createStore } from "./store.js";
import { mountSurface } from "./surface-picker.js";
import { mountTables } from "./tables.js";
import { mountTheme } from "./theme.js";
import { mountTransport } from "./transport.js";
import { createTrouble } from "./trouble.js";

const byId = (id) => document.getElementById(id);

/** The catalogue, asked for until the server gives it. */
function loadCatalog(trouble) {
  return new Promise((resolve) => {
    const pipeline = createPipeline({
      request: fetchCatalog,
      done: resolve,
      failed: (error, seconds) => trouble.failed("catalog", error, seconds),
      recovered: () => trouble.recovered("catalog"),
    });
    pipeline.ask(null);
  });
}

function address(store, catalog) {
  const query = encode(store.get(), catalog);
  return `${location.pathname}${query ? `?${query}` : ""}`;
}

function start(catalog, trouble) {
  const store = createStore(decode(location.search, catalog));
  const caption = mountCaption(byId("caption"));
  const announce = createAnnouncer(byId("announcement"));
  const help = mountHelp(byId("help"), catalog);
  let formulaMath = null;
  let lab = null;

  const move = (point) => store.set({ start: point }, "start");
  const goHome = () => move([...surfaceOf(store.get(), catalog).start]);
  const panels = mountPanels(store, {
    onStart: (x, y) => move([x, y]),
    onHover() {},
    onCamera: (camera) => store.set({ camera }),
  });
  const title = () => {
    const surface = surfaceOf(store.get(), catalog);
    byId("title").replaceChildren(surface.label, " ", math(surface.mathml ?? formulaMath) ?? "");
  };
  const formulaAccepted = (text, mathml) => {
    formulaMath = mathml;
    title();
  };

  const list = mountOptimizers(byId("optimizer-list"), store, catalog, { slots: SLOTS, about: help.about });
  mountSurface(byId("surface-picker"), store, catalog, { formulaAccepted, reset: goHome });
  const longest = () => Math.max(1, ...lab.shown.record.trajectories.filter(({ index }) => !lab.shown.optimizers[index]?.hidden).map(({ length }) => length - 1));
  const transport = mountTransport(store, { last: longest });
  const tables = mountTables(store);
  const evaluations = createPipeline({
    request: (state) => fetchEvaluation(state, catalog, [state.start], 1),
    done(evaluation) {
      caption.gradientAtStart(evaluation);
      caption.show(lab.shown);
    },
  });

  lab = createLab(store, catalog, {
    panels: {
      draw(kind, shown, state) {
        panels.draw(kind, shown, state);
        tables.draw(kind, shown, state);
        announce(sentence(shown, state.step));
      },
    },
    trouble,
    recorded(shown) {
      shown.labels = optimizerLabels({ optimizers: shown.optimizers }, catalog);
      list.status(shown.optimizers, shown.record);
    },
    rested(shown) {
      history.replaceState(null, "", address(store, catalog));
      evaluations.ask(store.get());
      caption.show(shown);
    },
  });

  const theme = mountTheme(store, { changed: () => lab.redraw() });
  const go = (query) => store.set(decode(query, catalog), "scenario");
  mountScenarios(byId("scenarios"), catalog.scenarios ?? [], go);
  mountShare(byId("share"), store, catalog, {
    address: () => new URL(address(store, catalog), location.href).href,
    png: panels.png,
    failed: (error) => trouble.failed("export", error, null),
  });
  mountStartKeys(byId("start-point"), { start: () => store.get().start, domain: () => surfaceOf(store.get(), catalog).domain, moved: move });
  mountKeys({
    " ": transport.toggle,
    ArrowLeft: () => transport.by(-1),
    ArrowRight: () => transport.by(1),
    r: transport.reset,
    l: theme.toggleLecture,
    "?": help.toggle,
  });

  const axis = byId("axis");
  const views = document.querySelectorAll("input[name=view]");
  axis.addEventListener("change", () => store.set({ axis: axis.value }));
  for (const view of views) view.addEventListener("change", () => store.set({ view: view.value }));
  const follow = (state) => {
    axis.value = state.axis;
    for (const view of views) view.checked = view.value === state.view;
  };
  store.subscribe((state, fields) => {
    follow(state);
    if (["surface", "formula"].some((field) => fields.has(field))) title();
  });
  follow(store.get());
  title();
}

const trouble = createTrouble(byId("trouble"));
loadCatalog(trouble).then((answer) => start(indexCatalog(answer), trouble));
