/** Slider scales: value <-> position, and the ticks between. Pure. */

const LOG_STEP = 0.02;
const SNAP = 0.6 * LOG_STEP;

const rounded = (value) => Number(value.toFixed(9)) + 0;

/** The ends of a slider and a step of about LOG_STEP that divides it evenly, so that both ends can be reached. */
function even(from, to) {
  const [low, high] = [rounded(from), rounded(to)];
  return { low, high, step: (high - low) / Math.round((high - low) / LOG_STEP) };
}

/** Round to what a hand can mean: the 1-2-5 value next to it, or three significant digits. */
function friendly(exponent) {
  const decade = Math.floor(exponent);
  for (const [mantissa, power] of [[1, decade], [2, decade], [5, decade], [1, decade + 1]]) {
    if (Math.abs(Math.log10(mantissa) + power - exponent) <= SNAP) return Number(`${mantissa}e${power}`);
  }
  return Number((10 ** exponent).toPrecision(3));
}

/** 1-2-5 values from low to high, as exponents of ten; `major` where a decade begins. */
function decades(low, high) {
  const ticks = [];
  for (let decade = Math.floor(low); decade <= high; decade += 1) {
    for (const mantissa of [1, 2, 5]) {
      const exponent = decade + Math.log10(mantissa);
      if (exponent >= low - 1e-9 && exponent <= high + 1e-9) ticks.push({ position: exponent, major: mantissa === 1 });
    }
  }
  return ticks;
}

function logarithmic({ slider_low, slider_high, integer }) {
  const { low, high, step } = even(Math.log10(slider_low), Math.log10(slider_high));
  return {
    low,
    high,
    step,
    toPosition: (value) => (value > 0 ? Math.log10(value) : low),
    toValue: (position) => (integer ? Math.round(friendly(position)) : friendly(position)),
    ticks: decades(low, high),
  };
}

/** Even in -log10(1 - value): 0.9, 0.99 and 0.999 are equally far apart. */
function decay({ slider_low, slider_high }) {
  const { low, high, step } = even(-Math.log10(1 - slider_low), -Math.log10(1 - slider_high));
  return {
    low,
    high,
    step,
    toPosition: (value) => -Math.log10(1 - value),
    toValue: (position) => Number((1 - friendly(-position)).toPrecision(10)),
    ticks: decades(-high, -low).map(({ position, major }) => ({ position: -position, major })),
  };
}

function linear({ slider_low: low, slider_high: high, integer }) {
  const size = 10 ** Math.floor(Math.log10((high - low) / 2));
  const step = integer ? Math.max(1, size / 50) : size / 50;
  const spacing = [1, 0.5, 0.2].map((share) => share * size).find((gap) => (high - low) / gap >= 4) ?? size;
  const ticks = [];
  for (let index = Math.ceil(low / spacing - 1e-9); index * spacing <= high + 1e-9; index += 1) {
    ticks.push({ position: index * spacing, major: index === 0 });
  }
  return { low, high, step, toPosition: (value) => value, toValue: (position) => Number(position.toPrecision(10)), ticks };
}

const SCALES = { log: logarithmic, decay, linear };

/** The scale of a declared number; a slider's range is its own where the parameter has one. */
export function scaleOf(parameter) {
  const slider = { slider_low: parameter.low, slider_high: parameter.high };
  if (parameter.slider_low !== null && parameter.slider_low !== undefined) slider.slider_low = parameter.slider_low;
  if (parameter.slider_high !== null && parameter.slider_high !== undefined) slider.slider_high = parameter.slider_high;
  return SCALES[parameter.scale]({ ...parameter, ...slider });
}

/** 1/(1 - decay), rounded for a sentence: how many steps back the memory reaches. */
export function memory(decayFactor) {
  const steps = 1 / (1 - decayFactor);
  return steps < 10 ? Number(steps.toPrecision(2)) : Math.round(steps);
}
