/** The runs of the training lab as the page keeps them: their records, their newest picture, how they ended. */

import { MAX_SEED } from "../codecs.js";
import { asPrinted } from "../format.js";
import { COLUMNS, createHistory } from "./history.js";
import { decodeFrame } from "./requests.js";

/** A run for each optimiser and seed, optimiser by optimiser, as the server orders them. */
export function emptyRuns({ optimizers, ensemble }) {
  return optimizers.flatMap(({ slot }, position) =>
    Array.from({ length: ensemble }, (_, member) => ({
      index: position * ensemble + member, position, slot, member,
      history: createHistory(), status: "running", reason: null, divergedAt: null, frame: null, picture: null,
    })),
  );
}

/** Whether runs are those of the same optimisers and members. */
export const alike = (runs, others) => runs.length === others.length && runs.every(({ slot, member }, index) => others[index].slot === slot && others[index].member === member);

/** Take in a frame; it is decoded when it is looked at. */
export function takeFrame(run, frame) {
  if (frame) Object.assign(run, { frame, picture: null });
}

/** The newest picture of a run: predictions, layers, parameters, scores at its step; null before there is one. */
export function pictureOf(run) {
  if (!run?.frame) return null;
  run.picture ??= decodeFrame(run.frame);
  return run.picture;
}

/** Take in the record of one step, where it is the one that comes next. */
export function takeRecord({ history }, answered) {
  if (answered.step === history.last + 1) history.add(Object.fromEntries(COLUMNS.map((name) => [name, [answered[name]]])));
}

/** Take in how a run ended. */
export function takeEnd(run, { status, reason, diverged_at }) {
  Object.assign(run, { status, reason: reason && asPrinted(reason), divergedAt: diverged_at });
}

/** Back to a step: what came after it is forgotten. */
export function cutBack(runs, step) {
  for (const run of runs) {
    run.history.cut(step);
    Object.assign(run, { status: "running", reason: null, divergedAt: null });
  }
}

/** The last step that any run has reached; -1 before there is one. */
export const reached = (runs) => Math.max(-1, ...runs.map(({ history }) => history.last));

/** Whether no run goes on behind a step. */
export const ended = (runs, step) => runs.length > 0 && runs.every(({ status, history }) => status === "diverged" && history.last <= step);

/** Runs of optimisers that are not switched off. */
export function visible(runs, { optimizers }) {
  const hidden = new Set(optimizers.filter((one) => one.hidden).map(({ slot }) => slot));
  return runs.filter(({ slot }) => !hidden.has(slot));
}

/** The runs of the member that is opened up, one an optimiser. */
export const opened = (runs, { member }) => runs.filter((run) => run.member === member);

/** The run whose network is shown: of the optimiser that is looked at, the member that is opened up. */
export function lookedAt(runs, state) {
  const open = opened(runs, state);
  return open.find(({ slot }) => slot === state.look) ?? open[0] ?? null;
}

/** The seed of a member of an ensemble, as the server counts them. */
export const seedOf = (member, { seed }) => (seed + member) % (MAX_SEED + 1);

/** What a run is called: its optimiser, and its seed where there are several. */
export const nameOf = ({ position, member }, labels, state) => `${labels[position] ?? ""}${state.ensemble > 1 ? `, seed\u00a0${seedOf(member, state)}` : ""}`;
