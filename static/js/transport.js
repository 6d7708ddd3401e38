/** The bar under the plot: its buttons, the scrub bar, the speed. */

import { createPlayer } from "./player.js";

const byId = (id) => document.getElementById(id);

/** Speeds are evenly spaced in their logarithm, from a tenth to ten times. */
const speedAt = (position) => Number((10 ** position).toPrecision(2));

export function mountTransport(store, { last }) {
  const play = byId("play");
  const scrub = byId("scrub");
  const player = createPlayer(store, { last, changed: showPlaying });

  function showPlaying(playing) {
    play.classList.toggle("playing", playing);
    play.setAttribute("aria-label", playing ? "Pause" : "Play");
  }

  function show({ step, steps }) {
    scrub.max = steps;
    scrub.value = step;
    scrub.setAttribute("aria-valuetext", `step ${step} of ${steps}`);
    byId("position").textContent = `${step} / ${steps}`;
  }

  const buttons = { first: player.reset, back: () => player.by(-1), play: player.toggle, forward: () => player.by(1), last: () => player.go(last()) };
  for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener("click", action);
  scrub.addEventListener("input", () => player.go(Number(scrub.value), "scrub"));

  const speed = byId("speed");
  const setSpeed = (position) => {
    speed.value = position;
    const factor = speedAt(position);
    player.setSpeed(factor);
    byId("speed-value").textContent = `${factor}×`;
    speed.setAttribute("aria-valuetext", `${factor} times`);
  };
  speed.addEventListener("input", () => setSpeed(Number(speed.value)));
  speed.addEventListener("dblclick", () => setSpeed(0));

  store.subscribe((state, changed) => (changed.has("step") || changed.has("steps")) && show(state));
  show(store.get());
  return player;
}
