/**
 * How large the box is in space, and where the eye looks, so that the box and what stands beside its axes fill the plot.
 *
 * As Plotly places them, titles stand outward of the middle of an edge, numbers beside it: of the two lowest edges of the
 * floor, and of the leftmost upright one. The eye stays where it is, so that a camera in an address shows the same
 * side in any window.
 */

const ANGLE = Math.PI / 8; // of Plotly's perspective: from the middle of the plot to its top
const ROUNDS = 12;
const STEP = 0.01;
const BELOW = [0, 0, -0.14]; // the middle of the box and a little below: about this a hand turns it
const CORNERS = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]];
const SIDES = [[0, -0.5], [0.5, 0], [0, 0.5], [-0.5, 0]];

/** Pixels beside a place, across and up, for letters of 12; and how far away from its edge a title stands. */
const ROOM = { nothing: [4, 4], number: [40, 44], level: [46, 8], title: [24, 14] };
const AWAY = 66;

const minus = (one, other) => one.map((value, axis) => value - other[axis]);
const dot = (one, other) => one.reduce((sum, value, axis) => sum + value * other[axis], 0);
const unit = (vector) => vector.map((value) => value / Math.sqrt(dot(vector, vector)));
const middle = (one, other) => one.map((value, axis) => (value + other[axis]) / 2);

/** Where the eye sees a point, in pixels from the middle of a plot of a height; and the plot's own directions. */
function sight(eye, centre, height) {
  const ahead = unit(minus(centre, eye));
  const right = unit([ahead[1], -ahead[0], 0]);
  const up = [right[1] * ahead[2], -right[0] * ahead[2], right[0] * ahead[1] - right[1] * ahead[0]];
  const pixels = height / 2 / Math.tan(ANGLE);
  const see = (point) => {
    const from = minus(point, eye);
    return [right, up].map((direction) => (pixels * dot(from, direction)) / dot(from, ahead));
  };
  const distance = Math.sqrt(dot(minus(centre, eye), minus(centre, eye)));
  return { see, right, up, each: distance / pixels };
}

/** {low, high} of what is seen, each [across, up], in pixels. */
function extent(see, size, tall, letters) {
  const at = (x, y, z) => see([size * x, size * y, size * tall * z]);
  const away = ([x, y, z], [dx, dy]) => unit(minus(at(x + STEP * dx, y + STEP * dy, z), at(x, y, z)));
  const found = [];
  const add = (place, [across, up], beyond = [0, 0]) => found.push([0, 1].map((axis) => [place[axis] + letters * beyond[axis], letters * [across, up][axis]]));
  const title = (place, outward) => add(at(...place), ROOM.title, away(place, outward).map((share) => AWAY * share));

  for (const [x, y] of CORNERS) {
    add(at(x, y, -0.5), ROOM.number);
    add(at(x, y, 0.5), ROOM.nothing);
  }
  const lower = (one, other) => at(one[0], one[1], -0.5)[1] - at(other[0], other[1], -0.5)[1];
  for (const [x, y] of [...SIDES].sort(lower).slice(0, 2)) title([x, y, -0.5], [x, y]);
  const [[x, y]] = [...CORNERS].sort((one, other) => at(...one, 0)[0] - at(...other, 0)[0]);
  add(at(x, y, 0.5), ROOM.level);
  title([x, y, 0], [[x, 0], [0, y]].sort((one, other) => away([x, y, 0], one)[1] - away([x, y, 0], other)[1])[0]);
  const ends = (sign) => [0, 1].map((axis) => sign * Math.max(...found.map((one) => sign * one[axis][0] + one[axis][1])));
  return { low: ends(-1), high: ends(1) };
}

/**
 * {size, centre} for an eye [x, y, z] and a plot {width, height}: `size` is how long the sides of the floor
 * are. `tall` is the box's height in these, `letters` how large letters are, those of 12 pixels being 1.
 */
export function filling(eye, tall, { width, height }, letters) {
  let size = 1;
  let centre = BELOW;
  for (let round = 0; round < ROUNDS; round += 1) {
    const { see, right, up, each } = sight(eye, centre, height);
    const { low, high } = extent(see, size, tall, letters);
    const [across, above] = middle(low, high).map((pixels) => pixels * each);
    centre = centre.map((value, axis) => value + across * right[axis] + above * up[axis]);
    size *= Math.min(width / (high[0] - low[0]), height / (high[1] - low[1]));
  }
  return { size, centre };
}
