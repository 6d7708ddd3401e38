/** How many steps of how many runs the server answers in one go, as the catalogue's `limits` tell. Pure. */

import { formatCount } from "./format.js";

/** The most steps of so many runs; at least one. */
export const stepsOfRuns = (runs, { max_steps: most, max_steps_of_runs: shared }) => Math.max(1, Math.min(most, Math.floor(shared / Math.max(1, runs))));

/** Why there is no room for another optimiser in a list of `listed`, each of which has `seeds` runs; empty where there is. */
export function noRoom(listed, { most, seeds = 1, steps, max_runs: runs = Infinity, max_steps_of_runs: shared }) {
  if (listed >= most) return `${most} optimisers fill the list.`;
  const own = seeds > 1 ? ` of ${seeds} seeds` : "";
  if ((listed + 1) * seeds > runs) return `No room for another optimiser: there can be ${runs} runs; fewer seeds leave room.`;
  if ((listed + 1) * seeds * steps > shared) return `No room for another optimiser${own}: all runs together can have ${formatCount(shared)} steps; fewer steps${seeds > 1 ? " or seeds" : ""} leave room.`;
  return "";
}
