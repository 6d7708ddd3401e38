/** The parts of a sum as a stacked bar: what is positive to the right of 0, what is negative to its left. Pure. */

/** {low, high, pieces: [{from, to}]}: where each part lies, in the units of the sum. */
export function stackOf(parts) {
  let [low, high] = [0, 0];
  const pieces = parts.map((part) => {
    if (part < 0) return { from: (low += part), to: low - part };
    return { from: high, to: (high += part) };
  });
  return { low, high, pieces };
}

/** What several stacks span together: [low, high], never nothing. */
export function spanOf(stacks) {
  const [low, high] = [Math.min(...stacks.map((stack) => stack.low)), Math.max(...stacks.map((stack) => stack.high))];
  return low < high ? [low, high] : [0, 1];
}
