/** Sharing: the address of what is shown, and files of the record and the plot. */

import { fetchExport } from "./api.js";
import { element, freshId } from "./dom.js";

const FILES = [
  ["CSV", "text/csv", "csv", "One row a step and optimiser"],
  ["JSON", "application/json", "json", "The whole record, as the API answers it"],
];

const download = (href, name) => element("a", { href, download: name }).click();

function downloadBlob(blob, name) {
  const url = URL.createObjectURL(blob);
  download(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** `address()` is the address of the state, `png()` promises an image of the plot as a data address. */
export function mountShare(sheet, store, catalog, { address, png, failed }) {
  const input = element("input", { type: "text", readonly: true, id: freshId("address"), class: "wide", onfocus: () => input.select() });
  const note = element("span", { role: "status", class: "note" });
  const stem = () => `fall-line-${store.get().surface ?? "formula"}`;

  async function copy() {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      note.textContent = "Copied.";
    } catch {
      note.textContent = document.execCommand("copy") ? "Copied." : "Press Ctrl+C to copy.";
    }
  }

  const save = (accept, ending) => async () => {
    try {
      downloadBlob(await fetchExport(store.get(), catalog, accept), `${stem()}.${ending}`);
    } catch (error) {
      failed(error);
    }
  };
  const buttons = FILES.map(([label, accept, ending, title]) => element("button", { type: "button", title, onclick: save(accept, ending) }, label));
  const picture = async () => download(await png(), `${stem()}.png`);
  buttons.push(element("button", { type: "button", title: "The plot as an image", onclick: picture }, "PNG"));

  sheet.replaceChildren(
    element("h2", {}, "Share"),
    element("label", { for: input.id }, "This address shows the same picture to anyone:"),
    element("div", { class: "row" }, input, element("button", { type: "button", class: "main", onclick: copy }, "Copy")),
    note,
    element("h2", {}, "Download"),
    element("div", { class: "row" }, ...buttons),
  );
  const fill = () => {
    input.value = address();
    note.textContent = "";
  };
  sheet.addEventListener("beforetoggle", fill);
  fill();
}
