/** A definition to choose, with the controls of its parameters below: an activation, an initialiser, a likelihood. */

import { controlGroup } from "../controls/controls.js";
import { element, freshId } from "../dom.js";

/**
 * {element, offer(definitions), show({name, values})}; `chosen(name)` when another one is, `changed(parameter, value)` as
 * the hand moves, `about(definition)` opens the help on the one there is.
 */
export function choiceControl(heading, { chosen, changed, about }) {
  const id = freshId("choice");
  const select = element("select", { id, class: "wide", onchange: () => chosen(select.value) });
  const help = element("button", { type: "button", class: "plain", "aria-label": `About this: ${heading}`, onclick: () => about(definition) }, "?");
  const line = element("div", { class: "pair" }, element("label", { for: id, class: "row-label" }, heading), select, help);
  const place = element("div");
  let [known, definition, controls] = [new Map(), null, null];

  return {
    element: element("div", { class: "choice-group" }, line, place),
    offer(definitions) {
      const offered = new Map(Array.from(definitions, (one) => [one.name, one]));
      if ([...known.keys()].join() === [...offered.keys()].join()) return;
      known = offered;
      select.replaceChildren(...[...known.values()].map(({ name, label, summary }) => element("option", { value: name, title: summary }, label)));
      definition = null;
    },
    show({ name, values }) {
      if (definition !== known.get(name)) {
        definition = known.get(name);
        select.value = name;
        select.title = definition.summary;
        controls = controlGroup(definition.parameters, { changed, owner: definition.label });
        place.replaceChildren(...(definition.parameters.length ? [controls.element] : []));
      }
      controls.show(values);
    },
  };
}
