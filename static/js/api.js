/** The server's answers: requests built from the state, float32 planes decoded into records and grids. */

import { SEEDS, samplesOf } from "./batch.js";
import { surfaceOf } from "./catalog.js";

const PLANES = "application/octet-stream";
const FORMAT = "fallline-planes-1";

/** A failed request. `kind`: "unreachable" (try again), "busy" (try again in `retryAfter` s), "refused" (do not). */
export class RequestFailed extends Error {
  constructor(kind, message, { field = null, position = null, line = null, retryAfter = null } = {}) {
    super(message);
    Object.assign(this, { kind, field, position, line, retryAfter });
  }
}

async function failure(response) {
  const body = await response.json().catch(() => null);
  const { message = `the server answered ${response.status}`, field, position, line } = body?.error ?? {};
  const busy = response.status === 429 || response.status >= 500;
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  return new RequestFailed(busy ? "busy" : "refused", message, { field, position, line, retryAfter });
}

export async function ask(path, body, { accept = "application/json", headers = {}, signal } = {}) {
  const request = { method: "POST", headers: { "Content-Type": "application/json", Accept: accept, ...headers }, signal };
  let response;
  try {
    response = await fetch(path, body === undefined ? { headers: { Accept: accept }, signal } : { ...request, body: JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new RequestFailed("unreachable", "the server does not answer");
  }
  if (!response.ok) throw await failure(response);
  return response;
}

/** The body of an answer; one that breaks off is to be asked for again. */
export function whole(body) {
  return body.catch((error) => {
    throw error.name === "AbortError" ? error : new RequestFailed("unreachable", "the server's answer broke off");
  });
}

/** The header and the planes behind it, by name; each a Float32Array on the answer's own buffer. */
export function decodePlanes(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  if (header.format !== FORMAT) throw new RequestFailed("refused", "the server speaks another format than this page; load it again");
  const start = 4 + length;
  const plane = ({ shape, offset }) =>
    new Float32Array(buffer, start + 4 * offset, shape.reduce((product, extent) => product * extent, 1));
  const read = (planes) => Object.fromEntries(planes.map((described) => [described.name, plane(described)]));
  return { header, read };
}

export function surfaceRequest(state, catalog) {
  if (state.formula !== null) return { formula: state.formula, x: state.x, y: state.y };
  const surface = { name: state.surface, parameters: state.parameters };
  return surfaceOf(state, catalog).kind === "data" ? { ...surface, reduction: state.reduction } : surface;
}

/** An optimiser of the list as requests name it; one with a rule of its own has its numbers apart. */
export const optimizerRequest = ({ name, rule, values, schedule }) => ({
  ...(rule === undefined ? { name, ...values } : { name, rule, parameters: values }),
  ...(schedule && { schedule: { name: schedule.name, ...schedule.values } }),
});

export function trajectoriesRequest(state, catalog) {
  return {
    surface: surfaceRequest(state, catalog),
    start: state.start,
    optimizers: state.optimizers.map(optimizerRequest),
    steps: state.steps,
    seed: state.seed,
    ...(state.inside !== null && { internals: true }),
    ...(state.batches && { batches: state.batches }),
    ...(state.noise > 0 && { gradient_noise: { standard_deviation: state.noise } }),
  };
}

function trajectory(answered, index, read) {
  const planes = read(answered.planes);
  const named = (group) => {
    const names = Object.keys(planes).filter((name) => name.startsWith(group));
    return Object.fromEntries(names.map((name) => [name.slice(group.length), planes[name]]));
  };
  const internals = named("internal.");
  return {
    index,
    optimizer: { ...answered.optimizer.parameters, ...answered.optimizer },
    status: answered.status,
    reason: answered.reason,
    divergedAt: answered.diverged_at,
    length: planes.loss.length,
    phi: planes.phi,
    loss: planes.loss,
    gradient: planes.gradient,
    learningRate: planes.learning_rate ?? null,
    state: named("state."),
    internals: Object.keys(internals).length ? internals : null,
    evaluationsPerStep: answered.gradient_evaluations_per_step,
  };
}

/** The samples that the steps saw, `sizes[k]` of them from `indices[k * largest]` on; null where all data are seen. */
function drawnBatches(described, read, samples) {
  const planes = read(described ?? []);
  if (!planes.batches) return null;
  const [steps, largest] = described.find(({ name }) => name === "batches").shape;
  return { indices: planes.batches, sizes: planes.batch_sizes, steps, largest, samples };
}

export async function fetchRecord(state, catalog, signal) {
  if (state.optimizers.length === 0) return { surface: null, trajectories: [], batches: null };
  const response = await ask("/api/trajectories", trajectoriesRequest(state, catalog), { accept: PLANES, signal });
  const { header, read } = decodePlanes(await whole(response.arrayBuffer()));
  return {
    surface: header.surface,
    trajectories: header.trajectories.map((answered, index) => trajectory(answered, index, read)),
    batches: drawnBatches(header.planes, read, samplesOf(surfaceOf(state, catalog))),
  };
}

/** The same paths under the seeds seed, seed + 1, ...: phi (draws, steps + 1, 2) of each run, and where they end. */
export async function fetchEnsembles(state, catalog, signal) {
  const request = { ...trajectoriesRequest(state, catalog), draws: SEEDS };
  const response = await ask("/api/ensembles", request, { accept: PLANES, signal });
  const { header, read } = decodePlanes(await whole(response.arrayBuffer()));
  return header.ensembles.map(({ ends, planes }) => ({ ends, length: state.steps + 1, phi: read(planes).phi }));
}

/** The gradients of samples and of batches of a size at one point. */
export async function fetchGradients(state, catalog, phi, size, count, signal) {
  const request = { surface: surfaceRequest(state, catalog), phi, batches: { size }, count, seed: state.seed };
  return whole((await ask("/api/gradients", request, { signal })).json());
}

/** `data` {x, y}: those to take in place of the surface's own. */
export async function fetchGrid(state, catalog, resolution, data, signal) {
  const { x, y } = surfaceOf(state, catalog).domain;
  const surface = { ...surfaceRequest(state, catalog), ...(data && { data }) };
  const request = { surface, x, y, resolution: [resolution, resolution] };
  const response = await ask("/api/grids", request, { accept: PLANES, signal });
  const { header, read } = decodePlanes(await whole(response.arrayBuffer()));
  const planes = read(header.planes);
  return { x: planes.x, y: planes.y, loss: planes.loss, nx: planes.x.length, ny: planes.y.length };
}

/** The model's curve for each phi, over the inputs of the data and a little beyond. */
export async function fetchPrediction(state, catalog, phi, inputs, resolution, signal) {
  const request = { surface: surfaceRequest(state, catalog), phi, u: inputs, resolution };
  const answer = await whole((await ask("/api/predictions", request, { signal })).json());
  return { u: answer.u, curves: answer.prediction.map((curve) => (curve === null ? null : Float32Array.from(curve, (value) => value ?? NaN))) };
}

export const fetchFormula = async (formula, signal) => whole((await ask("/api/formulas", { formula }, { signal })).json());

/** What a typed rule declares, or the rule of an optimiser with the same: {rule} or {optimizer}. */
export const fetchRule = async (asked, signal) => whole((await ask("/api/rules", asked, { signal })).json());

export async function fetchEvaluation(state, catalog, points, order, signal) {
  return (await ask("/api/evaluations", { surface: surfaceRequest(state, catalog), points, order }, { signal })).json();
}

export const fetchCatalog = async () => (await ask("/api/catalog")).json();

/** The same record as text, for a file: JSON or CSV by the server itself. */
export async function fetchExport(state, catalog, accept) {
  return (await ask("/api/trajectories", trajectoriesRequest(state, catalog), { accept })).blob();
}
