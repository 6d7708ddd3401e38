/** The steps of each optimiser: a slider that goes no further than the server answers, and says why. */

import { element } from "../dom.js";
import { numberControl } from "./controls.js";

/**
 * {element, show(state)}. `low` and `high` are the slider's ends, `roomOf(state)` is {most, why}: how many steps there can
 * be, and a sentence where that is less than `high`. `changed(steps)` as the hand moves.
 */
export function stepsControl({ usual, low, high }, { changed, roomOf }) {
  const place = element("div");
  const note = element("p", { class: "note", role: "status" });
  let [most, control] = [null, null];

  function moved(value) {
    changed(Math.min(value, most));
    if (value > most) control.show(most); // the slider goes back to where it stopped
  }

  function build() {
    const range = { low: 1, high: most, slider_low: low, slider_high: high, scale: "log", integer: true, default: Math.min(usual, most) };
    const described = { name: "steps", symbol: "Steps", kind: "number", help: "How many steps each optimiser takes." };
    control = numberControl({ ...range, ...described }, { changed: moved, name: "Steps" });
    place.replaceChildren(control.element);
  }
  return {
    element: element("div", {}, place, note),
    show(state) {
      const room = roomOf(state);
      if (room.most !== most) {
        most = room.most;
        build();
      }
      control.show(state.steps);
      note.textContent = most < high ? room.why : "";
      note.hidden = most >= high;
    },
  };
}
