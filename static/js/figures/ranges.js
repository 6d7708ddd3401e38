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

/** How many labels of a font's size fit beside each other on an upright axis of a height: at least two, at most seven. */
export const labelsWithin = (height, font) => Math.max(2, Math.min(7, Math.floor(height / (1.5 * font))));

/** Some multiples of powers of ten within a range; of the powers, every so many. */
function multiples(low, high, factors, every) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const found = [];
  for (let power = Math.ceil(first / every) * every; power <= last; power += every) {
    for (const factor of factors) found.push(Number(`${factor}e${power}`));
  }
  return found.filter((value) => low * 0.999 <= value && value <= high * 1.001);
}

/** Every so many powers of ten, at most five labels; within two decades also 2 and 5 times each, where `most` labels fit. */
export function logTicks(low, high, most = 7) {
  const span = Math.log10(high / low);
  const every = Math.max(1, Math.ceil(span / Math.min(5, most)));
  const fine = span > 2 ? [] : multiples(low, high, [1, 2, 5], 1);
  const coarse = multiples(low, high, [1], every);
  if (fine.length > 1 && fine.length <= most) return { tickvals: fine, ticktext: fine.map(formatTick) };
  if (coarse.length > 1) return { tickvals: coarse, ticktext: coarse.map(span > 2 ? formatPower : formatTick) };
  const ends = fine.length > 1 ? [fine[0], fine.at(-1)] : [];
  return ends.length ? { tickvals: ends, ticktext: ends.map(formatTick) } : { nticks: Math.min(5, most) };
}
