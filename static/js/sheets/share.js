/** Sharing: the address of what is shown, and files of the record and the plot. */

import { element, freshId } from "../dom.js";
import { hallCode } from "./hall-code.js";
import { closeButton, whenOpened } from "./sheet.js";

/** Files that the server makes of a record: label, media type, ending, title. */
export const RECORDS = [
  ["CSV", "text/csv", "csv", "One row a step and optimiser"],
  ["JSON", "application/json", "json", "The whole record, as the API answers it"],
];

function download(blob, name) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The bytes of an image in a data address. */
function imageOf(address) {
  const [head, data = ""] = address.split(",");
  const type = /^data:(image\/png);base64$/.exec(head)?.[1];
  if (!type || !data) throw new Error("the browser gave no image");
  return new Blob([Uint8Array.from(atob(data), (byte) => byte.charCodeAt(0))], { type });
}

/**
 * `address()` is the address of the state, `record(type)` promises a file of the record, `png()` an image of the plot as a
 * data address; `stem()` is what files are called, `files` (label, type, ending, title) which there are. A file that could
 * not be made is told to `failed(error)`, the next one that is to `saved()`.
 */
export function mountShare(sheet, { address, record, stem, png, files = RECORDS, same, failed, saved }) {
  const input = element("input", { type: "text", readonly: true, id: freshId("address"), class: "wide", onfocus: () => input.select() });
  const note = element("span", { role: "status", class: "note" });

  async function copy() {
    input.select();
    try {
      await navigator.clipboard.writeText(input.value);
      note.textContent = "Copied.";
    } catch {
      note.textContent = document.execCommand("copy") ? "Copied." : "Press Ctrl+C to copy.";
    }
  }

  /** Make a file and have it saved under the plot's name. */
  const save = (make, ending) => async () => {
    try {
      download(await make(), `fall-line-${stem()}.${ending}`);
      saved();
    } catch (error) {
      failed(error);
    }
  };
  /** The script is shown before it is copied, so that one sees what one takes along. */
  async function script() {
    try {
      code.value = await (await record("text/x-python")).text();
      code.hidden = false;
      code.select();
      await navigator.clipboard.writeText(code.value).catch(() => document.execCommand("copy"));
      told.textContent = `Copied: it ${same}, number for number.`;
      saved();
    } catch (error) {
      failed(error);
    }
  }
  async function picture() {
    try {
      return imageOf(await png());
    } catch (error) {
      throw new Error(`There is no picture of the plot: ${error?.message ?? error}`);
    }
  }
  const button = (label, title, onclick) => element("button", { type: "button", title, onclick }, label);
  const buttons = files.map(([label, type, ending, title]) => button(label, title, save(() => record(type), ending)));
  buttons.push(button("PNG", "The plot as an image", save(picture, "png")));

  const code = element("textarea", { readonly: true, hidden: true, rows: 12, class: "wide rule-text", "aria-label": "The script for PyTorch", spellcheck: "false" });
  const told = element("span", { role: "status", class: "note" });
  const hall = hallCode();

  sheet.replaceChildren(
    closeButton(sheet),
    element("h2", {}, "Share"),
    element("label", { for: input.id }, "This address shows the same picture to anyone:"),
    element("div", { class: "row" }, input, element("button", { type: "button", class: "main", onclick: copy }, "Copy")),
    note,
    hall.figure,
    element("h2", {}, "Download"),
    element("div", { class: "row" }, ...buttons),
    element("h2", {}, "The same in PyTorch"),
    element("div", { class: "row" }, button("Copy the script", `A script that ${same} with torch.optim`, script)),
    told,
    code,
  );
  whenOpened(sheet, () => {
    input.value = address();
    hall.show(input.value);
    note.textContent = "";
    told.textContent = "";
    code.hidden = true;
  });
}
