/** The panel of batch gradients at the current point, and the theorem about their mean in its own numbers. */

import { toggleLayer } from "./changes.js";
import { element, svg } from "./dom.js";
import { batchGradient, BOX, cloudFigure } from "./figures/cloud.js";
import { format, formatPoint } from "./format.js";
import { swatch } from "./swatch.js";

const byId = (id) => document.getElementById(id);

const point = (values) => formatPoint(...values);

/** What the theorem says of these numbers: its formula, its numbers, the mean of the drawn batches with its standard error. */
export function statement({ gradient, expected, mean, covariance, complete, batch_gradients: drawn, per_sample: samples }, size, reduction) {
  const whole = reduction === "mean";
  const formula = whole ? "E[batch mean] = ∇L" : "E[batch sum] = (B/n)·∇L";
  const share = whole ? "" : `${size}/${samples.length}\u00a0·\u00a0`;
  const error = (axis) => format(Number(Math.sqrt(covariance[axis][axis] / drawn.length).toPrecision(2)));
  return {
    theorem: formula,
    check: share || point(expected) !== point(gradient) ? `${point(expected)} = ${share}${point(gradient)}` : point(gradient),
    drawnMean: `Mean of ${complete ? `all ${drawn.length}` : `the ${drawn.length} drawn`}:\n${point(mean)}`,
    error: complete ? "" : `±\u00a0(${error(0)},\u00a0${error(1)})`,
  };
}

/** The drawing: {element, draw(figure, axes, words)}. */
function drawing() {
  const path = (name) => svg("path", { class: name });
  const shapes = Object.fromEntries(["zero", "samples", "batches", "ellipses", "expected"].map((name) => [name, path(name)]));
  const own = svg("circle", { class: "own", r: 5 });
  const labels = svg("g", {});
  const box = svg("svg", { viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img" }, ...Object.values(shapes), own, labels);
  const text = (words, x, y, attributes) => {
    const node = svg("text", { x, y, ...attributes });
    node.textContent = words;
    return node;
  };

  function draw(figure, [first, second], words) {
    for (const [name, shape] of Object.entries(shapes)) shape.setAttribute("d", figure[name]);
    own.setAttribute("cx", figure.own[0]);
    own.setAttribute("cy", figure.own[1]);
    const { left, right, top, bottom } = figure.area;
    labels.replaceChildren(
      ...figure.ticks.x.map(({ at, text: words }) => text(words, at, bottom + 12, { "text-anchor": "middle" })),
      ...figure.ticks.y.map(({ at, text: words }) => text(words, left - 3, at + 3, { "text-anchor": "end" })),
      text(`∂L/∂${first}`, (left + right) / 2, BOX.height - 2, { "text-anchor": "middle" }),
      text(`∂L/∂${second}`, 0, top - 10, {}),
    );
    box.setAttribute("aria-label", words);
  }
  return { element: box, draw };
}

const TITLES = { error: "The standard error of this mean" };

/** What the words beside the drawing are: {element, show(texts)}. */
function wording(names) {
  const lines = Object.fromEntries(names.map((name) => [name, element("p", { class: name, title: TITLES[name] })]));
  const show = (texts) => {
    for (const name of names) if (lines[name].textContent !== texts[name]) lines[name].textContent = texts[name];
  };
  return { elements: Object.values(lines), show };
}

function headingOf(batched, cloud, noisy) {
  if (batched) return cloud ? "Gradients" : "Norm of the batch’s gradient";
  return noisy ? "Norm of the noisy gradient" : "Gradient norm";
}

export function mountCloud(store) {
  const panel = byId("cloud");
  const views = [...document.querySelectorAll("input[name=gradient-view]")];
  const drawn = drawing();
  const words = wording(["theorem", "check", "drawnMean", "error"]);
  const own = element("output", {});
  const batch = element("p", { class: "this" }, "This batch:", own);
  const where = byId("cloud-where");
  const samples = element("input", { type: "checkbox", onchange: () => store.set(toggleLayer(store.get(), "samples")) });
  const label = element("label", { class: "switch" }, samples, "of single points");
  panel.replaceChildren(drawn.element, element("div", { class: "words" }, batch, ...words.elements, label));
  for (const view of views) view.addEventListener("change", () => store.set({ gradientView: view.value }));
  let built = "";
  let arranged = "";

  function arrange(state, batched) {
    const cloud = batched && state.gradientView === "cloud";
    const noisy = state.noise > 0;
    const now = JSON.stringify([batched, cloud, noisy, state.layers]);
    if (now === arranged) return;
    arranged = now;
    panel.hidden = where.hidden = !cloud;
    byId("gradient-views").hidden = !batched;
    byId("gradient").parentElement.hidden = cloud;
    document.querySelector("button[data-table=gradient]").hidden = cloud;
    panel.parentElement.classList.toggle("tall", cloud);
    for (const view of views) view.checked = view.value === state.gradientView;
    samples.checked = state.layers.includes("samples");
    byId("gradient-heading").textContent = headingOf(batched, cloud, noisy);
    byId("loss-heading").textContent = batched ? "Loss on all data" : "Loss";
  }

  return {
    draw(shown, state) {
      const batched = Boolean(shown.record.batches);
      arrange(state, batched);
      const found = shown.asides.cloud;
      panel.classList.toggle("waiting", !found || found.stale);
      if (panel.hidden || !found) return;
      const now = JSON.stringify([found.text, samples.checked, shown.labels, shown.optimizers.map(({ slot }) => slot)]);
      if (now === built) return;
      built = now;
      const { answer, batch, step, index } = found;
      const { reduction } = found.state;
      const gradient = batchGradient(answer.per_sample, batch, reduction === "mean");
      const said = statement(answer, batch.length, reduction);
      drawn.element.toggleAttribute("hidden", !answer.expected.every(Number.isFinite));
      words.show(said);
      own.textContent = point(gradient);
      where.replaceChildren(swatch(shown.optimizers[index].slot), ` step ${step} to ${step + 1}, B = ${batch.length}`);
      where.title = shown.labels[index];
      if (!drawn.element.hasAttribute("hidden")) drawn.draw(cloudFigure(answer, gradient, samples.checked), shown.surface.plainSymbols, `${shown.labels[index]}: gradients of batches of ${batch.length} at step ${step}. ${said.theorem}: ${said.check}. ${said.drawnMean}.`);
    },
  };
}
