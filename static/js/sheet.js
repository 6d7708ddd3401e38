/** What all sheets have: a cross that closes them, a moment at which they are filled; and none stays open over another place. */

import { element } from "./dom.js";

export const closeButton = (sheet) => element("button", { type: "button", class: "plain close", "aria-label": "Close", onclick: () => sheet.hidePopover() }, "×");

/**
 * Calls `fill()` whenever a sheet opens; at once where it is open already, as its button works before any script is there.
 */
export function whenOpened(sheet, fill) {
  sheet.addEventListener("beforetoggle", ({ newState }) => newState === "open" && fill());
  if (sheet.matches(":popover-open")) fill();
}

export function closeSheets() {
  for (const sheet of document.querySelectorAll(".sheet:popover-open")) sheet.hidePopover();
}
