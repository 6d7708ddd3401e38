/** How a page begins: the catalogue, with the rules of one's own that the address brings. */

import { here } from "./address.js";
import { fetchCatalog } from "./api.js";
import { indexCatalog } from "./catalog.js";
import { connection } from "./connection.js";
import { learnRules } from "./controls/rule-box.js";
import { createPipeline } from "./recompute.js";

/** A promise of what is asked for until the server gives it. */
const patiently = (request, told = {}) => new Promise((done) => createPipeline({ request, done, ...told }).ask(null));

/** A promise of the catalogue, asked for until the server gives it. */
export async function loadCatalog(trouble) {
  const told = { failed: (error, seconds) => trouble.failed("catalog", error, seconds), recovered: () => trouble.recovered("catalog") };
  const catalog = indexCatalog(await patiently(fetchCatalog, told));
  await learnRules(here(), catalog, trouble);
  return catalog;
}

/** Calls `renewed()` when the server that is back after an absence is not the one that a catalogue came from. */
export function watchEdition({ edition }, renewed) {
  let known = edition;
  const editions = createPipeline({
    request: fetchCatalog,
    done({ edition: found }) {
      if (found === known) return;
      known = found;
      renewed();
    },
  });
  connection.on("returned", () => editions.ask(null));
}
