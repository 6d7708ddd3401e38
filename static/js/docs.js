/** The page /docs: Swagger UI over the server's own OpenAPI document. */

const place = document.getElementById("api");

/** What Swagger UI leaves without a name, or out of reach of the keyboard. */
function complete() {
  for (const code of place.querySelectorAll("pre.microlight:not([tabindex])")) code.tabIndex = 0;
  for (const choice of place.querySelectorAll("select:not([aria-label])")) choice.setAttribute("aria-label", choice.closest(".content-type-wrapper") ? "Media type" : "Example");
}

new MutationObserver(complete).observe(place, { childList: true, subtree: true });

window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: `#${place.id}`,
  deepLinking: false, // its links would stand within buttons
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
