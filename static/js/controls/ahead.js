/**
 * A slider that follows the hand before the next frame does.
 *
 * Browsers hand out a pointer's moves once a frame. Where they also tell of them as they come (`pointerrawupdate`: Chromium,
 * for pages of this machine or over TLS), the slider is set at once, so that its answer may be there for the very frame in
 * which it would only have been asked for. The browser's own handling goes on, and has the last word.
 */

const RAW = "pointerrawupdate";
const THUMB = 16; // pixels: the width of the thumb of Chromium's sliders, whose middle follows the pointer

/** The value of a slider whose thumb's middle is at a pointer; null where it has no width. */
export function valueAt(slider, clientX) {
  const { left, width } = slider.getBoundingClientRect();
  if (width <= THUMB) return null;
  const [low, high, step] = [slider.min, slider.max, slider.step].map(Number);
  const at = Math.floor(64 * (clientX - left)) / 64 - THUMB / 2; // in the browser's own unit of length
  const share = Math.min(1, Math.max(0, at / (width - THUMB)));
  const steps = Math.round((share * (high - low)) / step);
  return low + steps * step;
}

const RECENT = 4; // values back that the browser's own handling may be behind

/** Call `moved()` when a slider has another value: as early as the browser tells of the hand that drags it. */
export function followAhead(slider, moved) {
  let recent = []; // the values that were set ahead, the newest first

  function move({ clientX, buttons }) {
    const value = buttons & 1 ? valueAt(slider, clientX) : null;
    if (value === null) return end();
    const before = slider.value;
    slider.value = value;
    if (slider.value === before) return;
    recent = [Number(slider.value), ...recent].slice(0, RECENT);
    moved();
  }

  function end() {
    recent = [];
    removeEventListener(RAW, move, true);
  }

  slider.addEventListener("pointerdown", ({ button, pointerType }) => {
    if (button === 0 && pointerType === "mouse") addEventListener(RAW, move, true);
  });
  slider.addEventListener("input", () => {
    const value = Number(slider.value);
    const apart = recent.map((known) => Math.abs(known - value) / slider.step);
    if (apart.some((steps) => steps < 0.5)) slider.value = recent[0];
    else {
      if (apart[0] > 1.5) end(); // a slider of another make
      moved();
    }
  });
  for (const over of ["pointerup", "pointercancel"]) addEventListener(over, end, true);
}
