/** The address bar follows the state; an address that is gone to, or back to, becomes the state. */

/** `codec` {encode, decode} is the page's; `learn(query)` settles when the catalogue knows the rules that a query brings. */
export function mountAddress(store, catalog, { encode, decode }, learn) {
  const path = () => {
    const query = encode(store.get(), catalog);
    return `${location.pathname}${query ? `?${query}` : ""}`;
  };
  const follow = (query) => learn(query).then(() => store.set(decode(query, catalog), "address"));
  addEventListener("popstate", () => follow(location.search));

  return {
    /** Write the state into the address bar, as the same place in the browser's history. */
    update() {
      if (path() !== location.pathname + location.search) history.replaceState(null, "", path());
    },
    /** What comes next is a new place: the browser's "back" returns to the state as it is now. */
    keep() {
      this.update();
      history.pushState(null, "", location.href);
    },
    /** Go to the state of a query, as a new place: the browser's "back" returns. */
    go(query) {
      history.pushState(null, "", `${location.pathname}${query ? `?${query}` : ""}`);
      follow(query);
    },
    /** The whole address, to be copied. */
    full: () => new URL(path(), location.href).href,
  };
}
