/** The panels: which plots are on the page, and the one view of the record that all of them draw. */

import { criticalPointsOf, CURVATURE } from "./curvature.js";
import { lookInside } from "./inside/inside.js";
import { styleOf } from "./palette.js";
import { mountContour, mountCurve, mountData, mountSurface3d } from "./plot/plot.js";
import { hiddenParts, resolvedTheme } from "./theme.js";

const byId = (id) => document.getElementById(id);
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** Without the list and the table, nothing else says which line is whose. */
const legendNeeded = (parts) => (parts.includes("controls") || parts.includes("optimizers")) && parts.includes("table");

/** Everything a plot may draw, from what is shown and the state. */
export function viewOf(shown, state, catalog) {
  const hidden = new Set();
  shown.optimizers.forEach((optimizer, index) => optimizer.hidden && hidden.add(index));
  const theme = resolvedTheme(state);
  return {
    surface: shown.surface,
    visit: shown.visit,
    grid: shown.grid,
    record: shown.record,
    ghost: shown.ghost,
    asides: shown.asides,
    curved: state.layers.includes(CURVATURE),
    step: state.step,
    look: lookInside(shown, state, catalog),
    colors: shown.optimizers.map(({ slot }) => styleOf(slot, theme)),
    labels: shown.labels,
    theme,
    lecture: state.lecture,
    start: state.start,
    criticalPoints: criticalPointsOf(shown),
    prediction: shown.prediction,
    data: shown.surface?.data ?? null,
    axis: state.axis,
    camera: state.camera,
    legend: legendNeeded(hiddenParts(state)),
    hidden,
    reducedMotion: reducedMotion.matches,
  };
}

/** `handlers`: onStart(x, y, phase), onCamera(numbers), onToggle(index). */
export function mountPanels(store, catalog, handlers) {
  const plots = {
    contour: mountContour(byId("contour"), handlers),
    loss: mountCurve(byId("loss"), "loss", handlers),
    gradient: mountCurve(byId("gradient"), "gradient", handlers),
  };
  const dataPanel = byId("data-panel");

  /** What is on screen now; plots are mounted when they are first needed. */
  function visible(view, state) {
    const flat = state.view === "2d";
    byId("surface3d").hidden = flat;
    if (!flat) plots.surface3d ??= mountSurface3d(byId("surface3d"), handlers);
    dataPanel.hidden = view.data === null;
    if (view.data) plots.data ??= mountData(byId("data"), handlers);
    return [flat ? plots.contour : plots.surface3d, plots.loss, plots.gradient, view.data && plots.data].filter(Boolean);
  }

  return {
    draw(kind, shown, state) {
      if (!shown.surface) return;
      const view = viewOf(shown, state, catalog);
      const plotted = visible(view, state);
      if (kind === "fit") plots.data?.step(view);
      else for (const plot of plotted) plot[kind](view);
    },
    png: () => (store.get().view === "2d" ? plots.contour : plots.surface3d).png(),
  };
}
