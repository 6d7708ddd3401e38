/** Help: the keys, every symbol with its name, the equations and text of each definition, the languages one can type. */

import { element, math, symbol, words } from "../dom.js";
import { format } from "../format.js";
import { reachable } from "../reachable.js";
import { closeButton, whenOpened } from "./sheet.js";

const INDEXED = /([α-ω])_([A-Za-z]+(?:_[a-z]+)*)/gu;

/** A text with its indices set low: η_heavy_ball, λ_max. */
function indexed(text) {
  return text.split(INDEXED).flatMap((part, at) => (at % 3 === 2 ? [element("sub", {}, part.replaceAll("_", " "))] : [part]));
}

/** A docstring's text: paragraphs between blank lines, `code` between backticks. */
function prose(text) {
  return (text ?? "").split(/\n\s*\n/).filter(Boolean).map((paragraph) => {
    const parts = paragraph.replaceAll("\n", " ").split("`");
    return element("p", {}, ...parts.map((part, index) => (index % 2 ? [element("code", {}, part)] : indexed(part))).flat());
  });
}

function quantities(definition) {
  const row = (quantity, about) => [element("dt", {}, symbol(quantity, words(quantity.name))), element("dd", {}, about)];
  const limits = ({ kind, low, high, unit }) => (kind === "number" ? ` From ${format(low)} to ${format(high)}${unit && unit !== "1" ? `, in ${unit}` : ""}.` : "");
  return element(
    "dl",
    {},
    ...(definition.parameters ?? []).flatMap((parameter) => row(parameter, `${words(parameter.name)}. ${parameter.help}${limits(parameter)}`)),
    ...[...(definition.state ?? []), ...(definition.internals ?? [])].flatMap((quantity) => row(quantity, quantity.help)),
  );
}

function article(definition) {
  const equations = [definition.mathml].flat().map((text) => reachable(element("div", { class: "equation" }, math(text) ?? "")));
  const whole = element("section", { tabindex: "-1" }, element("h3", {}, definition.label), element("p", {}, definition.summary), ...equations, ...prose(definition.description), quantities(definition));
  return whole;
}

export function formulaHelp(formula) {
  const entries = (formula?.functions ?? []).flatMap(({ name, help }) => [element("dt", {}, element("code", {}, name)), element("dd", {}, help ?? "")]);
  return [
    element("h2", {}, "Formulas of your own"),
    element("p", {}, "In x and y, with + − * / and ** or ^ for powers (from right to left: −x**2 is −(x²)), the constants ", element("code", {}, (formula?.constants ?? []).join(", ")), " and these functions:"),
    element("dl", { class: "functions" }, ...entries),
  ];
}

/** The language of update rules of one's own. */
export function ruleHelp({ functions, names, example }) {
  const entries = (list) => list.flatMap(({ name, help }) => [element("dt", {}, element("code", {}, name)), element("dd", {}, help)]);
  return element(
    "section",
    { tabindex: "-1" },
    element("h2", {}, "Update rules of your own"),
    element("p", {}, "Each line assigns an expression to a name; # begins a comment. A name that is read before it is assigned is state: a vector that begins at 0 and is kept from step to step. A name that is never assigned gets a slider. This is momentum, as in the lecture:"),
    element("pre", {}, example),
    element("dl", { class: "functions" }, ...entries(names)),
    element("p", {}, "The functions of formulas work on each coordinate; besides them there are these:"),
    element("dl", { class: "functions" }, ...entries(functions)),
  );
}

/**
 * `intro` is the first sentence, `keys` pairs of a key and what it does, `groups` pairs of a heading and definitions,
 * `more` nodes that come last; `otherwise` is the part that stands for a definition which is in no group.
 */
export function mountHelp(sheet, { intro, keys, groups, more = [], otherwise = null }) {
  const articles = new Map();
  const section = (definition) => {
    articles.set(definition, article(definition));
    return articles.get(definition);
  };

  function fill() {
    if (sheet.childElementCount) return;
    const rows = keys.flatMap(([key, what]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, what)]);
    sheet.append(
      closeButton(sheet),
      element("h2", {}, "Fall Line"),
      element("p", {}, intro),
      element("dl", {}, ...rows),
      ...groups.flatMap(([heading, definitions]) => [element("h2", {}, heading), ...[...definitions].map(section)]),
      ...more,
    );
  }

  whenOpened(sheet, fill);
  return {
    toggle: () => sheet.togglePopover(),
    /** Open the help on one definition. */
    about(definition) {
      fill();
      sheet.showPopover();
      const part = articles.get(definition) ?? otherwise;
      part.scrollIntoView();
      part.focus({ preventScroll: true });
    },
  };
}
