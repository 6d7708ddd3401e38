/**
 * A scene is what lies in a plot, in the plot's own coordinates; the canvas paints it while the hand moves, and here it
 * becomes traces of Plotly when the hand rests.
 *
 *     lines  {name, x, y, color, dash, width, alpha, dots, text(i), first, index, legend}
 *     marks  {name, x, y, symbol, size, color, edge, width, alpha, text, moving, index}
 *     rules  {x, color, dash, width, below}: an upright line over the whole plot, or from so many pixels below its top (on
 *            the canvas alone)
 *     areas  {x, low, high, color, alpha}: what lies between two curves
 *     arrows {x, y, dx, dy, color, edge, width}; boxes {x, y, across, up, color, edge, width}; axes {x, y, dx, dy, down,
 *            color, edge, width}: on the canvas alone
 *
 * `first` is the step of a line's first point; `moving` marks follow the step, and stay on the canvas at rest.
 */

export function tracesOf(scene, { still = false } = {}) {
  const groups = new Map();
  for (const mark of scene.marks) {
    if (mark.moving && !still) continue;
    const look = [mark.symbol, mark.size, mark.color, mark.edge, mark.alpha, mark.index].join();
    groups.set(look, [...(groups.get(look) ?? []), mark]);
  }
  return [...(scene.areas ?? []).flatMap(areaTraces), ...scene.lines.map(lineTrace), ...[...groups.values()].map(markTrace)];
}

const HOVER = "%{text}<extra></extra>";

/** The area between two curves: two lines without a width. */
function areaTraces({ x, low, high, color, alpha }) {
  const edge = { type: "scatter", mode: "lines", x, line: { width: 0 }, showlegend: false, hoverinfo: "skip" };
  return [{ ...edge, y: low }, { ...edge, y: high, fill: "tonexty", fillcolor: faded(color, alpha) }];
}

/** "#rrggbb" with an opacity. */
const faded = (color, alpha) => color + Math.round(255 * alpha).toString(16).padStart(2, "0");

function lineTrace({ name, x, y, color, dash, width, alpha = 1, dots, text, first = 0, index, legend }) {
  const described = text ? { text: Array.from(x, (_, at) => text(at)), hovertemplate: HOVER } : { hoverinfo: "skip" };
  return {
    type: "scatter",
    mode: dots ? "lines+markers" : "lines",
    name,
    x,
    y,
    opacity: alpha,
    line: { color, width, dash: dashText(dash, width) },
    marker: { color, size: dots ? 2 * dots : 0 },
    showlegend: Boolean(legend),
    meta: { index, first },
    ...described,
  };
}

/** Marks that look the same are one trace. */
function markTrace(marks) {
  const { name, symbol, size, color, edge, width = 1.5, alpha = 1, text, index } = marks[0];
  return {
    type: "scatter",
    mode: "markers",
    name,
    x: marks.map(({ x }) => x),
    y: marks.map(({ y }) => y),
    cliponaxis: false,
    marker: { symbol: SYMBOLS[symbol], size, color, opacity: alpha, line: { color: edge, width } },
    showlegend: false,
    meta: { index },
    ...(text ? { text: marks.map((mark) => mark.text), hovertemplate: HOVER } : { hoverinfo: "skip" }),
  };
}

/** Names of the canvas's symbols in Plotly. */
const SYMBOLS = {
  disc: "circle",
  ring: "circle-open",
  diamond: "diamond",
  "open diamond": "diamond-open",
  up: "triangle-up",
  down: "triangle-down",
  cross: "x-thin",
  stop: "x",
};

/** Dash lengths are given for a line 2 px wide. */
export const dashLengths = (dash, width) => dash.map((length) => (length * Math.max(width, 1.5)) / 2);

const dashText = (dash, width) => (dash.length ? dashLengths(dash, width).map((length) => `${length}px`).join(",") : "solid");
