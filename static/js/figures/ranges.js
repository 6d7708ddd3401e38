/** What the axis of a curve spans, and its ticks. Pure. */

import { formatPower, formatTick } from "../format.js";

/** {low, high} around positive values, with room, on a log axis. */
export function logRange(low, high) {
  const span = Math.log10(high / low);
  const every = span > 3 ? 1 : span > 1 ? 0.5 : 0.1;
  const [bottom, top] = [Math.floor(Math.log10(low) / every - 0.05) * every, Math.ceil(Math.log10(high) / every + 0.15) * every];
  return { low: 10 ** bottom, high: 10 ** top };
}

/** {low, high} around values, with room. */
export function linearRange(low, high) {
  const margin = 0.06 * (high - low || Math.abs(high) || 1);
  return { low: low - margin, high: high + margin };
}

/** Every so many powers of ten, at most five labels; within two decades also 2 and 5 times each. */
export function logTicks(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const span = Math.log10(high / low);
  const every = Math.max(1, Math.ceil(span / 5));
  const factors = span > 2 ? [1] : [1, 2, 5];
  const tickvals = [];
  for (let power = Math.ceil(first / every) * every; power <= last; power += every) {
    for (const factor of factors) tickvals.push(Number(`${factor}e${power}`));
  }
  const shown = tickvals.filter((value) => low * 0.999 <= value && value <= high * 1.001);
  return shown.length > 1 ? { tickvals: shown, ticktext: shown.map(factors.length > 1 ? formatTick : formatPower) } : { nticks: 5 };
}
