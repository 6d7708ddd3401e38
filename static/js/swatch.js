/** The sample of an optimiser's line: its colour and its dash. */

import { svg } from "./dom.js";
import { styleOf } from "./palette.js";

export function swatch(slot) {
  const { color: light, dash } = styleOf(slot, "light");
  const { color: dark } = styleOf(slot, "dark");
  const line = svg("path", { d: "M0 4H28", "stroke-dasharray": dash.join(" "), style: `stroke: light-dark(${light}, ${dark})` });
  return svg("svg", { class: "swatch", viewBox: "0 0 28 8", "aria-hidden": "true" }, line);
}
