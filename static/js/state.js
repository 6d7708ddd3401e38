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
 *   l=seeds,curvature  g=norm        what is drawn besides; what the panel of the gradient shows of batches
 *   a=evaluations  d=3d  c=...       axis of the curves, view, camera (eye, then centre)
 *   theme=dark  hide=controls,table  embed=1  lecture=1
 */

import { axesOf, LAYERS, MAX_NOISE, samplesOf } from "./batch.js";
import { stepsOfRuns } from "./capacity.js";
import { defaultValues, formulaStart, surfaceOf } from "./catalog.js";
import { addressOf, batches, flag, MAX_SEED, number, numbers, oneOf, optimizerList, readSettings, subset, writeSettings } from "./codecs.js";

export const HIDEABLE = ["header", "controls", "surface", "optimizers", "transport", "caption", "curves", "data", "table"];
const MAX_SUBSTEP = 20;
const COORDINATE_LIMIT = 1e6;

const range = {
  ...numbers(2),
  read(text) {
    const values = numbers(2, -COORDINATE_LIMIT, COORDINATE_LIMIT).read(text);
    return values && values[0] < values[1] ? values : undefined;
  },
};

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
    codec: (state, catalog) => optimizerList(surfaceOf(state, catalog), catalog),
    initial: (state, catalog) => optimizerList(surfaceOf(state, catalog), catalog).read(catalog.defaults.optimizers.join(";")),
  },
  {
    key: "n",
    field: "steps",
    codec: ({ optimizers }, { defaults }) => number(1, stepsOfRuns(optimizers.length, defaults), true),
    initial: ({ optimizers }, { defaults }) => Math.min(defaults.steps, stepsOfRuns(optimizers.length, defaults)),
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

export const { encode, decode } = addressOf(KEYS);
