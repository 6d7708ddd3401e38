/** What all figures share: type, tones, hover labels, margins. */

import { tonesOf } from "../palette.js";

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

/** Sizes in pixels; lecture mode is 1.6 times as large. */
export function sizesOf(view) {
  const scale = view.lecture ? 1.6 : 1;
  return { scale, font: 12 * scale, line: view.lecture ? 4 : 2.5, thin: view.lecture ? 1.6 : 1, mark: 9 * (view.lecture ? 1.4 : 1) };
}

/** A layout without axes. `margin` {l, r, t, b} is fixed: the canvas above relies on it. */
export function layoutOf(view, margin) {
  const tones = tonesOf(view.theme, view.lecture);
  const { scale, font } = sizesOf(view);
  return {
    paper_bgcolor: tones.paper,
    plot_bgcolor: tones.paper,
    font: { family: FONT, size: font, color: tones.soft },
    margin: { ...scaled(margin, scale), pad: 0, autoexpand: false },
    showlegend: false,
    hovermode: "closest",
    hoverlabel: { bgcolor: tones.paper, bordercolor: tones.soft, font: { family: FONT, size: font, color: tones.ink }, align: "left" },
    uirevision: placeOf(view.surface),
    modebar: { bgcolor: "rgba(0, 0, 0, 0)", color: tones.soft, activecolor: tones.ink },
  };
}

const scaled = (margin, scale) => Object.fromEntries(Object.entries(margin).map(([side, size]) => [side, Math.round(size * scale)]));

/** The same for as long as it makes sense to keep a zoom. */
const placeOf = (surface) => JSON.stringify([surface?.name, surface?.formula, surface?.domain]);

/** Says that a curve goes on above or below an axis, at a corner of the plot, on a ground of its own. */
export function offScale(view, { arrow, y, yanchor, ...place }) {
  const { alarm, paper } = tonesOf(view.theme, view.lecture);
  return { text: `off the scale ${arrow}`, xref: "paper", yref: "paper", xanchor: "right", y, yanchor, ...place, showarrow: false, borderpad: 0, bgcolor: paper, font: { color: alarm } };
}

/** Where upright lines begin below the words that a curve is off the scale, in pixels. */
export const belowWords = (view, above) => (above ? Math.round(1.6 * sizesOf(view).font) : 0);

export function axisOf(view, title, extra = {}) {
  const tones = tonesOf(view.theme, view.lecture);
  return {
    title: { text: title, standoff: 6, font: { color: tones.soft } },
    automargin: false,
    color: tones.soft,
    showline: true,
    linecolor: tones.line,
    gridcolor: tones.grid,
    gridwidth: 1,
    zeroline: false,
    ticks: "outside",
    ticklen: 4,
    tickcolor: tones.line,
    exponentformat: "power",
    nticks: 7,
    autorange: false,
    ...extra,
  };
}
