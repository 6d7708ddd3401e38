/**
 * Numbers as every panel prints them: 4 significant digits, a real minus sign, powers of ten as 1.2×10⁻⁵.
 *
 * Plain notation from 0.001 to 9999; trailing zeros are left out.
 */

const DIGITS = 4;
const MOST = 3.4028234e38; // the largest number of single precision, which stands for all that are larger
const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";
export const MINUS = "\u2212";
export const NOTHING = "–";

const withMinus = (text) => text.replace("-", MINUS);
const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** An exponent as superscript digits: -5 -> "⁻⁵". */
export const superscript = (exponent) =>
  [...String(exponent)].map((character) => (character === "-" ? "⁻" : SUPERSCRIPT[Number(character)])).join("");

/** A number; what is missing or not a number is a dash, and what single precision cannot hold is not told as if it could. */
export function format(value) {
  if (typeof value !== "number" || Number.isNaN(value)) return NOTHING;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (Math.abs(value) >= MOST) return value > 0 ? "> 3.4×10³⁸" : `< ${MINUS}3.4×10³⁸`;
  if (value === 0) return "0";
  const [mantissa, exponent] = value.toExponential(DIGITS - 1).split("e");
  const power = Number(exponent);
  if (power >= -3 && power < DIGITS) return withMinus(trimmed(value.toPrecision(DIGITS)));
  return `${withMinus(trimmed(mantissa))}×10${superscript(power)}`;
}

/** A point of the surface: "(1.234, −0.5)". */
export const formatPoint = (x, y) => `(${format(x)}, ${format(y)})`;

/** A power of ten on an axis of powers: 1, 10, 100, otherwise 10⁻³. */
export function formatPower(value) {
  const power = Math.round(Math.log10(value));
  return power >= -1 && power <= 2 ? format(value) : `10${superscript(power)}`;
}

/** A level or tick: like `format`, but a bare power of ten loses its "1×". */
export const formatTick = (value) => format(value).replace(/^(\u2212?)1×/, "$1");

/** A count: 4353, and from 10 000 on in groups of three. */
export const formatCount = (count) => (count < 10_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, "\u2009"));

const SCIENTIFIC = /(?<![\w.])(?:\d+(?:\.\d+)?e[+\u2212-]?\d+|0\.000\d+)(?!\w)/g;

/** A sentence of the server, its numbers as the page prints them: 2.8e5 is 2.8×10⁵. */
export const asPrinted = (sentence) => sentence.replace(SCIENTIFIC, (number) => format(Number(number.replace(MINUS, "-"))));

/** A sentence whose equations stay on one line. */
export const unbroken = (sentence) => sentence.replaceAll(" = ", "\u00a0=\u00a0");
