/** The sample of an optimiser's line: its colour and its dash. */

import { svg } from "./dom.js";

export function swatch(slot) {
  return svg(
    "svg",
    { class: "swatch", viewBox: "0 0 28 8", "aria-hidden": "true", "data-slot": slot },
    svg("path", { d: "M1 4H27" }),
  );
}
