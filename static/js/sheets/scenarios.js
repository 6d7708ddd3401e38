/** The scenario cards of a page: a title, what to watch, and an address of it. */

import { element } from "../dom.js";
import { unbroken } from "../format.js";
import { closeButton } from "./sheet.js";

/** The cards that are a page's, by its path. */
export const scenariosOf = (catalog, page) => (catalog.scenarios ?? []).filter((scenario) => scenario.page === page);

const queryOf = (address) => address.slice(address.indexOf("?") + 1);

/** `go(query)` shows the state of an address without loading the page again. */
export function mountScenarios(sheet, scenarios, go) {
  const cards = scenarios.map(({ title, watch, address }) => {
    const query = queryOf(address);
    const follow = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(query);
      document.getElementById("play").focus({ preventScroll: true }); // not the button of the sheet: by keys, too, Space plays
    };
    return element("li", {}, element("a", { href: `?${query}`, onclick: follow }, element("strong", {}, title), element("span", {}, unbroken(watch))));
  });
  sheet.replaceChildren(closeButton(sheet), element("h2", {}, "Scenarios"), element("ul", { class: "scenarios" }, ...cards));
}

/**
 * `watch(state)`: the sentence of the scenario that a state still is, or an empty text. Two states are the same one
 * where they differ only in how they are looked at: in the fields of `looks(state)`.
 */
export function scenarioSentences(scenarios, catalog, { encode, decode }, looks) {
  const essence = (state) => encode({ ...state, ...looks(state) }, catalog);
  const sentences = new Map(scenarios.map(({ watch, address }) => [essence(decode(queryOf(address), catalog)), watch]));
  return (state) => sentences.get(essence(state)) ?? "";
}
