/** What a network computes of two inputs, as an image of one pixel a node, and the borders between its classes. Pure but for a canvas. */

import { classTone, tonesOf } from "../palette.js";
import { isolines } from "./isolines.js";

const STRENGTH = { light: 0.5, dark: 0.45 };
const bytes = (hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
const mixed = (from, to, share) => from.map((value, at) => value + share * (to[at] - value));

/**
 * A canvas of nx × ny pixels, the upper row first; `colorOf(node)` is [r, g, b], or null where there is nothing.
 */
function imageOf({ nx, ny }, colorOf) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: nx, height: ny });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const image = context.createImageData(nx, ny);
  for (let j = 0; j < ny; j += 1) {
    for (let i = 0; i < nx; i += 1) {
      const color = colorOf((ny - 1 - j) * nx + i);
      if (color) image.data.set([...color, 255], 4 * (j * nx + i));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

/** The most probable class of each node in a tint of its tone, the paler the less sure: at 1/k nothing is left. */
export function classImage(grid, { shape: [classes, points], values }, theme) {
  const paper = bytes(tonesOf(theme).paper);
  const tones = Array.from({ length: classes }, (_, number) => bytes(classTone(number, theme)));
  return imageOf(grid, (node) => {
    let best = 0;
    for (let number = 1; number < classes; number += 1) if (values[number * points + node] > values[best * points + node]) best = number;
    const sure = (values[best * points + node] - 1 / classes) / (1 - 1 / classes);
    return Number.isNaN(sure) ? null : mixed(paper, tones[best], STRENGTH[theme] * (0.15 + 0.85 * Math.max(0, sure)));
  });
}

/** One class for each node, the most probable or a drawn one, in a tint of its tone. */
export function decidedImage(grid, numbers, theme) {
  const paper = bytes(tonesOf(theme).paper);
  return imageOf(grid, (node) => (Number.isNaN(numbers[node]) ? null : mixed(paper, bytes(classTone(numbers[node], theme)), STRENGTH[theme])));
}

/** A real quantity from low (the first class's tone) over the paper at the middle to high (the second's). */
export function valueImage(grid, values, [low, high], theme) {
  const paper = bytes(tonesOf(theme).paper);
  const ends = [0, 1].map((number) => bytes(classTone(number, theme)));
  return imageOf(grid, (node) => {
    const share = (2 * (values[node] - low)) / (high - low || 1) - 1;
    return Number.isNaN(share) ? null : mixed(paper, ends[share > 0 ? 1 : 0], 0.8 * Math.min(1, Math.abs(share)));
  });
}

/** The tone of a sample's value: between the two ends' tones, so that one in the middle is seen too. */
export function valueTone(value, [low, high], theme) {
  const [from, to] = [0, 1].map((number) => bytes(classTone(number, theme)));
  const share = Math.max(0, Math.min(1, (value - low) / (high - low || 1)));
  return `#${mixed(from, to, share).map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Lines on which a class is as probable as the most probable other one: [{x, y}], each a polyline. */
export function borders(grid, { shape: [classes, points], values }) {
  const found = [];
  for (let number = 0; number < (classes === 2 ? 1 : classes); number += 1) {
    const lead = new Float32Array(points);
    for (let node = 0; node < points; node += 1) {
      let other = -Infinity;
      for (let rival = 0; rival < classes; rival += 1) if (rival !== number) other = Math.max(other, values[rival * points + node]);
      lead[node] = values[number * points + node] - other;
    }
    for (const line of isolines(grid, lead, 0)) found.push({ x: line.map(([x]) => x), y: line.map(([, y]) => y) });
  }
  return found;
}

/** Nodes lie on the grid's edges: half a pixel of an image hangs over on each side. {x, y, width, height} in its coordinates. */
export function extentOf({ x, y, nx, ny }) {
  const [across, up] = [(x.at(-1) - x[0]) / (nx - 1), (y.at(-1) - y[0]) / (ny - 1)];
  return { left: x[0] - across / 2, top: y.at(-1) + up / 2, width: across * nx, height: up * ny };
}

/** A painter (context, frame) of an image on a grid. */
export function painterOf(image, grid) {
  const { left, top, width, height } = extentOf(grid);
  return (context, frame) => {
    const [x, y] = [frame.x(left), frame.y(top)];
    Object.assign(context, { imageSmoothingEnabled: true, globalAlpha: 1 });
    context.drawImage(image, x, y, frame.x(left + width) - x, frame.y(top - height) - y);
  };
}

/** The same as an image of a layout. */
export function layoutImage(image, grid) {
  const { left, top, width, height } = extentOf(grid);
  return { source: image.toDataURL(), xref: "x", yref: "y", x: left, y: top, sizex: width, sizey: height, sizing: "stretch", layer: "below", xanchor: "left", yanchor: "top" };
}
