/** What the training lab asks of the server, and its answers decoded. */

import { ask, askFile, askJson, optimizerRequest } from "../api.js";

export const POINTS = { flat: 60, line: 161 };
export const MOST_DRAWN = 2; // inputs over which predictions can be drawn
const EVENTS = "text/event-stream";
const STALLED = 3; // seconds without an event

function datasetRequest({ dataset, data, dataSeed, split, csv, kind, targets }) {
  if (dataset === null) return { csv, kind, targets, split, seed: dataSeed };
  return { name: dataset, ...data, split, seed: dataSeed };
}

/** Changes as requests name them: those of an optimiser that has gone are left out. */
function changesRequest({ changes, optimizers }) {
  const position = new Map(optimizers.map(({ slot }, index) => [slot, index]));
  return changes
    .filter(({ slot }) => slot === null || position.has(slot))
    .map(({ step, slot, name, value }) => ({ step, ...(slot !== null && { optimizer: position.get(slot) }), [name]: value }));
}

/** Everything that decides a run's beginning: another one is another run. */
export function beginning(state) {
  return {
    dataset: datasetRequest(state),
    network: {
      hidden: state.hidden,
      activation: { name: state.activation.name, ...state.activation.values },
      initializer: { name: state.initializer.name, ...state.initializer.values },
      seed: state.seed,
    },
    likelihood: { name: state.likelihood.name, ...state.likelihood.values },
    reduction: state.reduction,
    standardize: state.standardize,
    optimizers: state.optimizers.map(optimizerRequest),
    steps: state.steps,
    seed: state.seed,
    batches: state.batches,
    ...(state.ensemble > 1 && { ensemble: state.ensemble }),
    ...(state.start && { initial_parameters: state.start.parameters, initial_likelihood_parameters: state.start.learnt }),
  };
}

export const trainingRequest = (state) => ({ ...beginning(state), changes: changesRequest(state) });

/** What is to be told of a step: those predictions over the inputs that are drawn, at so many points along each; of more inputs, for each sample. */
function framesRequest(state, { inputs, real }) {
  const resolution = inputs === 1 ? [POINTS.line] : [POINTS.flat, POINTS.flat];
  const predictions = [...(real ? ["mean", "standard_deviation"] : []), "probabilities", ...(state.prediction === "mode" ? ["mode"] : [])];
  if (inputs > MOST_DRAWN) return { grid: null, predictions, samples: true };
  return { grid: { resolution }, predictions, sample: state.prediction === "sample" ? state.seed : null };
}

/** The picture of a step of each run, and the data. `data` {inputs, real}: how many numbers a sample has, and whether any are predicted. */
export function fetchState(state, step, data, signal) {
  const unit = state.unit && data.inputs <= MOST_DRAWN && { layer: state.unit[0], unit: state.unit[1] };
  const request = { ...trainingRequest(state), step, frames: framesRequest(state, data), ...(unit && { unit }) };
  return askJson("/api/training/states", request, { signal });
}

/** The plane around the path of the run of one optimiser, with those of the same seed. */
export function fetchPlane(state, run, signal) {
  const plane = { directions: state.directions, seed: state.seed, resolution: [41, 41] };
  return askJson("/api/training/slices", { ...trainingRequest(state), ...(state.ensemble > 1 && { member: state.member }), steps: Math.max(1, state.step), plane, run }, { signal });
}

/** The history as a file. */
export const fetchHistory = (state, accept) => askFile("/api/training", trainingRequest(state), accept);

/** `read` takes the answer whose body goes on with the events behind step `after`, at a pace in steps a second (null: none). */
export function openEvents(state, { after, pace, data, pictured, signal, read }) {
  const request = { ...trainingRequest(state), ...(pictured && { frames: framesRequest(state, data) }) };
  const path = pace === null ? "/api/training" : `/api/training?pace=${pace}`;
  return ask(path, request, { accept: EVENTS, signal, headers: { "Last-Event-ID": String(after) }, slow: STALLED }, read);
}

/** The bytes of a text in base64; a plain loop is several times as fast as Uint8Array.from. */
function bytesOf(text) {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let at = 0; at < characters.length; at += 1) bytes[at] = characters.charCodeAt(at);
  return bytes.buffer;
}

/** {shape, values} of numbers that came as base64; null for none. */
export function decodeNumbers(packed) {
  if (!packed) return null;
  const values = packed.float32 !== undefined ? new Float32Array(bytesOf(packed.float32)) : new Float64Array(bytesOf(packed.float64));
  return { shape: packed.shape, values };
}

/** All of them by name, each decoded when it is first asked for. */
function decodeAll(packed) {
  if (!packed) return null;
  const decoded = {};
  for (const [name, numbers] of Object.entries(packed)) {
    let known;
    Object.defineProperty(decoded, name, { enumerable: true, get: () => (known === undefined ? (known = decodeNumbers(numbers)) : known) });
  }
  return decoded;
}

/** A frame with its numbers decoded. */
export const decodeFrame = (frame) => ({
  ...frame,
  phi: decodeNumbers(frame.phi)?.values ?? null,
  predictions: decodeAll(frame.predictions),
  samples: Object.fromEntries(Object.entries(frame.samples ?? {}).map(([part, found]) => [part, decodeAll(found)])),
});
