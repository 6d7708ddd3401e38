/** Under a learning-rate slider: where the curvature at this step sets its limit, as a mark and in words. */

import { limitSentence, overshoots } from "../curvature.js";
import { element } from "../dom.js";

const TITLE = "On a quadratic with the curvature of this step, a larger learning rate diverges.";

/** {draw(found)} in the control of a learning rate; `found` is that of curvature.js, or null. */
export function mountLimit(control) {
  const slider = control.querySelector("input[type=range]");
  const mark = element("span", { class: "limit", hidden: true });
  const note = element("span", { class: "limited", hidden: true, title: TITLE });
  control.querySelector(".track").append(mark);
  control.append(note);

  function draw(found) {
    const text = limitSentence(found);
    note.hidden = text === "";
    if (note.textContent !== text) note.textContent = text;
    note.classList.toggle("above", overshoots(found));
    note.classList.toggle("waiting", Boolean(found?.stale));
    const [low, high] = [Number(slider.min), Number(slider.max)];
    const share = found?.limit ? (Math.log10(found.limit) - low) / (high - low) : -1;
    mark.hidden = !(0 <= share && share <= 1);
    if (!mark.hidden) mark.style.setProperty("--at", share.toFixed(4));
  }
  return { draw };
}
