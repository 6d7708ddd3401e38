/** The address of what is shown as a code that telephones read: for a hall. */

import { askJson } from "../api.js";
import { element } from "../dom.js";

const LONGEST = 1000;

/**
 * `show(address)` draws the code of an address; what belongs to an older one is dropped. The code's own address is told
 * below it where it differs: at localhost the server puts the address that others reach.
 */
export function hallCode() {
  const image = element("img", { class: "hall-code", alt: "" });
  const told = element("p", { class: "note", role: "status" });
  const large = element("button", { type: "button", class: "plain", title: "For the last row; Escape leads back", hidden: !document.fullscreenEnabled, onclick: () => figure.requestFullscreen() }, "Full screen");
  const figure = element("figure", { hidden: true }, image, told, large);
  let latest = null;

  async function show(address) {
    latest?.abort();
    latest = new AbortController();
    const { signal } = latest;
    figure.hidden = address.length > LONGEST;
    if (figure.hidden) return;
    try {
      const { address: coded, svg } = await askJson("/api/codes", { address }, { signal });
      image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
      image.alt = `QR code of ${coded}`;
      told.textContent = hint(coded, address);
    } catch (error) {
      if (error.name === "AbortError") return;
      figure.hidden = true; // the address above is all there is to share
    }
  }

  return { figure, show };
}

function hint(coded, address) {
  const { hostname, origin } = new URL(coded);
  if (coded !== address) return `Others in the room open ${origin}.`;
  if (hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127."))
    return "Only this machine opens this address: start the server with --lan for a room.";
  return "For telephones and laptops in the room.";
}
