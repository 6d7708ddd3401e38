/** The bar under a plot: its buttons, the scrub bar, the speed on a logarithmic slider. */

const byId = (id) => document.getElementById(id);

/** Speeds are evenly spaced in their logarithm. */
const speedAt = (position) => Number((10 ** position).toPrecision(2));

/**
 * `actions` {first, back, play, forward, last} are what the buttons do, `scrubbed(step)` what the scrub bar does;
 * `speed` {usual, set(value), text(value), words(value)}: where a double click returns to, as a power of ten. The answer's
 * `playing(whether)` shows whether it plays.
 */
export function mountBar(store, { actions, scrubbed, speed }) {
  const [play, scrub, slider] = ["play", "scrub", "speed"].map(byId);

  function show({ step, steps }) {
    scrub.max = steps;
    scrub.value = step;
    scrub.setAttribute("aria-valuetext", `step ${step} of ${steps}`);
    byId("position").textContent = `${step} / ${steps}`;
  }

  function setSpeed(position) {
    const value = speedAt(position);
    slider.value = position;
    byId("speed-value").textContent = speed.text(value);
    slider.setAttribute("aria-valuetext", speed.words(value));
    speed.set(value);
  }

  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  scrub.addEventListener("input", () => scrubbed(Number(scrub.value)));
  slider.addEventListener("input", () => setSpeed(Number(slider.value)));
  slider.addEventListener("dblclick", () => setSpeed(speed.usual));
  setSpeed(speed.usual);
  store.subscribe((state, changed) => (changed.has("step") || changed.has("steps")) && show(state));
  show(store.get());

  return {
    playing(whether) {
      play.classList.toggle("playing", whether);
      play.setAttribute("aria-label", whether ? "Pause" : "Play");
    },
  };
}
