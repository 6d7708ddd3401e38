/** What all sheets have: a cross that closes them. */

import { element } from "./dom.js";

export const closeButton = (sheet) => element("button", { type: "button", class: "plain close", "aria-label": "Close", onclick: () => sheet.hidePopover() }, "×");
