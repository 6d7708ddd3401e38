/** The learning rate over the steps, as shapes in a small box: from 0 on, or on a log axis where that shows more. */

export const BOX = { width: 200, height: 36 };
const MARGIN = 4;
const LOG_RATIO = 8;
const DECADES = 16;

/** A log axis is for rates that spend half of the run, or more, far below the largest, and are never 0 by half-time. */
function wantsLog(rates, highest) {
  const middle = Float32Array.from(rates).sort()[Math.floor(rates.length / 2)];
  return middle > 0 && highest > LOG_RATIO * middle;
}

/** {log, low, high, line, at(step)}: the axis in values, the curve as an SVG path, and where a step is, [x, y]. */
export function rateFigure(rates, last) {
  const high = rates.reduce((most, rate) => Math.max(most, rate), 0) || 1;
  const log = wantsLog(rates, high);
  const positive = (least, rate) => (rate > 0 && rate < least ? rate : least);
  const low = log ? Math.max(rates.reduce(positive, high), high * 10 ** -DECADES) : 0;
  const share = log ? (rate) => Math.log(Math.max(rate, low) / low) / Math.log(high / low) : (rate) => rate / high;
  const at = (step) => {
    const index = Math.min(step, rates.length - 1);
    return [(BOX.width * index) / last, BOX.height - MARGIN - (BOX.height - 2 * MARGIN) * share(rates[index])];
  };
  return { log, low, high, line: lineThrough(at, rates.length - 1), at };
}

/** About one point for each unit of the box's width. */
function lineThrough(at, last) {
  const count = Math.min(last, BOX.width);
  const points = Array.from({ length: count + 1 }, (_, k) => at(count ? Math.round((k * last) / count) : 0));
  return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
}
