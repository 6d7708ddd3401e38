/** The address bar follows the state; an address that is gone to, or back to, becomes the state. */

import { connection } from "./connection.js";
import { closeSheets } from "./sheets/sheet.js";

const REST = 300;

/** What a hall or a person has chosen for all that is shown. */
const shownIn = ({ theme, lecture, hide, embed }) => ({ theme, lecture, hide, embed });

/** The query that the page was opened with, and what stands behind its "#". */
export const here = () => location.search + location.hash;

/** `codec` {encode, decode} is the page's; `learn(query)` settles when the catalogue knows the rules that a query brings. */
export function mountAddress(store, catalog, { encode, decode }, learn) {
  const path = () => {
    const query = encode(store.get(), catalog);
    return `${location.pathname}${query ? `?${query}` : ""}`;
  };
  const visit = (query, kept = () => ({})) => {
    closeSheets();
    return learn(query).then(() => store.set({ ...decode(query, catalog), ...kept(store.get()) }, "address"));
  };
  addEventListener("popstate", () => visit(here()));
  let timer = null;

  function update() {
    if (path() !== location.pathname + here()) history.replaceState(null, "", path());
  }

  // While there are no answers to follow, it follows the hand: nothing is lost.
  function follow() {
    clearTimeout(timer);
    if (connection.trouble) timer = setTimeout(update, REST);
  }
  store.subscribe(follow);
  connection.on("changed", follow);

  return {
    /** Write the state into the address bar, as the same place in the browser's history. */
    update,
    /** What comes next is a new place: the browser's "back" returns to the state as it is now. */
    keep() {
      update();
      history.pushState(null, "", location.href);
    },
    /** Go to the state of a query, in the same theme and mode, as a new place: the browser's "back" returns. */
    go(query) {
      history.pushState(null, "", `${location.pathname}${query ? `?${query}` : ""}`);
      visit(query, shownIn);
    },
    /** The whole address, to be copied. */
    full: () => new URL(path(), location.href).href,
  };
}
