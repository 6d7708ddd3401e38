/** A calm line at the foot of the page while the server is away or refuses; it goes when things are well again. */

import { sentence } from "./dom.js";

export function createTrouble(place) {
  const troubles = new Map();

  function show() {
    const text = [...new Set(troubles.values())].join(" ");
    if (place.textContent !== text) place.textContent = text;
    place.hidden = text === "";
  }

  return {
    /** `seconds` until the next attempt, or null if the request itself is refused. */
    failed(name, error, seconds) {
      const again = `Trying again in ${seconds < 1.5 ? "a second" : `${Math.round(seconds)} seconds`}; nothing is lost.`;
      const cause = error.kind === "unreachable" ? "The server does not answer." : `The server has too much to do (${error.message}).`;
      troubles.set(name, seconds === null ? sentence(error.message) : `${cause} ${again}`);
      show();
    },
    recovered(name) {
      troubles.delete(name);
      show();
    },
  };
}
