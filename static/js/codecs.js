/**
 * How the values of a page's state are written into an address, and read again. Pure: no document, no network.
 *
 * A codec is {write(value, state), read(text, state)}; `read` answers undefined for what does not make sense. A table of
 * rows {key, field, codec, initial} makes an address (`addressOf`); a codec may be made from the state so far.
 */

import { defaultValues, definitionOf, freeSlot, optimizerDefaults, scheduleOf } from "./catalog.js";

export const VERSION = 1;
export const MAX_SEED = 2 ** 31 - 1;

const isNumber = (text) => text.trim() !== "" && Number.isFinite(Number(text));

export const number = (low, high, integer = false) => ({
  write: String,
  read(text) {
    const value = Number(text);
    const good = isNumber(text) && low <= value && value <= high && (!integer || Number.isInteger(value));
    return good ? value : undefined;
  },
});

export const numbers = (count, low = -Infinity, high = Infinity) => ({
  write: (values) => (values === null ? "" : values.join(",")),
  read(text) {
    const values = text.split(",").map((part) => number(low, high).read(part));
    return values.length === count && values.every((value) => value !== undefined) ? values : undefined;
  },
});

export const oneOf = (options) => ({ write: String, read: (text) => (options.includes(text) ? text : undefined) });

export const flag = { write: (value) => (value ? "1" : "0"), read: (text) => ({ 1: true, 0: false })[text] };

export const subset = (options) => ({
  write: (values) => values.join(","),
  read: (text) => options.filter((option) => text.split(",").includes(option)),
});

/** One declared value, as in `beta:0.99`. */
function readSetting(parameter, text) {
  if (parameter.kind === "switch") return flag.read(text);
  if (parameter.kind === "choice") return oneOf(parameter.options).read(text);
  return number(parameter.low, parameter.high, parameter.integer).read(text);
}

const writeSetting = (value) => (typeof value === "boolean" ? flag.write(value) : String(value));

export function writeSettings(values, defaults) {
  return Object.keys(defaults)
    .filter((name) => values[name] !== defaults[name])
    .map((name) => `${name}:${writeSetting(values[name])}`);
}

export function readSettings(parts, definition, defaults) {
  const values = { ...defaults };
  for (const part of parts) {
    const [name, text = ""] = part.split(":", 2);
    const parameter = definition.parameters.find((candidate) => candidate.name === name);
    const value = parameter && readSetting(parameter, text);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

const writeSchedule = ({ name, values }, catalog) =>
  [name, ...writeSettings(values, defaultValues(catalog.schedules.get(name)))].join(",");

function readSchedule(text, catalog) {
  const [name, ...parts] = text.split(",");
  const usual = scheduleOf(name, catalog);
  return usual && { name, values: readSettings(parts, catalog.schedules.get(name), usual.values) };
}

/** What separates the parts of an optimiser, and how a rule's own signs of the kind are written. */
const MARKS = { "\n": "!/", ";": "!.", ",": "!-", "~": "!_", "!": "!!" };
const MEANT = Object.fromEntries(Object.entries(MARKS).map(([sign, mark]) => [mark, sign]));
const writeRule = (rule) => `=${rule.replace(/[\n;,~!]/g, (sign) => MARKS[sign])}`;
const readRule = (text) => text?.replace(/!./g, (mark) => MEANT[mark] ?? "");

const HEAD = /^(!?)([a-z0-9_]*)(?:@(\d))?(?:=(.*))?$/s;

/** The rules of one's own in a query, of which the catalogue has to learn before it is decoded. */
export function rulesIn(query) {
  const found = (parameters(query).get("o") ?? "").split(";").map((entry) => readRule(HEAD.exec(entry.split(/[~,]/, 1)[0])?.[4]));
  return [...new Set(found.filter((rule) => rule !== undefined))];
}

function writeOptimizers(list, surface, catalog) {
  const one = (optimizer, position) => {
    const { name, slot, hidden, values, schedule, rule } = optimizer;
    const settings = writeSettings(values, optimizerDefaults(definitionOf(optimizer, catalog), surface));
    const head = `${hidden ? "!" : ""}${name}${slot === position ? "" : `@${slot}`}${rule === undefined ? "" : writeRule(rule)}`;
    const own = [head, ...settings].join(",");
    return schedule === null ? own : `${own}~${writeSchedule(schedule, catalog)}`;
  };
  return list.map(one).join(";");
}

function readOptimizers(text, surface, catalog) {
  const list = [];
  for (const entry of text.split(";").slice(0, catalog.defaults.max_optimizers)) {
    const [own, paced = ""] = entry.split("~", 2);
    const [head, ...parts] = own.split(",");
    const [, bang, name, slot, written] = HEAD.exec(head) ?? [];
    const typed = written === undefined ? {} : { rule: readRule(written) };
    const definition = definitionOf({ name, ...typed }, catalog);
    if (!definition) continue;
    const values = readSettings(parts, definition, optimizerDefaults(definition, surface));
    const wanted = Number(slot ?? list.length);
    const taken = list.some((other) => other.slot === wanted);
    const free = taken ? freeSlot(list, catalog.defaults.max_optimizers) : wanted;
    list.push({ name, slot: free, hidden: bang === "!", values, schedule: readSchedule(paced, catalog), ...typed });
  }
  return list;
}

/** Batches of the data of that many samples (0: none): {size, sampling} or null. */
export const batches = (samples) => ({
  write: (value) => (value === null ? "" : [value.size, ...(value.sampling === "epochs" ? [] : [value.sampling])].join(",")),
  read(text) {
    const [, size, fresh] = /^(\d+)(,fresh)?$/.exec(text) ?? [];
    return 1 <= size && size <= samples ? { size: Number(size), sampling: fresh ? "fresh" : "epochs" } : undefined;
  },
});

/** The list of optimisers; their defaults are those on a surface, or what stands for one. */
export const optimizerList = (surface, catalog) => ({
  write: (list) => writeOptimizers(list, surface, catalog),
  read: (text) => readOptimizers(text, surface, catalog),
});

const codecOf = (row, state, catalog) => (typeof row.codec === "function" ? row.codec(state, catalog) : row.codec);

/** encodeURIComponent, but what is harmless in a query stays readable. */
const escape = (text) =>
  encodeURIComponent(text).replace(/%(2C|3A|3B|40|2F|28|29|2A|21|5E|3D)/gi, (code) => decodeURIComponent(code)).replaceAll("%20", "+");

function unescape(text) {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return "";
  }
}

/** The texts of a query (with or without "?"), and of what stands behind its "#", by their keys. */
function parameters(query) {
  const given = new Map();
  for (const pair of query.replace(/^\?/, "").split(/[&#]/)) {
    const [key, ...rest] = pair.split("=");
    if (key) given.set(key, unescape(rest.join("=")));
  }
  return given;
}

/**
 * {encode(state, catalog), decode(query, catalog)} of a table of rows; decode(encode(state)) equals state.
 *
 * What may be long is `apart`: it stands behind "#", which browsers keep for themselves, as servers take 16 KB at most.
 */
export function addressOf(rows) {
  /** The query of an address, without "?"; empty for the state of a first visit. */
  function encode(state, catalog) {
    const [pairs, apart] = [[`v=${VERSION}`], []];
    for (const row of rows) {
      const codec = codecOf(row, state, catalog);
      const text = codec.write(state[row.field], state);
      if (text !== codec.write(row.initial(state, catalog), state)) (row.apart ? apart : pairs).push(`${row.key}=${escape(text)}`);
    }
    if (apart.length) return `${pairs.join("&")}#${apart.join("&")}`;
    return pairs.length > 1 ? pairs.join("&") : "";
  }

  /** The state of a query (with or without "?"); what is missing or does not make sense is as on a first visit. */
  function decode(query, catalog) {
    const given = parameters(query);
    const state = {};
    for (const row of rows) {
      const text = given.get(row.key);
      const value = text === undefined ? undefined : codecOf(row, state, catalog).read(text, state);
      state[row.field] = value === undefined ? row.initial(state, catalog) : value;
    }
    return state;
  }
  return { encode, decode };
}
