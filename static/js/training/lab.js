/**
 * The training lab: keeps the runs of the state up to date, and has them drawn.
 *
 * The page keeps the log of what was changed; the server keeps nothing. While a run plays, records and pictures come as
 * events; any step that is shown at rest is asked for by itself, with all there is to tell of it. Whatever is changed, that
 * step is asked for first, and drawn as the hand moves; the records that no longer hold are read again, as far as they had
 * come, when the newest answer is here. Until then their curves are outdated, and drawn so.
 */

import { createPainter } from "../painter.js";
import { datasetOf, kindsOf } from "./definitions.js";
import { createQuestions } from "./questions.js";
import { createReading } from "./reading.js";
import { beginning, MOST_DRAWN } from "./requests.js";
import { alike, cutBack, emptyRuns, ended, lookedAt, reached, takeEnd, takeFrame, takeRecord } from "./runs.js";

const REST = 150;
const GLANCE = 400; // milliseconds between two looks at everything while a run plays
const CALM = 1000; // milliseconds between two steps that are shown where motion is to be reduced
const RENEWAL = 200; // milliseconds between two changes that take effect while a run plays
const DRAWN = ["axis", "lecture", "theme", "output", "panel", "look", "member"];
const ASKED = ["prediction", "unit"];

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const any = (fields, names) => names.some((name) => fields.has(name));
const keyOf = (state) => JSON.stringify(beginning({ ...state, start: null })); // a start is long, and never changed in place
const tableOf = ({ csv, kind, targets }) => JSON.stringify([csv, kind, targets]);

/**
 * Before the first answer: `told` is all that is known of one step and one unit (of the table `table`, if it is one's own),
 * `plane` the loss around the path; `outdated` says that the records are of an earlier state.
 */
const nothing = () => ({ runs: [], labels: [], told: null, table: null, plane: null, playing: false, outdated: false, key: "", start: null, edition: 0 });

/**
 * `draw(kind, shown, state)` draws the plots, `drawn` (the same) what may come after; `told(shown)`, `played(playing)` and
 * `rested(shown)` tell others, `busy(whether)` that something is to come. `detailed(state)` says whether what is open
 * needs more of a step than its picture.
 */
export function createTrainingLab(store, catalog, { draw, drawn, told, played, rested, busy, detailed, trouble }) {
  const shown = nothing();
  let pace = 1;
  let glanced = 0;
  let resting = null;
  let horizon = null; // the step up to which records are to be read when the newest answer is here; null: none
  let moved = false; // whether something was moved that takes effect with the next renewal
  const isBusy = () => resting !== null || reading.open || states.busy || planes.busy;
  const painter = createPainter(
    (kind) => draw(kind, shown, store.get()),
    (kind) => {
      drawn(kind, shown, store.get());
      busy(isBusy());
    },
  );
  /** How many inputs the data have, of a table of one's own only an answer tells; and whether there are numbers to predict. */
  function data(state) {
    const { inputs, kind } = datasetOf(state, catalog);
    const { real } = kindsOf(catalog).find((one) => one.kind === kind);
    return { inputs: inputs ?? (shown.table === tableOf(state) ? shown.told.data.inputs : MOST_DRAWN + 1), real };
  }
  const reading = createReading({ data, took, ended: (runs) => runs.forEach((answered, index) => takeEnd(shown.runs[index], answered)), stopped: close, continued, another: () => restart(store.get(), null, false), trouble });
  const { states, planes } = createQuestions(shown, { data, tell, planed, refused: () => shown.playing && close(), trouble });

  /** An answer of an earlier state is drawn while the hand moves, but its records do not count. */
  function tell(answer, { state, since, edition }) {
    if (answer.runs.length !== shown.runs.length) return;
    const current = edition === shown.edition;
    const first = state.csv !== null && shown.table !== tableOf(state);
    if (current && state.step === 0 && shown.outdated) renewRuns();
    Object.assign(shown, { told: { ...answer, unit: state.unit }, table: tableOf(state) });
    answer.runs.forEach((answered, index) => {
      const run = shown.runs[index];
      if (!reading.paced) takeFrame(run, answered.frame);
      if (!current || shown.outdated) return;
      takeRecord(run, answered);
      if (answered.status !== "running" && !shown.playing) takeEnd(run, answered);
    });
    painter.paint(reading.open || resting ? "live" : "render", since);
    told(shown);
    if (first && answer.data.inputs <= MOST_DRAWN) ask();
    if (current && horizon !== null) readOn();
  }

  /** A plane, or why there is none; one that comes too late is passed over. */
  function planed(answer, { wanted, edition }) {
    if (edition === shown.edition) shown.plane = { ...answer, wanted };
    painter.paint("render");
  }

  function ask(since = null) {
    glanced = performance.now();
    states.ask({ state: store.get(), since, edition: shown.edition });
    rest();
  }

  /** Call back once nothing has happened for a moment. */
  function rest() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = null;
      if (states.busy || reading.open) return rest();
      askPlane();
      painter.paint("render");
      rested(shown);
    }, REST);
  }

  /** The plane is asked for at rest alone, where it can be seen. */
  function askPlane() {
    const state = store.get();
    const run = lookedAt(shown.runs, state);
    const wanted = JSON.stringify([state.changes, state.step, state.directions, run?.position, state.member]);
    if (state.panel !== "plane" || !run || state.step === 0 || shown.plane?.wanted === wanted) return;
    planes.ask({ state, run: run.position, edition: shown.edition, wanted });
  }

  /** The records of an earlier state give way. */
  function renewRuns() {
    cutBack(shown.runs, -1);
    shown.outdated = false;
  }

  const last = () => (shown.outdated ? -1 : reached(shown.runs));

  /** Read the records that are missing: playing, all; else as far as they had come before. */
  function readOn() {
    const until = Math.min(horizon, store.get().steps);
    horizon = null;
    if (shown.playing) play(last());
    else if (until > last()) follow(until);
  }

  /** How far the records go, those included that are on their way. */
  const known = () => Math.max(horizon ?? -1, reached(shown.runs), reading.open && !reading.paced ? reading.until : -1);

  function follow(until) {
    if (reading.open && !reading.paced) reading.until = Math.max(reading.until, until);
    else reading.begin(store.get(), { after: last(), until });
    busy(true);
  }

  function play(after = store.get().step, since = null) {
    played((shown.playing = true));
    moved = false;
    if (horizon === null || !states.busy) reading.begin(store.get(), { after: Math.min(after, last()), pace, since });
    busy(true);
  }

  /** Whether a block goes on with the same runs. */
  function continued(runs) {
    return shown.outdated || runs.every(({ index, ...records }) => shown.runs[index].history.agrees(records));
  }

  function took(runs, since) {
    if (shown.outdated) renewRuns();
    for (const { index, frame, ...records } of runs) {
      shown.runs[index].history.add(records);
      takeFrame(shown.runs[index], frame);
    }
    const now = performance.now();
    if (reading.paced && !(reducedMotion.matches && now - glanced < CALM)) {
      store.set({ step: Math.min(reading.seen, store.get().steps) }, "stream");
      if ((detailed(store.get()) || reducedMotion.matches) && !states.busy && now - glanced > GLANCE) ask();
    }
    painter.paint("live", since);
    if (moved && now - reading.opened > RENEWAL) renew();
  }

  /** While a run plays, what the hand moves takes effect at once, or, soon after the last time, a little later. */
  function liven(since) {
    if (moved || !reading.begun || performance.now() - reading.opened < RENEWAL) moved = true;
    else renew(since);
  }

  function renew(since = null) {
    settle();
    const { step } = store.get();
    cutBack(shown.runs, step - 1);
    play(step - 1, since);
  }

  /** What was moved meanwhile takes effect from the step that was reached: what was read until then was without it. */
  function settle() {
    const late = moved && reading.begun;
    moved = false;
    if (!late) return;
    const { asked, seen } = reading;
    const same = (one) => (other) => other.slot === one.slot && other.name === one.name;
    const added = store.get().changes.filter((change) => !asked.changes.includes(change));
    const newest = added.filter((change, at) => !added.slice(at + 1).some(same(change)));
    store.set({ changes: [...asked.changes, ...newest.map((change) => ({ ...change, step: seen }))] }, "stream");
  }

  /** No more records are to come. */
  function close() {
    settle();
    reading.close();
    if (shown.playing) {
      played((shown.playing = false));
      ask();
    }
    painter.paint("live");
    told(shown);
    rest();
  }

  /** Another run: nothing that was recorded holds any more. One that plays begins again; an address is shown as it is. */
  function restart(state, since, elsewhere) {
    horizon = elsewhere ? state.step : Math.max(known(), state.step);
    reading.close();
    moved = false;
    const runs = emptyRuns(state);
    const outdated = !elsewhere && alike(runs, shown.runs);
    Object.assign(shown, { key: keyOf(state), start: state.start, edition: shown.edition + 1, runs: outdated ? shown.runs : runs, outdated, plane: null });
    if (elsewhere && shown.playing) played((shown.playing = false));
    if (shown.playing) store.set({ step: 0 }, "stream");
    ask(since);
  }

  /** Another log: what was recorded before its last change still holds. */
  function relive(state, since) {
    shown.plane = null;
    shown.edition += 1;
    if (shown.playing && reading.open) return liven(since);
    horizon = known();
    reading.close();
    if (!shown.outdated) cutBack(shown.runs, state.step - 1);
    ask(since);
  }

  /** Ask for everything again; a run that plays looks by itself whether it goes on as the same. */
  function reread() {
    if (shown.playing) return;
    horizon = known();
    reading.close();
    Object.assign(shown, { outdated: true, edition: shown.edition + 1, plane: null });
    ask();
  }

  /** Another step. */
  function move(state) {
    if (shown.playing) close();
    if (horizon !== null) horizon = Math.max(horizon, state.step);
    else if (state.step > last() && !ended(shown.runs, state.step)) follow(state.step);
    ask();
  }

  store.subscribe((state, fields, origin) => {
    if (origin === "stream") return;
    const since = origin === "slider" ? performance.mark("slider-event").startTime : null;
    if (keyOf(state) !== shown.key || state.start !== shown.start || (fields.has("changes") && origin !== "slider")) restart(state, since, origin === "address");
    else if (fields.has("changes")) relive(state, since);
    else if (fields.has("step")) move(state);
    else if (any(fields, ASKED)) {
      ask();
      if (reading.paced) liven(null);
    }
    if (fields.has("panel") && shown.plane?.refused) shown.plane = null; // who comes back asks again
    painter.paint(any(fields, DRAWN) ? "render" : "step");
    rest();
    busy(true);
  });
  restart(store.get(), performance.mark("slider-event").startTime, true);

  return {
    shown,
    pause: () => shown.playing && close(),
    toggle() {
      const { step, steps } = store.get();
      if (shown.playing) return close();
      if (step >= steps || (!shown.outdated && ended(shown.runs, step))) store.set({ step: 0 }, "stream");
      play();
    },
    setPace(value) {
      pace = value;
      if (reading.paced) liven(null);
    },
    redraw() {
      painter.paint("render");
      busy(true);
    },
    renew: reread,
  };
}
