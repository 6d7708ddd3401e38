/** A calm line at the foot of the page while the server is away or refuses; it goes when things are well again. */

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
      const sentence = error.kind === "unreachable" ? "The server does not answer." : `The server has too much to do (${error.message}).`;
      troubles.set(name, seconds === null ? `This cannot be computed: ${error.message}.`.replace("..", ".") : `${sentence} ${again}`);
      show();
    },
    recovered(name) {
      troubles.delete(name);
      show();
    },
  };
}
