/** The bar under the surface's plot: it plays what has been recorded. */

import { mountBar } from "./bar.js";
import { createPlayer } from "./player.js";

export function mountTransport(store, { last }) {
  const player = createPlayer(store, { last, changed: (playing) => bar.playing(playing) });
  const bar = mountBar(store, {
    actions: { first: player.reset, back: () => player.by(-1), play: player.toggle, forward: () => player.by(1), last: () => player.go(last()) },
    scrubbed: (step) => player.go(step, "scrub"),
    speed: { usual: 0, set: player.setSpeed, text: (factor) => `${factor}×`, words: (factor) => `${factor} times` },
  });
  store.subscribe((state, fields, origin) => origin === "address" && player.pause());
  return player;
}
