/** The scenario cards: a title, what to watch, and an address of this page. */

import { element } from "./dom.js";
import { decode, encode } from "./state.js";

const queryOf = (address) => address.slice(address.indexOf("?") + 1);

/** `go(query)` shows the state of an address without loading the page again. */
export function mountScenarios(sheet, scenarios, go) {
  const cards = scenarios.map(({ title, watch, address }) => {
    const query = queryOf(address);
    const follow = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      sheet.hidePopover();
      go(query);
    };
    return element("li", {}, element("a", { href: `?${query}`, onclick: follow }, element("strong", {}, title), element("span", {}, watch)));
  });
  sheet.replaceChildren(element("h2", {}, "Scenarios"), element("ul", { class: "scenarios" }, ...cards));
}

/** What a state computes, apart from how it is looked at. */
function essence(state, catalog) {
  const looks = { step: state.steps, axis: "steps", view: "2d", camera: null, theme: "auto", hide: [], embed: false, lecture: false };
  return encode({ ...state, ...looks }, catalog);
}

/** `watch(state)`: the sentence of the scenario that a state still is, or an empty text. */
export function scenarioSentences(catalog) {
  const sentences = new Map((catalog.scenarios ?? []).map(({ watch, address }) => [essence(decode(queryOf(address), catalog), catalog), watch]));
  return (state) => sentences.get(essence(state, catalog)) ?? "";
}
