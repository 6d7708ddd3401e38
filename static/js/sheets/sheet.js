/** What all sheets have: a cross that closes them, a moment at which they are filled; and none stays open over another place. */

import { element } from "../dom.js";

export const closeButton = (sheet) => element("button", { type: "button", class: "plain close", "aria-label": "Close", onclick: () => sheet.hidePopover() }, "×");

/**
 * Calls `fill()` whenever a sheet opens; at once where it is open already, as its button works before any script is there.
 */
export function whenOpened(sheet, fill) {
  sheet.addEventListener("beforetoggle", ({ newState }) => newState === "open" && fill());
  if (sheet.matches(":popover-open")) fill();
}

/** Opens a sheet, with the focus in it, as what follows its button is where nobody tabs to from the plot; or closes it. */
export const openedByKey = (sheet) => () => {
  sheet.togglePopover();
  if (sheet.matches(":popover-open")) sheet.querySelector(".close").focus();
};

/** The keys of the sheets that both pages have. */
export const sheetKeys = () => ({ g: openedByKey(document.getElementById("scenarios")), h: openedByKey(document.getElementById("share")) });

export function closeSheets() {
  for (const sheet of document.querySelectorAll(".sheet:popover-open")) sheet.hidePopover();
}
