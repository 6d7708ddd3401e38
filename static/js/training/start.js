/**
 * Where runs begin instead of at drawn weights: {parameters, learnt, label, step, before}. Pure: no document, no network.
 *
 * `parameters` and `learnt` (what the likelihood learnt, by name) are as answers have them; `label` and `step` say of which
 * run and step they are, as far as that is known; `before` is what was there before, to be gone back to.
 */

const MOST = 80_000; // characters of an address, with those of a table of one's own: the length that every browser takes
const FORMAT = /^([^~]*)~(\d*)~(\d+(?:\.\d+)*)~((?:[a-z_]\w*\.\d+)?(?:,[a-z_]\w*\.\d+)*)~([\w-]+)$/;

/** How many inputs, units of each layer, and outputs a network of parameters has. */
export const widthsOf = ({ parameters }) => [parameters[0].weights.length, ...parameters.map(({ biases }) => biases.length)];

/** All numbers in a row: layer by layer weights and biases, then what the likelihood learnt. */
const numbersOf = ({ parameters, learnt }) => [...parameters.flatMap(({ weights, biases }) => [...weights.flat(), ...biases]), ...Object.values(learnt).flat()];

/** Parameters of numbers in a row; undefined where there are not as many as there should be, or one is not finite. */
function cut(numbers, widths, names) {
  let at = 0;
  const take = (count) => numbers.slice(at, (at += count));
  const layer = (outputs, index) => ({ weights: Array.from({ length: widths[index] }, () => take(outputs)), biases: take(outputs) });
  const parameters = widths.slice(1).map(layer);
  const learnt = Object.fromEntries(names.map(([name, count]) => [name, take(count)]));
  return at === numbers.length && numbers.every(Number.isFinite) ? { parameters, learnt } : undefined;
}

/** Float64, little-endian, in the letters of base64 that need no escape. */
function packed(numbers) {
  const bytes = new DataView(new ArrayBuffer(8 * numbers.length));
  numbers.forEach((value, at) => bytes.setFloat64(8 * at, value, true));
  const text = Array.from(new Uint8Array(bytes.buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function unpacked(text) {
  if (text.length % 4 === 1) return [];
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, at) => view.getFloat64(8 * at, true));
}

const written = new WeakMap();

function textOf(start) {
  if (!written.has(start)) {
    const learnt = Object.entries(start.learnt).map(([name, values]) => `${name}.${values.length}`);
    written.set(start, [start.label.replaceAll("~", "-"), start.step ?? "", widthsOf(start).join("."), learnt.join(","), packed(numbersOf(start))].join("~"));
  }
  return written.get(start);
}

/** How many numbers a start has that is too long for the address; 0 where it stands there. */
export function tooMany({ start, csv }) {
  if (!start) return 0;
  const numbers = numbersOf(start).length;
  return (32 * numbers) / 3 + encodeURIComponent(csv ?? "").length > MOST ? numbers : 0;
}

/** A start in the address, where it is small enough; one of another network is none. */
export const startCodec = (state) => ({
  write: (start) => (start && !tooMany({ ...state, start }) ? textOf(start) : ""),
  read(text) {
    const [, label, step, layers, names, numbers] = FORMAT.exec(text) ?? [];
    if (layers === undefined) return undefined;
    const widths = layers.split(".").map(Number);
    const learnt = names === "" ? [] : names.split(",").map((one) => [one.split(".")[0], Number(one.split(".")[1])]);
    if (widths.slice(1, -1).join() !== state.hidden.join()) return undefined;
    const found = cut(unpacked(numbers), widths, learnt);
    return found && { ...found, label, step: step === "" ? null : Number(step), before: null };
  },
});

/** What a start is called: "Adam, step 137". */
export const startWords = ({ label, step }) => [label, ...(step === null ? [] : [`step ${step}`])].filter(Boolean).join(", ") || "given parameters";

const isList = (value, of) => Array.isArray(value) && value.length > 0 && value.every(of);
const isLayer = (layer) => isList(layer?.biases, Number.isFinite) && isList(layer.weights, (row) => isList(row, Number.isFinite) && row.length === layer.biases.length);

/** What a run's object, or a request's, holds of it. */
function ofRun(run) {
  const { optimizer, step } = run;
  const last = Array.isArray(step) ? step.at(-1) : step;
  return {
    parameters: run.parameters ?? run.initial_parameters,
    learnt: run.likelihood_parameters ?? run.initial_likelihood_parameters ?? {},
    label: String(optimizer?.name ?? optimizer ?? "").slice(0, 40),
    step: Number.isInteger(last) && last >= 0 ? last : null,
  };
}

/**
 * The parameters in a text of JSON: of an answer's first run, of a run, of the page's own file, or layers alone.
 *
 * Throws an Error that says what is wrong.
 */
export function readStart(text) {
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new Error("This is no JSON.");
  }
  const one = found?.runs?.[0] ?? (Array.isArray(found) && !found[0]?.weights ? found[0] : found);
  const start = ofRun(Array.isArray(one) ? { parameters: one } : (one ?? {}));
  if (!Array.isArray(start.parameters)) throw new Error("There are no parameters in it: paste an answer of /api/training, one of its runs, or a run’s parameters.");
  const bad = start.parameters.findIndex((layer, at) => !isLayer(layer) || (at > 0 && layer.weights.length !== start.parameters[at - 1].biases.length));
  if (bad >= 0 || start.parameters.length === 0) throw new Error(`Layer ${bad + 1} does not have weights (a row an input) and biases of finite numbers that fit together.`);
  if (!Object.values(start.learnt).every((values) => isList(values, Number.isFinite))) throw new Error("What the likelihood learnt is to be lists of finite numbers.");
  return { ...start, before: null };
}

/** Why a start does not fit a network of `widths` whose likelihood learns such `names`; empty where it does. */
export function misfit(start, widths, names, { max_hidden_layers: most, max_units: high }) {
  const own = widthsOf(start);
  const [inputs, outputs] = [own[0], own.at(-1)];
  if (inputs !== widths[0] || outputs !== widths.at(-1)) return `These are parameters of a network with ${inputs} inputs and ${outputs} outputs; with this data and likelihood there are ${widths[0]} and ${widths.at(-1)}.`;
  if (own.length - 2 > most || Math.max(0, ...own.slice(1, -1)) > high) return `A network has at most ${most} hidden layers of at most ${high} units here.`;
  const strange = Object.keys(start.learnt).filter((name) => !names.includes(name));
  return strange.length ? `The likelihood that is chosen learns no ${strange.join(", ")}.` : "";
}
