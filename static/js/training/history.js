/**
 * What is kept of a run's records: all of them at first; when there are too many, ends and extremes.
 *
 * Of each twelve neighbours those with the least and the greatest of each loss stay, at most six, so that no spike of a
 * curve is lost and the memory of a page does not grow however long it trains.
 */

export const MOST = 4096;
export const COLUMNS = ["step", "epoch", "loss", "validation_loss", "batch_loss", "learning_rate"];
const CURVES = ["loss", "validation_loss", "batch_loss"];
const STRETCH = 4 * CURVES.length; // neighbours of which half are kept

export function createHistory(most = MOST) {
  const columns = Object.fromEntries(COLUMNS.map((name) => [name, new Float64Array(most)]));
  let length = 0;

  function keep(indices) {
    indices.forEach((from, to) => COLUMNS.forEach((name) => (columns[name][to] = columns[name][from])));
    length = indices.length;
  }

  /** The extremes of each stretch, in their order; the first and the last record always. */
  function thin() {
    const kept = [0];
    let at = 1;
    for (; at + STRETCH <= length - 1; at += STRETCH) {
      const found = new Set(CURVES.flatMap((name) => extremes(columns[name], at, at + STRETCH)));
      kept.push(...[...found].sort((one, other) => one - other));
    }
    for (; at < length; at += 1) kept.push(at);
    keep(kept);
  }

  return {
    ...columns,
    get length() {
      return length;
    },
    get last() {
      return length ? columns.step[length - 1] : -1;
    },
    /** Take records in, {step: [...], loss: [...], ...}; those of steps that are known already are passed over. */
    add(records) {
      const known = this.last;
      for (let at = 0; at < records.step.length; at += 1) {
        if (records.step[at] <= known) continue;
        if (length === most) thin();
        for (const name of COLUMNS) columns[name][length] = records[name]?.[at] ?? NaN;
        length += 1;
      }
    },
    /** Whether the first of some records is the same as what is kept of its step, if anything is. */
    agrees(records) {
      const at = this.at(records.step[0]);
      if (columns.step[at] !== records.step[0]) return true;
      return ["loss", "validation_loss"].every((name) => Object.is(columns[name][at], records[name]?.[0] ?? NaN));
    },
    /** Forget what comes after a step. */
    cut(step) {
      while (length && columns.step[length - 1] > step) length -= 1;
    },
    /** The last record at or before a step; -1 where there is none. */
    at(step) {
      let [low, high] = [0, length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (columns.step[middle] <= step) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    },
  };
}

/** Where the least and the greatest of a stretch of values stand; what is not a number is neither where there are others. */
function extremes(values, from, to) {
  let [least, greatest] = [from, from];
  for (let at = from + 1; at < to; at += 1) {
    if (values[at] < values[least] || Number.isNaN(values[least])) least = at;
    if (values[at] > values[greatest] || Number.isNaN(values[greatest])) greatest = at;
  }
  return [least, greatest];
}
