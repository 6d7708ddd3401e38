/** Making elements, and typesetting the formulas that come as MathML. */

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";

function assign(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
}

/** An element with attributes (`onclick` adds a listener) and children (nodes or texts). */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  assign(node, attributes);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  assign(node, attributes);
  node.append(...children);
  return node;
}

const TALL = "mfrac, mroot, msqrt, mover, munder, munderover, mtable, msup, msubsup";

/** The <math> in a text of MathML, with nothing in it but MathML; null if there is none. Brackets around what is low stay low. */
export function math(text) {
  if (!text) return null;
  const found = new DOMParser().parseFromString(text, "text/html").querySelector("math");
  if (!found) return null;
  for (const node of found.querySelectorAll("*")) if (node.namespaceURI !== MATHML) node.remove();
  for (const bracket of found.querySelectorAll("mo[stretchy=true]")) if (!bracket.parentElement.querySelector(TALL)) bracket.setAttribute("stretchy", "false");
  return document.adoptNode(found);
}

/** A symbol, typeset where there is MathML for it, with its name on hover. */
export function symbol(definition, name) {
  return element("span", { class: "symbol", title: name }, math(definition.mathml) ?? definition.symbol ?? definition.name);
}

/** "learning_rate" as words. */
export const words = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

/** A message as a sentence: a capital first, a full stop last. */
export const sentence = (text) => `${text.replace(/^./, (letter) => letter.toUpperCase())}${/[.!?]$/.test(text) ? "" : "."}`;

let counter = 0;

/** A fresh id, to tie a label to its input. */
export function freshId(stem) {
  counter += 1;
  return `${stem}-${counter}`;
}
