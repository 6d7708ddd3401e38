/** What all sheets have: a cross that closes them; and none stays open over another place. */

import { element } from "./dom.js";

export const closeButton = (sheet) => element("button", { type: "button", class: "plain close", "aria-label": "Close", onclick: () => sheet.hidePopover() }, "×");

export function closeSheets() {
  for (const sheet of document.querySelectorAll(".sheet:popover-open")) sheet.hidePopover();
}
