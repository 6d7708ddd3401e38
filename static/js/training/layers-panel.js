/** Activations, weights and gradients of each layer: how they are spread, and their standard deviation. */

import { element, svg } from "../dom.js";
import { format } from "../format.js";
import { lookedAt, pictureOf } from "./runs.js";

const SHOWN = [["activations", "Activations"], ["gradients", "Weights’ gradients"]];
const [WIDTH, HEIGHT] = [96, 26];
const ROOMY = 3; // layers up to which each has room for its ranges

/** Bars of a histogram, and where 0 lies. */
function bars({ counts, low, high }) {
  const most = Math.max(...counts);
  const width = WIDTH / counts.length;
  return {
    bars: counts.map((count, at) => `M${(at * width).toFixed(1)} ${HEIGHT}v${(-(HEIGHT * count) / most).toFixed(1)}h${width.toFixed(2)}V${HEIGHT}z`).join(""),
    zero: low < 0 && high > 0 ? `M${((-low / (high - low)) * WIDTH).toFixed(1)} 0V${HEIGHT}` : "",
  };
}

function cellOf() {
  const drawn = svg("path", { class: "bars" });
  const zero = svg("path", { class: "zero" });
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, drawn, zero);
  const deviation = element("output", {});
  const range = element("span", { class: "note" });
  const cell = element("td", {}, picture, element("div", { class: "spread" }, deviation, range));
  return {
    element: cell,
    show(found) {
      const shapes = found ? bars(found) : { bars: "", zero: "" };
      drawn.setAttribute("d", shapes.bars);
      zero.setAttribute("d", shapes.zero);
      deviation.textContent = found ? `sd ${format(found.deviation)}` : "not finite";
      range.textContent = found ? `${format(found.low)}\u2009…\u2009${format(found.high)}${found.zero > 0.01 ? `, ${Math.round(100 * found.zero)} % zero` : ""}` : "";
      cell.title = range.textContent;
    },
  };
}

export function mountLayersPanel(place) {
  let [built, rows] = [0, []];

  function build(count) {
    rows = Array.from({ length: count }, () => SHOWN.map(cellOf));
    const head = element("tr", {}, element("td", {}), ...SHOWN.map(([, words]) => element("th", { scope: "col" }, words)));
    const name = (layer) => (layer === count - 1 ? "output" : `layer ${layer + 1}`);
    const body = rows.map((cells, layer) => element("tr", {}, element("th", { scope: "row" }, name(layer)), ...cells.map((cell) => cell.element)));
    const note = element("p", { class: "note" }, "Over all training samples and units; the upright line is 0. Where deviations shrink or grow from layer to layer, signals vanish or explode.");
    place.replaceChildren(element("table", count > ROOMY ? { class: "dense" } : {}, element("thead", {}, head), element("tbody", {}, ...body)), note);
    built = count;
  }

  return {
    draw(shown, state) {
      const layers = pictureOf(lookedAt(shown.runs, state))?.layers;
      if (state.panel !== "layers" || !layers) return;
      if (built !== layers.length) build(layers.length);
      layers.forEach((layer, at) => SHOWN.forEach(([name], column) => rows[at][column].show(layer[name])));
    },
  };
}
