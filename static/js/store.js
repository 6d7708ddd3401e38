/** The one holder of the page's state: whoever shows it subscribes, whoever changes it says which fields. */

export function createStore(initial) {
  let state = initial;
  const listeners = new Set();

  return {
    get: () => state,

    /** Change fields; `origin` tells listeners who moved ("slider", "drag", "play", ...). */
    set(patch, origin = "page") {
      const changed = new Set(Object.keys(patch).filter((field) => !Object.is(patch[field], state[field])));
      if (changed.size === 0) return;
      state = { ...state, ...patch };
      for (const listener of [...listeners]) listener(state, changed, origin);
    },

    /** Call `listener(state, changed, origin)` after each change; the answer ends it. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
