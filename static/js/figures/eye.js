/**
 * From where a surface is looked at in space, until somebody turns it: from the side on which its valleys are not hidden.
 *
 * A place is hidden where the line from it to the eye goes below the surface. Of eight directions that one is taken from
 * which most of the lowest tenth is seen, and the usual one unless another shows clearly more. Where that is too little the
 * eye stands higher.
 */

const USUAL = [-1.0, -1.35, 1.35];

export const TALL = 0.6; // height of the box, whose floor is 1 × 1
const DIRECTIONS = 8;
const LOW = 0.1;
const PLACES = 150;
const MARCH = 48;
const ABOVE = 0.015;
const CLEARLY = 0.1;
const ENOUGH = 0.65; // of the lowest tenth
const STEEPER = [50, 60]; // degrees over the floor; the usual eye has 39

/** The surface in its box: `at(x, y)` is the height over the floor, x and y from −0.5 to 0.5. */
function boxed({ loss, nx, ny }, levels) {
  const span = levels.top - levels.bottom || 1;
  const share = (value) => Math.max(0, Math.min(1, (levels.to(value) - levels.bottom) / span));
  const rows = Float32Array.from(loss, (value) => (Number.isFinite(value) ? TALL * share(value) : -1));
  const index = (value, count) => Math.max(0, Math.min(count - 1, Math.round((value + 0.5) * (count - 1))));
  return { rows, at: (x, y) => rows[index(y, ny) * nx + index(x, nx)] };
}

/** Some of the lowest places of a grid, [x, y, z]. */
function lowest({ nx, ny }, { rows }) {
  const order = Array.from(rows, (_, at) => at).filter((at) => rows[at] >= 0).sort((one, other) => rows[one] - rows[other]);
  const low = order.slice(0, Math.max(1, Math.floor(LOW * order.length)));
  const every = Math.max(1, Math.floor(low.length / PLACES));
  return low.filter((_, at) => at % every === 0).map((at) => [(at % nx) / (nx - 1) - 0.5, Math.floor(at / nx) / (ny - 1) - 0.5, rows[at]]);
}

/** Whether a place is seen from an eye; in Plotly's cube the eye's height counts from the middle of the box. */
function isSeen([x, y, z], [ex, ey, ez], surface) {
  const towards = [ex - x, ey - y, ez + TALL / 2 - z];
  for (let step = 1; step <= MARCH; step += 1) {
    const way = step / MARCH;
    const [left, up, over] = [x + way * towards[0], y + way * towards[1], z + way * towards[2]];
    if (Math.abs(left) > 0.5 || Math.abs(up) > 0.5 || over > TALL) return true;
    if (surface.at(left, up) > over + ABOVE) return false;
  }
  return true;
}

/** An eye, turned about the upright axis by so many eighths. */
function turned([x, y, z], eighths) {
  const angle = (2 * Math.PI * eighths) / DIRECTIONS;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle), z];
}

/** The usual eye as far away, but higher. */
function raised(degrees) {
  const [x, y, z] = USUAL;
  const [away, flat, angle] = [Math.hypot(x, y, z), Math.hypot(x, y), (degrees * Math.PI) / 180];
  const share = (away * Math.cos(angle)) / flat;
  return [share * x, share * y, away * Math.sin(angle)];
}

/** [x, y, z] of the eye for a grid; where it looks is for filling.js. */
export function eyeOf(grid, levels) {
  const surface = boxed(grid, levels);
  const places = lowest(grid, surface);
  const shareSeen = (eye) => places.filter((place) => isSeen(place, eye, surface)).length / Math.max(1, places.length);
  let [best, most] = [USUAL, 0];
  for (const first of [USUAL, ...STEEPER.map(raised)]) {
    let [eye, share] = [first, shareSeen(first)];
    let least = share + CLEARLY;
    for (let eighths = 1; eighths < DIRECTIONS; eighths += 1) {
      const other = turned(first, eighths);
      const seen = shareSeen(other);
      if (seen > least) [eye, share, least] = [other, seen, seen];
    }
    if (share > most) [best, most] = [eye, share];
    if (most >= ENOUGH) break;
  }
  return best;
}
