/** Playback: runs through the recorded steps. A frame shows a real step; nothing is interpolated. */

export const STEPS_PER_SECOND = 30;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * The player moves `step` of the store between 0 and `last()`; `changed(playing)` is called when it starts or stops.
 * With reduced motion it jumps once a second, by a second's worth of steps.
 */
export function createPlayer(store, { last, changed }) {
  let playing = false;
  let speed = 1;
  let before = 0;
  let owed = 0;

  const go = (step, origin = "player") => store.set({ step: Math.max(0, Math.min(store.get().steps, step)), substep: 0 }, origin);

  function frame(now) {
    if (!playing) return;
    owed += ((now - before) / 1000) * STEPS_PER_SECOND * speed;
    before = now;
    const due = reducedMotion.matches ? STEPS_PER_SECOND * speed : 1;
    if (owed >= due) {
      const whole = Math.floor(owed);
      owed -= whole;
      go(Math.min(store.get().step + whole, last()), "play");
    }
    if (store.get().step >= last()) pause();
    else requestAnimationFrame(frame);
  }

  function play() {
    if (playing) return;
    if (store.get().step >= last()) go(0, "play");
    playing = true;
    owed = 0;
    before = performance.now();
    requestAnimationFrame(frame);
    changed(true);
  }

  function pause() {
    if (!playing) return;
    playing = false;
    changed(false);
  }

  return {
    play,
    pause,
    toggle: () => (playing ? pause() : play()),
    go,
    by: (steps) => go(store.get().step + steps),
    reset() {
      pause();
      go(0);
    },
    setSpeed(value) {
      speed = value;
      owed = 0;
    },
    get playing() {
      return playing;
    },
  };
}
