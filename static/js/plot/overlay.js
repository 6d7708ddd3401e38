/**
 * A canvas above a plot: paints a scene (figures/traces.js) with the plot's own mapping, in well under a millisecond.
 *
 * A frame is that mapping: where the plot area lies in the element, and what its axes span (log axes in powers of ten,
 * as Plotly writes their ranges).
 */

import { dashLengths } from "../figures/traces.js";

/** {left, top, width, height, x(value), y(value), xAt(pixel), yAt(pixel)}; pixels count from the element's corner. */
export function createFrame({ left, top, width, height }, horizontal, vertical) {
  const [x, y] = [axis(horizontal, left, width), axis(vertical, top + height, -height)];
  return { left, top, width, height, x: x.to, y: y.to, xAt: x.from, yAt: y.from };
}

function axis({ range: [low, high], type }, origin, length) {
  const scale = length / (high - low);
  if (type === "log") {
    return { to: (value) => origin + (Math.log10(value) - low) * scale, from: (pixel) => 10 ** (low + (pixel - origin) / scale) };
  }
  return { to: (value) => origin + (value - low) * scale, from: (pixel) => low + (pixel - origin) / scale };
}

/** A canvas that lies over all of an element and lets the pointer through: {canvas, context, fit()}. */
export function createCanvas(host) {
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  Object.assign(canvas.style, { position: "absolute", inset: "0", width: "100%", height: "100%", pointerEvents: "none" });
  host.append(canvas);
  // drawn by the processor: a few thousand short lines cost it less than handing them to a graphics card, emulated or not
  const context = canvas.getContext("2d", { willReadFrequently: true });

  function fit() {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(host.clientWidth * ratio), Math.round(host.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }
  return { canvas, context, fit };
}

/** From now on nothing is drawn outside of the plot area; until context.restore(). */
export function clipTo(context, { left, top, width, height }) {
  context.save();
  context.beginPath();
  context.rect(left, top, width, height);
  context.clip();
}

export function createOverlay(host) {
  const { canvas, context, fit } = createCanvas(host);

  return {
    canvas,
    clear() {
      fit();
      context.clearRect(0, 0, host.clientWidth, host.clientHeight);
    },
    /** Paint a scene, lines clipped to the plot area, marks whole; `movingOnly` leaves to Plotly what it shows at rest. */
    paint(frame, scene, { movingOnly = false, under = null } = {}) {
      this.clear();
      clipTo(context, frame);
      under?.(context, frame);
      for (const rule of scene.rules) drawRule(context, frame, rule);
      if (!movingOnly) for (const area of scene.areas ?? []) drawArea(context, frame, area);
      if (!movingOnly) for (const line of scene.lines) drawLine(context, frame, line);
      for (const one of scene.axes ?? []) drawAxis(context, frame, one);
      for (const box of scene.boxes ?? []) drawBox(context, frame, box);
      for (const arrow of scene.arrows ?? []) drawArrow(context, frame, arrow);
      context.restore();
      for (const mark of scene.marks) if (!movingOnly || mark.moving) drawMark(context, frame, mark);
    },
    remove: () => canvas.remove(),
  };
}

function drawRule(context, frame, { x, color, width = 1, dash = [], below = 0 }) {
  const at = Math.round(frame.x(x)) + 0.5;
  Object.assign(context, { strokeStyle: color, lineWidth: width, globalAlpha: 1 });
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(at, frame.top + below);
  context.lineTo(at, frame.top + frame.height);
  context.stroke();
}

function drawLine(context, frame, { x, y, color, dash, width, alpha = 1, dots }) {
  Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
  context.setLineDash(dashLengths(dash, width));
  context.beginPath();
  trace(context, frame, x, y);
  context.stroke();
  if (dots) drawDots(context, frame, x, y, dots);
}

/** What lies between two curves over the same x. */
function drawArea(context, frame, { x, low, high, color, alpha }) {
  Object.assign(context, { fillStyle: color, globalAlpha: alpha });
  context.beginPath();
  for (let at = 0; at < x.length; at += 1) if (Number.isFinite(high[at])) context.lineTo(frame.x(x[at]), frame.y(high[at]));
  for (let at = x.length - 1; at >= 0; at -= 1) if (Number.isFinite(low[at])) context.lineTo(frame.x(x[at]), frame.y(low[at]));
  context.closePath();
  context.fill();
}

function drawDots(context, frame, x, y, radius) {
  context.beginPath();
  for (let at = 0; at < x.length; at += 1) {
    const [left, top] = [frame.x(x[at]), frame.y(y[at])];
    context.moveTo(left + radius, top);
    context.arc(left, top, radius, 0, 2 * Math.PI);
  }
  context.fill();
}

/** The polyline through the points; a point that is not finite interrupts it, and far outside it is cut short. */
function trace(context, frame, x, y) {
  const box = farOutside(frame);
  let before = null;
  for (let at = 0; at < x.length; at += 1) {
    const point = [frame.x(x[at]), frame.y(y[at])];
    if (!Number.isFinite(point[0]) || !Number.isFinite(point[1])) {
      before = null;
      continue;
    }
    if (before === null) {
      if (within(box, point)) context.moveTo(...point);
    } else if (within(box, before) && within(box, point)) context.lineTo(...point);
    else {
      const cut = cutToBox(box, before, point);
      if (cut) {
        if (!within(box, before)) context.moveTo(...cut[0]);
        context.lineTo(...cut[1]);
      }
    }
    before = point;
  }
}

/** Canvases lose lines to coordinates of 1e30: lines end a few plots away. */
const farOutside = ({ left, top, width, height }) => [left - 4 * width, top - 4 * height, left + 5 * width, top + 5 * height];

const areaOf = ({ left, top, width, height }) => [left - 1, top - 1, left + width + 1, top + height + 1];

const within = ([left, top, right, bottom], [x, y]) => left <= x && x <= right && top <= y && y <= bottom;

/** The part of a segment inside a box (Liang and Barsky), or null. */
function cutToBox([left, top, right, bottom], [x0, y0], [x1, y1]) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  let [from, to] = [0, 1];
  for (const [p, q] of [[-dx, x0 - left], [dx, right - x0], [-dy, y0 - top], [dy, bottom - y0]]) {
    if (p === 0 && q < 0) return null;
    if (p < 0) from = Math.max(from, q / p);
    if (p > 0) to = Math.min(to, q / p);
  }
  return from < to ? [[x0 + from * dx, y0 + from * dy], [x0 + to * dx, y0 + to * dy]] : null;
}

const HEAD = { least: 6, widths: 2 }; // the length of an arrow's head: in pixels, and in widths of its line beyond that
const SHORTEST = 1.5;

/** An arrow from a point by (dx, dy), with an edge (or null) that sets it off from what is below. */
function drawArrow(context, frame, { x, y, dx, dy, color, edge, width }) {
  const [left, top] = [frame.x(x), frame.y(y)];
  const [across, down] = [frame.x(x + dx) - left, frame.y(y + dy) - top];
  const length = Math.hypot(across, down);
  if (!(length > SHORTEST) || !Number.isFinite(length)) return;
  const head = Math.min(HEAD.least + HEAD.widths * width, 0.8 * length);
  context.save();
  context.translate(left, top);
  context.rotate(Math.atan2(down, across));
  context.setLineDash([]);
  for (const [style, more] of [[edge, 3], [color, 0]].filter(([tone]) => tone)) {
    Object.assign(context, { strokeStyle: style, fillStyle: style, lineWidth: width + more, globalAlpha: 1, lineJoin: "round" });
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(length - head, 0);
    context.stroke();
    context.beginPath();
    for (const [along, aside] of [[length, 0], [length - head, 0.5 * head], [length - head, -0.5 * head]]) context.lineTo(along, aside);
    context.closePath();
    context.fill();
    if (more) {
      context.lineWidth = more;
      context.stroke();
    }
  }
  context.restore();
}

/** A line to both sides of a point; dashed where the loss curves down along it. */
function drawAxis(context, frame, { x, y, dx, dy, down, color, edge, width }) {
  for (const [style, more] of [[edge, 2], [color, 0]].filter(([tone]) => tone)) {
    Object.assign(context, { strokeStyle: style, lineWidth: width + more, globalAlpha: 1 });
    context.setLineDash(down && !more ? [4, 3] : []);
    context.beginPath();
    context.moveTo(frame.x(x - dx), frame.y(y - dy));
    context.lineTo(frame.x(x + dx), frame.y(y + dy));
    context.stroke();
  }
}

/** A dashed box around a point. */
function drawBox(context, frame, { x, y, across, up, color, edge, width }) {
  const [left, right, top, bottom] = [frame.x(x - across), frame.x(x + across), frame.y(y + up), frame.y(y - up)];
  for (const [style, more, dash] of [[edge, 2, []], [color, 0, [4, 4]]]) {
    Object.assign(context, { strokeStyle: style, lineWidth: width + more, globalAlpha: 1 });
    context.setLineDash(dash);
    context.strokeRect(left, top, right - left, bottom - top);
  }
}

/** Outlines around the origin for a symbol of size 2, as corners; discs and rings are drawn as circles. */
export const OUTLINES = {
  diamond: [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  "open diamond": [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]],
  up: [[0, -1.15], [1.15, 0.65], [-1.15, 0.65]],
  down: [[0, 1.15], [1.15, -0.65], [-1.15, -0.65]],
  stop: [[-1, -0.5], [-0.5, -1], [0, -0.5], [0.5, -1], [1, -0.5], [0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5], [-0.5, 1], [-1, 0.5], [-0.5, 0]],
};
const HOLLOW = new Set(["ring", "open diamond", "cross"]);

function drawMark(context, frame, { x, y, symbol, size, color, edge, width = 1.5, alpha = 1 }) {
  const [left, top, half] = [frame.x(x), frame.y(y), size / 2];
  if (!within(areaOf(frame), [left, top])) return;
  Object.assign(context, { fillStyle: color, strokeStyle: edge, lineWidth: width, globalAlpha: alpha });
  context.setLineDash([]);
  context.beginPath();
  if (symbol === "cross") {
    for (const side of [-half, half]) {
      context.moveTo(left - half, top - side);
      context.lineTo(left + half, top + side);
    }
  } else if (symbol === "disc" || symbol === "ring") context.arc(left, top, half, 0, 2 * Math.PI);
  else {
    for (const [across, down] of OUTLINES[symbol]) context.lineTo(left + across * half, top + down * half);
    context.closePath();
  }
  if (!HOLLOW.has(symbol)) context.fill();
  context.stroke();
}
