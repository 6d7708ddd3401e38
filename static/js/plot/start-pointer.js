/**
 * The start under the hand: a click puts it there, a drag takes it along; near the start a drag keeps its distance.
 *
 * With a finger, only the handle at the start drags (elsewhere the page scrolls); a tap puts the start anywhere.
 */

const NEAR = 22;
const STILL = 5;
const HANDLE = 44;

/** The value at a pixel, with no more decimals than pixels can tell apart. */
function rounded(valueAt, pixel) {
  const step = Math.abs(valueAt(pixel + 1) - valueAt(pixel));
  return Number(valueAt(pixel).toFixed(Math.min(20, Math.max(0, Math.ceil(-Math.log10(step))))));
}

/** `frame()` of the plot, `start()` [x, y] or null, `free()` whether a drag away from the start is ours, `moved(x, y, phase)`. */
export function followPointer(host, { frame, start, free, moved }) {
  const handle = document.createElement("div");
  Object.assign(handle.style, { position: "absolute", width: `${HANDLE}px`, height: `${HANDLE}px`, touchAction: "none", cursor: "grab" });
  handle.className = "start-handle";
  handle.hidden = true;
  host.append(handle);
  host.style.touchAction = "pan-y pinch-zoom";
  let drag = null;

  const pixel = (event) => {
    const { left, top } = host.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const inside = ([x, y], { left, top, width, height }) => left <= x && x <= left + width && top <= y && y <= top + height;

  function startPixel() {
    const at = start();
    return at && [frame().x(at[0]), frame().y(at[1])];
  }

  function tell([x, y], phase) {
    const area = frame();
    const across = Math.max(area.left, Math.min(area.left + area.width, x));
    const down = Math.max(area.top, Math.min(area.top + area.height, y));
    moved(rounded(area.xAt, across), rounded(area.yAt, down), phase);
  }

  function down(event) {
    const at = pixel(event);
    if (event.button !== 0 || !event.isPrimary || !inside(at, frame()) || event.target.closest?.(".modebar, .legend")) return;
    const from = startPixel();
    const near = event.target === handle || (from !== null && Math.hypot(at[0] - from[0], at[1] - from[1]) < NEAR);
    if (!near && !free()) return;
    const drags = event.pointerType !== "touch" || event.target === handle;
    const grip = near ? [from[0] - at[0], from[1] - at[1]] : [0, 0];
    drag = { id: event.pointerId, from: at, grip, near, drags, moving: false };
    if (drags) {
      host.setPointerCapture(event.pointerId);
      event.stopPropagation();
    }
  }

  function move(event) {
    if (drag?.id !== event.pointerId || !drag.drags) return;
    const at = pixel(event);
    drag.moving ||= Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) > STILL;
    if (drag.moving) tell([at[0] + drag.grip[0], at[1] + drag.grip[1]], "drag");
  }

  function up(event) {
    if (drag?.id !== event.pointerId) return;
    const { moving, grip, from, near } = drag;
    drag = null;
    const at = pixel(event);
    if (moving) tell([at[0] + grip[0], at[1] + grip[1]], "end");
    else if (!near && Math.hypot(at[0] - from[0], at[1] - from[1]) <= 2 * STILL) tell(at, "click");
  }

  /** Plotly listens to the mouse: while the start is dragged it must not zoom or pan. */
  const quiet = (event) => drag?.drags && !free() && event.stopPropagation();

  host.addEventListener("pointerdown", down, true);
  host.addEventListener("pointermove", move);
  host.addEventListener("pointerup", up);
  host.addEventListener("pointercancel", () => (drag = null));
  host.addEventListener("mousedown", quiet, true);

  return {
    /** Put the handle where the start is. */
    place() {
      const at = startPixel();
      handle.hidden = !at || !inside(at, frame()) || !matchMedia("(any-pointer: coarse)").matches;
      if (!handle.hidden) handle.style.transform = `translate(${at[0] - HANDLE / 2}px, ${at[1] - HANDLE / 2}px)`;
    },
    get dragging() {
      return drag?.moving ?? false;
    },
  };
}
