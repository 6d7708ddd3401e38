/**
 * One paint a frame: whatever was asked for since the last frame is drawn once, in the fullest way asked for.
 *
 * Each recomputation that a hand caused is measured from its event to the end of the frame's drawing
 * (User Timing: "slider-to-paint"); the first drawn path is marked "first-path".
 */

const FULLNESS = ["fit", "step", "live", "render"];
const KEPT_MEASURES = 2000;

/** `draw(kind)` draws what is measured; `after(kind)` what may follow in the same frame. */
export function createPainter(draw, after) {
  let wanted = null;
  let since = null;
  let measured = 0;
  let started = false;

  function frame() {
    const [kind, from] = [wanted, since];
    wanted = null;
    since = null;
    draw(kind);
    if (from !== null) measure(from);
    after(kind);
  }

  function measure(from) {
    if (!started) performance.mark("first-path");
    else performance.measure("slider-to-paint", { start: from, end: performance.now() });
    started = true;
    performance.clearMarks("slider-event");
    measured += 1;
    if (measured % KEPT_MEASURES === 0) performance.clearMeasures("slider-to-paint");
  }

  return {
    paint(kind, from = null) {
      if (wanted === null) requestAnimationFrame(frame);
      if (wanted === null || FULLNESS.indexOf(kind) > FULLNESS.indexOf(wanted)) wanted = kind;
      since ??= from;
    },
  };
}
