/** The curves of one quantity inside the steps, per coordinate, on a canvas of our own; the cursor is the step. */

import { plain } from "../catalog.js";
import { element, svg } from "../dom.js";
import { DASHES, internalsScene } from "../figures/internals.js";
import { sizesOf } from "../figures/theme.js";
import { viewOf } from "../panels.js";
import { createFrame, createOverlay } from "../plot/overlay.js";
import { openedStep, quantitiesOf } from "./inside.js";

const MARGIN = { left: 52, right: 10, top: 6, bottom: 18 };
const byId = (id) => document.getElementById(id);

/** The quantities to choose from: those of the table, but each state once. */
const choices = ({ definition, run, gradient }) => quantitiesOf(definition, gradient, run.optimizer).filter(({ name }) => !name.endsWith("'"));

/** A piece of a coordinate's line. */
const sample = (dash) => svg("svg", { viewBox: "0 0 24 8", "aria-hidden": "true" }, svg("path", { d: "M0 4H24", "stroke-dasharray": dash.join(" ") }));

export function mountInsideCurves(store, catalog) {
  const host = byId("inside-curves");
  const select = byId("inside-quantity");
  const key = host.parentElement.querySelector(".key");
  const labels = Object.fromEntries(["high", "low", "last"].map((name) => [name, host.parentElement.querySelector(`.${name}`)]));
  const overlay = createOverlay(host);
  let built = "";
  let latest = null;

  select.addEventListener("change", () => store.set({ quantity: select.value }, "inside"));
  new ResizeObserver(() => latest && draw(...latest)).observe(host);
  host.addEventListener("click", (event) => {
    const { left } = host.getBoundingClientRect();
    const { run } = latest[0];
    const at = Math.round(frameOf([0, run.length - 1], [0, 1], latest[2]).xAt(event.clientX - left));
    store.set({ step: Math.max(0, Math.min(run.length - 1, at)), substep: 0 }, "curve");
  });

  function frameOf(x, y, state) {
    const { scale } = sizesOf(state);
    const [left, top] = [MARGIN.left * scale, MARGIN.top * scale];
    const area = { left, top, width: host.clientWidth - left - MARGIN.right * scale, height: host.clientHeight - top - MARGIN.bottom * scale };
    return createFrame(area, x.range ? x : { range: x }, y.range ? y : { range: y });
  }

  function draw(look, shown, state) {
    latest = [look, shown, state];
    if (host.clientWidth === 0) return;
    const view = viewOf(shown, state, catalog);
    if (!view.look) return overlay.clear(); // what is shown now is of other optimisers
    const options = choices(look);
    const coordinates = shown.surface.plainSymbols;
    const structure = JSON.stringify([coordinates, options.map(({ name, help }) => [name, help])]);
    if (structure !== built) {
      select.replaceChildren(...options.map(({ name, symbol, help }) => element("option", { value: name, title: help }, `${plain(symbol)}: ${help}`)));
      key.replaceChildren(...coordinates.flatMap((coordinate, axis) => [sample(DASHES[axis]), coordinate]));
    }
    built = structure;
    const name = options.some((option) => option.name === state.quantity) ? state.quantity : "gradient";
    if (select.value !== name) select.value = name;
    const found = internalsScene(view, look.run, name, openedStep(look.run, state.step));
    if (!found) return overlay.clear();
    overlay.paint(frameOf(found.x, found.y, state), found.scene);
    for (const [place, label] of Object.entries(labels)) if (label.textContent !== found.ticks[place]) label.textContent = found.ticks[place];
  }

  return { draw };
}
