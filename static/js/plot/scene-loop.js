/**
 * Plotly's scene in space looks at its camera in each frame, for ever. Here that loop is held while nothing can move.
 *
 * `around(make)` makes the scene, and finds its loop: what asks for a frame meanwhile, and in that frame for another. It
 * runs for a moment then, and when a hand does anything in the host. A loop that is not found this way runs as Plotly has it.
 */

const AWAKE = 500; // milliseconds: a turn of the camera comes to its end within
const HANDS = ["pointerdown", "pointermove", "pointerup", "wheel", "touchstart", "touchmove", "touchend", "keydown"];

const later = window.requestAnimationFrame.bind(window);
const loops = new Map(); // what asks for frames -> who may hold it
let asked = new Map(); // the same for what has asked for one while the last scene was made

function request(callback) {
  if (asked.has(callback)) loops.set(callback, asked.get(callback));
  const holder = loops.get(callback);
  return holder && !holder.awake ? holder.hold(callback) : later(callback);
}

export function createSceneLoop(host) {
  const held = new Set();
  let timer = null;
  const holder = {
    get awake() {
      return timer !== null;
    },
    hold(callback) {
      held.add(callback);
      return 0;
    },
  };

  function wake() {
    clearTimeout(timer);
    timer = setTimeout(() => (timer = null), AWAKE);
    held.forEach(later);
    held.clear();
  }

  for (const name of HANDS) host.addEventListener(name, wake, { capture: true, passive: true });

  return {
    around(make) {
      asked = new Map();
      window.requestAnimationFrame = (callback) => {
        asked.set(callback, holder);
        return later(callback);
      };
      try {
        make();
      } finally {
        window.requestAnimationFrame = request;
      }
      wake();
    },
    remove() {
      for (const name of HANDS) host.removeEventListener(name, wake, { capture: true });
      for (const known of [loops, asked]) for (const [callback, whose] of known) if (whose === holder) known.delete(callback);
    },
  };
}
