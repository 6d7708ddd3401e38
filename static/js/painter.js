/**
 * One paint a frame: whatever was asked for since the last frame is drawn once, in the fullest way asked for.
 *
 * Each recomputation that a hand caused is measured from its event to the frame with its drawing
 * (User Timing: "slider-to-paint"); the first drawn path is marked "first-path".
 */

const FULLNESS = ["fit", "step", "live", "render"];
const KEPT_MEASURES = 2000;

/** `draw(kind)` draws what is measured; `after(kind)` what may follow in the same frame. */
export function createPainter(draw, after) {
  let wanted = null; // to be drawn in the next frame
  let drawn = false; // something was, ahead of the next frame
  let since = null;
  let measured = 0;
  let started = false;

  function frame() {
    const [kind, from] = [wanted, since];
    wanted = null;
    drawn = false;
    since = null;
    if (kind !== null) draw(kind);
    if (from !== null) measure(from);
    if (kind !== null) after(kind);
  }

  function measure(from) {
    if (!started) performance.mark("first-path");
    else performance.measure("slider-to-paint", { start: from, end: performance.now() });
    started = true;
    performance.clearMarks("slider-event");
    measured += 1;
    if (measured % KEPT_MEASURES === 0) performance.clearMeasures("slider-to-paint");
  }

  function paint(kind, from = null) {
    if (wanted === null && !drawn) requestAnimationFrame(frame);
    if (wanted === null || FULLNESS.indexOf(kind) > FULLNESS.indexOf(wanted)) wanted = kind;
    since ??= from;
  }

  return {
    paint,
    /** The same before the next frame, if nothing is to be drawn in it yet: it then has only to be laid out. */
    paintAhead(kind, from = null) {
      if (wanted !== null || drawn) return paint(kind, from);
      requestAnimationFrame(frame);
      drawn = true;
      since ??= from;
      draw(kind);
      after(kind);
    },
  };
}
