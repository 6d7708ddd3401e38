/** What is shown: the record with the optimisers that made it, the earlier record, the grid, the fitted curves, how many addresses were gone to. */

/** Before the first answer. */
export const nothingShown = () => ({
  record: { surface: null, trajectories: [], batches: null },
  optimizers: [],
  labels: [],
  ghost: null,
  grid: null,
  prediction: null,
  surface: null,
  visit: 0,
  asides: {},
});

/** The runs that are shown and have at least a start. */
export const visibleRuns = ({ record, optimizers }) =>
  record.trajectories.filter(({ index, length }) => length > 0 && !optimizers[index]?.hidden);

/** A run that ended early stays at its last point. */
export const indexAt = (run, step) => Math.min(step, run.length - 1);

/** Where a run is at a step: [x, y]. */
export function pointAt(run, step) {
  const at = 2 * indexAt(run, step);
  return [run.phi[at], run.phi[at + 1]];
}

/** The last step that a visible run has reached. */
export const lastStep = (shown) => Math.max(1, ...visibleRuns(shown).map(({ length }) => length - 1));

/** The optimisers as recorded, hidden as they are now; one that has gone from the list is hidden. */
export function withVisibility(recorded, current) {
  return recorded.map((optimizer) => {
    const now = current.find(({ slot, name }) => slot === optimizer.slot && name === optimizer.name);
    return { ...optimizer, hidden: now ? now.hidden : true };
  });
}
