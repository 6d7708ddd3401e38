/**
 * The training lab: keeps the runs of the state up to date, and has them drawn.
 *
 * The page keeps the log of what was changed; the server keeps nothing. While a run plays, records and pictures come as
 * events; any step that is shown at rest is asked for by itself, with all there is to tell of it. Whatever is changed, the
 * records that no longer hold are asked for again, as far as they had come.
 */

import { createPainter } from "../painter.js";
import { createPipeline } from "../recompute.js";
import { datasetOf } from "./definitions.js";
import { beginning, fetchPlane, fetchState, openEvents } from "./requests.js";
import { cutBack, emptyRuns, ended, lookedAt, reached, takeEnd, takeFrame, takeRecord } from "./runs.js";
import { openStream } from "./stream.js";

const REST = 150;
const GLANCE = 400; // milliseconds between two looks at everything while a run plays
const CALM = 1000; // milliseconds between two steps that are shown where motion is to be reduced
const DRAWN = ["axis", "lecture", "theme", "output", "panel", "look"];
const ASKED = ["prediction", "unit"];
const MOST_DRAWN = 2; // inputs that can be drawn

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");
const any = (fields, names) => names.some((name) => fields.has(name));
const keyOf = (state) => JSON.stringify(beginning(state));

/** Before the first answer: `told` is all that is known of one step (of the table `csv`, if it is one's own), `plane` the loss around the path. */
const nothing = () => ({ runs: [], labels: [], told: null, csv: null, plane: null, playing: false, key: "" });

/** The two questions about a moment, each with at most one under way. */
function createQuestions(shown, { inputs, tell, planed, trouble }) {
  const told = (name) => ({
    failed: (error, seconds) => trouble.failed(name, error, seconds),
    recovered: () => trouble.recovered(name),
  });
  const states = createPipeline({
    request: ({ state }) => fetchState(state, state.step, inputs(state)),
    done: (answer, asked) => asked.key === shown.key && tell(answer, asked),
    ...told("states"),
  });
  const planes = createPipeline({
    request: ({ state, run }) => fetchPlane(state, run),
    done: (answer, asked) => asked.key === shown.key && planed(answer, asked),
    ...told("plane"),
  });
  return { states, planes };
}

/**
 * `draw(kind, shown, state)` draws the plots, `drawn` (the same) what may come after; `told(shown)`, `played(playing)` and
 * `rested(shown)` tell others, `busy(whether)` that something is to come. `detailed(state)` says whether what is open
 * needs more of a step than its picture.
 */
export function createTrainingLab(store, catalog, { draw, drawn, told, played, rested, busy, detailed, trouble }) {
  const shown = nothing();
  let stream = null;
  let pace = 1;
  let glanced = 0;
  let resting = null;
  const isBusy = () => resting !== null || stream !== null || states.busy || planes.busy;
  const painter = createPainter(
    (kind) => draw(kind, shown, store.get()),
    (kind) => {
      drawn(kind, shown, store.get());
      busy(isBusy());
    },
  );
  /** How many inputs the data have; of a table of one's own only an answer tells. */
  const inputs = (state) => datasetOf(state, catalog).inputs ?? (shown.csv === state.csv ? shown.told.data.inputs : MOST_DRAWN + 1);
  const { states, planes } = createQuestions(shown, { inputs, tell, planed, trouble });

  function tell(answer, { state, since }) {
    const first = state.csv !== null && shown.csv !== state.csv;
    Object.assign(shown, { told: answer, csv: state.csv });
    answer.runs.forEach((answered, index) => {
      const run = shown.runs[index];
      takeRecord(run, answered);
      if (!shown.playing) takeFrame(run, answered.frame);
      if (answered.status !== "running" && !shown.playing) takeEnd(run, answered);
    });
    painter.paint(stream || resting ? "live" : "render", since);
    told(shown);
    if (first && answer.data.inputs <= MOST_DRAWN) ask();
  }

  function planed(answer, { wanted }) {
    shown.plane = { ...answer, wanted };
    painter.paint("render");
  }

  function ask(since = null) {
    glanced = performance.now();
    states.ask({ state: store.get(), since, key: shown.key });
    rest();
  }

  /** Call back once nothing has happened for a moment. */
  function rest() {
    clearTimeout(resting);
    resting = setTimeout(() => {
      resting = null;
      if (states.busy || stream) return rest();
      askPlane();
      painter.paint("render");
      rested(shown);
    }, REST);
  }

  /** The plane is asked for at rest alone, where it can be seen. */
  function askPlane() {
    const state = store.get();
    const run = lookedAt(shown.runs, state);
    const wanted = JSON.stringify([state.changes, state.step, state.directions, run?.position]);
    if (state.panel !== "plane" || !run || state.step === 0 || shown.plane?.wanted === wanted) return;
    planes.ask({ state, run: run.position, key: shown.key, wanted });
  }

  /** Read records behind a step: `until` one, or, playing, to the end with a picture in each block. */
  function follow({ after, until = Infinity, playing = false, since = null }) {
    stream?.close();
    let [seen, caused] = [after, since];
    stream = openStream({
      open: (signal) => openEvents(store.get(), { after: seen, pace: playing ? pace : null, inputs: inputs(store.get()), pictured: playing, signal }),
      steps({ runs }) {
        seen = Math.max(seen, ...runs.map(({ step }) => step.at(-1)));
        take(runs, playing ? seen : null, caused);
        caused = null;
        if (seen < until) return true;
        close();
        return false;
      },
      end({ runs }) {
        runs.forEach((answered, index) => takeEnd(shown.runs[index], answered));
        close();
      },
      failed(error, seconds) {
        trouble.failed("stream", error, seconds);
        if (seconds === null) close();
      },
      recovered: () => trouble.recovered("stream"),
    });
    busy(true);
  }

  function take(runs, step, since) {
    for (const { index, frame, ...records } of runs) {
      shown.runs[index].history.add(records);
      takeFrame(shown.runs[index], frame);
    }
    const now = performance.now();
    if (step !== null && !(reducedMotion.matches && now - glanced < CALM)) {
      store.set({ step: Math.min(step, store.get().steps) }, "stream");
      if ((detailed(store.get()) || reducedMotion.matches) && !states.busy && now - glanced > GLANCE) ask();
    }
    painter.paint("live", since);
  }

  /** No more records are to come. */
  function close() {
    stream?.close();
    stream = null;
    if (shown.playing) {
      played((shown.playing = false));
      ask();
    }
    painter.paint("live");
    told(shown);
    rest();
  }

  function play(after = store.get().step, since = null) {
    played((shown.playing = true));
    follow({ after: Math.min(after, reached(shown.runs)), playing: true, since });
  }

  /** Another run: nothing that was recorded holds any more. One that played begins again. */
  function restart(state, since) {
    const horizon = Math.max(reached(shown.runs), state.step);
    stream?.close();
    stream = null;
    Object.assign(shown, { key: keyOf(state), runs: emptyRuns(state), plane: null });
    if (shown.playing) store.set({ step: 0 }, "stream");
    ask(since);
    if (shown.playing) play(-1, since);
    else if (horizon > 0) follow({ after: -1, until: Math.min(horizon, state.steps) });
  }

  /** Another log: what was recorded before its last change still holds. */
  function relive(state, since) {
    const horizon = reached(shown.runs);
    cutBack(shown.runs, state.step);
    shown.plane = null;
    if (shown.playing) play(state.step, since);
    else {
      ask(since);
      if (horizon > state.step) follow({ after: state.step, until: horizon });
    }
  }

  /** Another step. */
  function moved(state) {
    if (shown.playing) close();
    if (state.step > reached(shown.runs) && !ended(shown.runs, state.step)) follow({ after: reached(shown.runs), until: state.step });
    ask();
  }

  store.subscribe((state, fields, origin) => {
    if (origin === "stream") return;
    const since = origin === "slider" ? performance.mark("slider-event").startTime : null;
    if (keyOf(state) !== shown.key || (fields.has("changes") && origin !== "slider")) restart(state, since);
    else if (fields.has("changes")) relive(state, since);
    else if (fields.has("step")) moved(state);
    else if (any(fields, ASKED)) ask();
    painter.paint(any(fields, DRAWN) ? "render" : "step");
    rest();
    busy(true);
  });
  restart(store.get(), performance.mark("slider-event").startTime);

  return {
    shown,
    pause: () => shown.playing && close(),
    toggle() {
      const { step, steps } = store.get();
      if (shown.playing) return close();
      if (step >= steps || ended(shown.runs, step)) store.set({ step: 0 }, "stream");
      play();
    },
    setPace(value) {
      pace = value;
      if (shown.playing) play();
    },
    redraw: () => painter.paint("render"),
  };
}
