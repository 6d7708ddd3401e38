/** How a page begins: the catalogue, with the rules of one's own that the address brings. */

import { fetchCatalog } from "./api.js";
import { indexCatalog } from "./catalog.js";
import { createPipeline } from "./recompute.js";
import { learnRules } from "./rule-box.js";

/** A promise of the catalogue, asked for until the server gives it. */
export async function loadCatalog(trouble) {
  const answer = await new Promise((resolve) => {
    const pipeline = createPipeline({
      request: fetchCatalog,
      done: resolve,
      failed: (error, seconds) => trouble.failed("catalog", error, seconds),
      recovered: () => trouble.recovered("catalog"),
    });
    pipeline.ask(null);
  });
  const catalog = indexCatalog(answer);
  await learnRules(location.search, catalog, trouble);
  return catalog;
}
