/** The server's answers: requests built from the state, float32 planes decoded into records and grids. */

import { SEEDS, samplesOf } from "./batch.js";
import { surfaceOf } from "./catalog.js";
import { connection, RequestFailed } from "./connection.js";
import { asPrinted } from "./format.js";

const PLANES = "application/octet-stream";
const FORMAT = "fallline-planes-1";
const UNREACHABLE = "the server does not answer";

/** Seconds that a Retry-After names, as a number or as a date; null for none. */
function retryAfterOf(response) {
  const text = response.headers.get("Retry-After");
  if (!text) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/** Why a request was not answered as asked; whoever answers 5xx without a reason of ours stands before our server. */
async function failure(response) {
  const said = (await response.json().catch(() => null))?.error;
  const retryAfter = retryAfterOf(response);
  if (!said && response.status >= 500 && retryAfter === null) return new RequestFailed("unreachable", UNREACHABLE);
  const again = [408, 429].includes(response.status) || response.status >= 500;
  const message = said?.message ?? (again ? "the server has too much to do" : `the server answered ${response.status}`);
  return new RequestFailed(again ? "busy" : "refused", message, { ...said, retryAfter });
}

/** A GET, or a POST where there is a body. */
function asked(body, accept, headers, signals) {
  const options = { headers: { Accept: accept, ...headers }, signal: AbortSignal.any(signals) };
  if (body === undefined) return options;
  options.headers["Content-Type"] = "application/json";
  return { ...options, method: "POST", body: JSON.stringify(body) };
}

/** What `read(response, heard)` makes of the answer; `heard()` says that more of it has come, `slow` seconds are too long. */
export async function ask(path, body, { accept = "application/json", headers = {}, signal, slow } = {}, read) {
  const silence = new AbortController();
  const watch = connection.watch((waited) => silence.abort(new RequestFailed("unreachable", UNREACHABLE, { waited })), slow);
  try {
    const response = await fetch(path, asked(body, accept, headers, [silence.signal, ...(signal ? [signal] : [])])).catch((error) => {
      throw error.name === "AbortError" ? error : new RequestFailed("unreachable", UNREACHABLE);
    });
    watch.heard();
    const failed = response.ok ? null : await failure(response);
    if (failed?.kind !== "unreachable") connection.answered();
    if (failed) throw failed;
    return await read(response, watch.heard);
  } catch (error) {
    throw silence.signal.reason ?? error;
  } finally {
    watch.end();
  }
}

/** A part of an answer that is still to come; one that breaks off is to be asked for again. */
export function whole(part) {
  return part.catch((error) => {
    throw error.name === "AbortError" ? error : new RequestFailed("broken", "the server’s answer broke off");
  });
}

export const askJson = (path, body, options) => ask(path, body, options, (response) => whole(response.json()));
export const askFile = (path, body, accept) => ask(path, body, { accept }, (response) => whole(response.blob()));
const askPlanes = (path, body, signal) => ask(path, body, { accept: PLANES, signal }, async (response) => decodePlanes(await whole(response.arrayBuffer())));

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
    reason: answered.reason && asPrinted(answered.reason),
    divergedAt: answered.diverged_at,
    criticalPoint: answered.critical_point,
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
  const { header, read } = await askPlanes("/api/trajectories", trajectoriesRequest(state, catalog), signal);
  return {
    surface: header.surface,
    trajectories: header.trajectories.map((answered, index) => trajectory(answered, index, read)),
    batches: drawnBatches(header.planes, read, samplesOf(surfaceOf(state, catalog))),
  };
}

/** The same paths under the seeds seed, seed + 1, ...: phi (draws, steps + 1, 2) of each run, and where they end. */
export async function fetchEnsembles(state, catalog, signal) {
  const request = { ...trajectoriesRequest(state, catalog), draws: SEEDS };
  const { header, read } = await askPlanes("/api/ensembles", request, signal);
  return header.ensembles.map(({ ends, planes }) => ({ ends, length: state.steps + 1, phi: read(planes).phi }));
}

/** The gradients of samples and of batches of a size at one point. */
export async function fetchGradients(state, catalog, phi, size, count, signal) {
  const request = { surface: surfaceRequest(state, catalog), phi, batches: { size }, count, seed: state.seed };
  return askJson("/api/gradients", request, { signal });
}

/** The curvatures of the loss at points, and the bounds of some optimisers of the list. */
export async function fetchCurvatures(state, catalog, points, optimizers, signal) {
  const request = { surface: surfaceRequest(state, catalog), points, optimizers: optimizers.map(optimizerRequest) };
  return askJson("/api/curvatures", request, { signal });
}

/** The critical points of a state's surface: [{kind, x, y, loss, curvatures, axis}]. */
export async function fetchCriticalPoints(state, catalog, signal) {
  const answer = await askJson("/api/critical_points", { surface: surfaceRequest(state, catalog) }, { signal });
  return answer.critical_points;
}

/** `data` {x, y}: those to take in place of the surface's own. */
export async function fetchGrid(state, catalog, resolution, data, signal) {
  const { x, y } = surfaceOf(state, catalog).domain;
  const surface = { ...surfaceRequest(state, catalog), ...(data && { data }) };
  const request = { surface, x, y, resolution: [resolution, resolution] };
  const { header, read } = await askPlanes("/api/grids", request, signal);
  const planes = read(header.planes);
  return { x: planes.x, y: planes.y, loss: planes.loss, nx: planes.x.length, ny: planes.y.length };
}

/** The model's curve for each phi, over the inputs of the data and a little beyond. */
export async function fetchPrediction(state, catalog, phi, inputs, resolution, signal) {
  const request = { surface: surfaceRequest(state, catalog), phi, u: inputs, resolution };
  const answer = await askJson("/api/predictions", request, { signal });
  return { u: answer.u, curves: answer.prediction.map((curve) => (curve === null ? null : Float32Array.from(curve, (value) => value ?? NaN))) };
}

export const fetchFormula = (formula, signal) => askJson("/api/formulas", { formula }, { signal });

/** What a typed rule declares, or the rule of an optimiser with the same: {rule} or {optimizer}. */
export const fetchRule = (asked, signal) => askJson("/api/rules", asked, { signal });

export const fetchEvaluation = (state, catalog, points, order, signal) =>
  askJson("/api/evaluations", { surface: surfaceRequest(state, catalog), points, order }, { signal });

/** The catalogue; its `edition` changes with all that decides the server's answers. */
export const fetchCatalog = () =>
  ask("/api/catalog", undefined, {}, async (response) => ({ ...(await whole(response.json())), edition: response.headers.get("ETag") }));

/** The same record as text, for a file: JSON or CSV by the server itself. */
export const fetchExport = (state, catalog, accept) => askFile("/api/trajectories", trajectoriesRequest(state, catalog), accept);
