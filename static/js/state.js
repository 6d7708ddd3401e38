/**
 * State <-> address. Pure: no document, no network.
 *
 * One table says for each key of the address which field it is, how it is written, and what it is when it is absent.
 * An address holds only what differs from that, behind its version: decode(encode(state)) equals state.
 *
 *   v=1                              version
 *   f=x**2-y**2  x=-2,2  y=-2,2      own formula and its range
 *   s=<surface>  sp=b:50             named surface and its parameters
 *   r=mean                           reduction of a data surface
 *   b=5,fresh                        batches: their size, and how they are drawn unless in epochs
 *   sd=0.5                           standard deviation of the noise on the gradient
 *   p=-1.5,2                         start
 *   o=<name>,beta:0.99;!<name>@4     optimisers: settings that differ, "!" if hidden, "@" and the colour's number;
 *     <name>,beta:0.99~<name>,every:9  behind "~" the learning-rate schedule, with settings that differ
 *     <name>=m=g!/phi=phi-eta*m,eta:1  behind "=" a rule of one's own, with "!/" for a new line and the like
 *   n=500  k=137  seed=0             steps, the step shown (default: the last), seed
 *   i=2  iq=m_hat  sub=3             colour's number of the optimiser looked into, quantity of its curves, part of the step
 *   l=seeds,surface  g=norm          what is drawn of batches besides; what the panel of the gradient shows of them
 *   a=evaluations  d=3d  c=...       axis of the curves, view, camera (eye, then centre)
 *   theme=dark  hide=controls,table  embed=1  lecture=1
 */

import { axesOf, LAYERS, MAX_NOISE, samplesOf } from "./batch.js";
import { defaultValues, definitionOf, formulaStart, freeSlot, optimizerDefaults, scheduleOf, surfaceOf } from "./catalog.js";

export const VERSION = 1;
export const HIDEABLE = ["header", "controls", "surface", "optimizers", "transport", "caption", "curves", "data", "table"];
export const MAX_SEED = 2 ** 31 - 1;
const MAX_SUBSTEP = 20;
const COORDINATE_LIMIT = 1e6;

const isNumber = (text) => text.trim() !== "" && Number.isFinite(Number(text));

const number = (low, high, integer = false) => ({
  write: String,
  read(text) {
    const value = Number(text);
    const good = isNumber(text) && low <= value && value <= high && (!integer || Number.isInteger(value));
    return good ? value : undefined;
  },
});

const numbers = (count, low = -Infinity, high = Infinity) => ({
  write: (values) => (values === null ? "" : values.join(",")),
  read(text) {
    const values = text.split(",").map((part) => number(low, high).read(part));
    return values.length === count && values.every((value) => value !== undefined) ? values : undefined;
  },
});

const range = {
  ...numbers(2),
  read(text) {
    const values = numbers(2, -COORDINATE_LIMIT, COORDINATE_LIMIT).read(text);
    return values && values[0] < values[1] ? values : undefined;
  },
};

const oneOf = (options) => ({ write: String, read: (text) => (options.includes(text) ? text : undefined) });

const flag = { write: (value) => (value ? "1" : "0"), read: (text) => ({ 1: true, 0: false })[text] };

const subset = (options) => ({
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

function writeSettings(values, defaults) {
  return Object.keys(defaults)
    .filter((name) => values[name] !== defaults[name])
    .map((name) => `${name}:${writeSetting(values[name])}`);
}

function readSettings(parts, definition, defaults) {
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

function writeOptimizers(list, state, catalog) {
  const surface = surfaceOf(state, catalog);
  const one = (optimizer, position) => {
    const { name, slot, hidden, values, schedule, rule } = optimizer;
    const settings = writeSettings(values, optimizerDefaults(definitionOf(optimizer, catalog), surface));
    const head = `${hidden ? "!" : ""}${name}${slot === position ? "" : `@${slot}`}${rule === undefined ? "" : writeRule(rule)}`;
    const own = [head, ...settings].join(",");
    return schedule === null ? own : `${own}~${writeSchedule(schedule, catalog)}`;
  };
  return list.map(one).join(";");
}

function readOptimizers(text, state, catalog) {
  const surface = surfaceOf(state, catalog);
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

/** Batches of the data of a surface of that many samples (0: none): {size, sampling} or null. */
const batches = (samples) => ({
  write: (value) => (value === null ? "" : [value.size, ...(value.sampling === "epochs" ? [] : [value.sampling])].join(",")),
  read(text) {
    const [, size, fresh] = /^(\d+)(,fresh)?$/.exec(text) ?? [];
    return 1 <= size && size <= samples ? { size: Number(size), sampling: fresh ? "fresh" : "epochs" } : undefined;
  },
});

const formulaOnly = (value) => (state) => (state.formula === null ? null : value);
const CAMERA = numbers(6, -1e3, 1e3);

/** A row: the address's key, the state's field, the codec (maybe made from the state so far), and the initial value. */
const KEYS = [
  { key: "f", field: "formula", codec: { write: (text) => text ?? "", read: (text) => text || undefined }, initial: () => null },
  { key: "x", field: "x", codec: range, initial: formulaOnly([-3, 3]) },
  { key: "y", field: "y", codec: range, initial: formulaOnly([-3, 3]) },
  {
    key: "s",
    field: "surface",
    codec: (state, catalog) => oneOf(state.formula === null ? [...catalog.surfaces.keys()] : []),
    initial: (state, catalog) => (state.formula === null ? catalog.defaults.surface : null),
  },
  {
    key: "sp",
    field: "parameters",
    codec: (state, catalog) => {
      const surface = surfaceOf(state, catalog);
      const defaults = defaultValues(surface);
      return {
        write: (values) => writeSettings(values, defaults).join(","),
        read: (text) => readSettings(text.split(","), surface, defaults),
      };
    },
    initial: (state, catalog) => defaultValues(surfaceOf(state, catalog)),
  },
  {
    key: "r",
    field: "reduction",
    codec: (state, catalog) => oneOf(surfaceOf(state, catalog).reductions ?? []),
    initial: (state, catalog) => surfaceOf(state, catalog).reductions?.[0] ?? null,
  },
  { key: "b", field: "batches", codec: (state, catalog) => batches(samplesOf(surfaceOf(state, catalog))), initial: () => null },
  {
    key: "sd",
    field: "noise",
    codec: (state, catalog) => number(0, samplesOf(surfaceOf(state, catalog)) ? 0 : MAX_NOISE),
    initial: () => 0,
  },
  {
    key: "p",
    field: "start",
    codec: numbers(2, -COORDINATE_LIMIT, COORDINATE_LIMIT),
    initial: (state, catalog) => (state.formula === null ? [...surfaceOf(state, catalog).start] : formulaStart(state.x, state.y)),
  },
  {
    key: "o",
    field: "optimizers",
    codec: (state, catalog) => ({
      write: (list) => writeOptimizers(list, state, catalog),
      read: (text) => readOptimizers(text, state, catalog),
    }),
    initial: (state, catalog) => readOptimizers(catalog.defaults.optimizers.join(";"), state, catalog),
  },
  {
    key: "n",
    field: "steps",
    codec: (state, catalog) => number(1, catalog.defaults.max_steps, true),
    initial: (state, catalog) => catalog.defaults.steps,
  },
  { key: "k", field: "step", codec: (state) => number(0, state.steps, true), initial: (state) => state.steps },
  {
    key: "i",
    field: "inside",
    codec: (state) => ({ write: (slot) => (slot === null ? "" : String(slot)), read: (text) => state.optimizers.find(({ slot }) => String(slot) === text)?.slot }),
    initial: () => null,
  },
  { key: "iq", field: "quantity", codec: { write: String, read: (text) => (/^[a-z_]+$/.test(text) ? text : undefined) }, initial: () => "gradient" },
  { key: "sub", field: "substep", codec: number(0, MAX_SUBSTEP, true), initial: () => 0 },
  { key: "seed", field: "seed", codec: number(0, MAX_SEED, true), initial: () => 0 },
  { key: "l", field: "layers", codec: subset(LAYERS), initial: () => [] },
  { key: "g", field: "gradientView", codec: oneOf(["cloud", "norm"]), initial: () => "cloud" },
  { key: "a", field: "axis", codec: (state, catalog) => oneOf(axesOf(surfaceOf(state, catalog))), initial: () => "steps" },
  { key: "d", field: "view", codec: oneOf(["2d", "3d"]), initial: () => "2d" },
  { key: "c", field: "camera", codec: CAMERA, initial: () => null },
  { key: "theme", field: "theme", codec: oneOf(["auto", "light", "dark"]), initial: () => "auto" },
  { key: "hide", field: "hide", codec: subset(HIDEABLE), initial: () => [] },
  { key: "embed", field: "embed", codec: flag, initial: () => false },
  { key: "lecture", field: "lecture", codec: flag, initial: () => false },
];

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

/** The texts of a query (with or without "?") by their keys. */
function parameters(query) {
  const given = new Map();
  for (const pair of query.replace(/^\?/, "").split("&")) {
    const [key, ...rest] = pair.split("=");
    if (key) given.set(key, unescape(rest.join("=")));
  }
  return given;
}

/** The query of an address, without "?"; empty for the state of a first visit. */
export function encode(state, catalog) {
  const pairs = [];
  for (const row of KEYS) {
    const codec = codecOf(row, state, catalog);
    const text = codec.write(state[row.field], state);
    if (text !== codec.write(row.initial(state, catalog), state)) pairs.push(`${row.key}=${escape(text)}`);
  }
  return pairs.length ? [`v=${VERSION}`, ...pairs].join("&") : "";
}

/** The state of a query (with or without "?"); what is missing or does not make sense is as on a first visit. */
export function decode(query, catalog) {
  const given = parameters(query);
  const state = {};
  for (const row of KEYS) {
    const text = given.get(row.key);
    const value = text === undefined ? undefined : codecOf(row, state, catalog).read(text, state);
    state[row.field] = value ?? row.initial(state, catalog);
  }
  return state;
}
