/** The scenario cards: a title, what to watch, and an address of this page. */

import { element } from "./dom.js";

/** `go(query)` shows the state of an address without loading the page again. */
export function mountScenarios(sheet, scenarios, go) {
  const cards = scenarios.map(({ title, watch, address }) => {
    const query = address.slice(address.indexOf("?") + 1);
    const follow = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      sheet.hidePopover();
      go(query, watch);
    };
    return element("li", {}, element("a", { href: `?${query}`, onclick: follow }, element("strong", {}, title), element("span", {}, watch)));
  });
  sheet.replaceChildren(element("h2", {}, "Scenarios"), element("ul", { class: "scenarios" }, ...cards));
}
