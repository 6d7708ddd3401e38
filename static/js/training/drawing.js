/** Where the units and weights of a network stand in a drawing, and which of them is at a point. Pure. */

const MARGIN = { x: 26, y: 18 };
const LARGEST = 11;
const REACH = 6; // pixels from a weight within which it is meant

/** phi in layers: {inputs, outputs, weight(j, i), bias(j)}, weights from input i to unit j. */
export function layersOf(widths, phi) {
  let first = 0;
  return widths.slice(1).map((outputs, layer) => {
    const inputs = widths[layer];
    const [weights, biases] = [first, first + inputs * outputs];
    first = biases + outputs;
    return { inputs, outputs, weight: (j, i) => phi[weights + j * inputs + i], bias: (j) => phi[biases + j], at: (j, i) => weights + j * inputs + i, biasAt: (j) => biases + j };
  });
}

/** The columns of units in a drawing of a size: [{x, y, r}] for each layer, inputs first. */
export function placesOf(widths, { width, height }) {
  const most = Math.max(...widths);
  const radius = Math.max(2, Math.min(LARGEST, (0.4 * (height - 2 * MARGIN.y)) / most));
  return widths.map((count, layer) => {
    const x = MARGIN.x + (layer * (width - 2 * MARGIN.x)) / (widths.length - 1);
    const gap = Math.min(44, (height - 2 * MARGIN.y) / Math.max(1, count - 1));
    return Array.from({ length: count }, (_, unit) => ({ x, y: height / 2 + (unit - (count - 1) / 2) * gap, r: radius }));
  });
}

/** The largest weight without a sign, by which the widths of lines are scaled. */
export function largest(layers) {
  let most = 0;
  for (const { inputs, outputs, weight } of layers) for (let j = 0; j < outputs; j += 1) for (let i = 0; i < inputs; i += 1) most = Math.max(most, Math.abs(weight(j, i)));
  return most;
}

/** The unit {layer, unit}, or else the weight {layer, unit, from}, at a point; layer −1 are the inputs; null for none. */
export function foundAt(places, x, y) {
  for (let layer = 0; layer < places.length; layer += 1) {
    const unit = places[layer].findIndex((place) => Math.hypot(place.x - x, place.y - y) <= place.r + 3);
    if (unit >= 0) return { layer: layer - 1, unit };
  }
  let [best, nearest] = [null, REACH];
  for (let layer = 0; layer + 1 < places.length; layer += 1) {
    places[layer].forEach((start, from) =>
      places[layer + 1].forEach((end, unit) => {
        const distance = distanceTo(start, end, x, y);
        if (distance < nearest) [best, nearest] = [{ layer, unit, from }, distance];
      }),
    );
  }
  return best;
}

function distanceTo(start, end, x, y) {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const share = Math.max(0, Math.min(1, ((x - start.x) * dx + (y - start.y) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(start.x + share * dx - x, start.y + share * dy - y);
}
