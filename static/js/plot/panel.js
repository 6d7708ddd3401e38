/**
 * What all plots do: keep the newest view, draw it as soon as that is possible, and again when the size changes.
 *
 * The last of `live` and `step` stays on screen until the next `render`. All three may be called before the script of
 * Plotly has arrived and while the element is hidden: the newest view is drawn as soon as it can be.
 *
 * view = {
 *   surface         catalogue entry or the formula's stand-in: domain {x: [lo, hi], y: [lo, hi]}, label, kind, symbols?
 *   visit           which of the addresses gone to it is: with another one, what was zoomed is let go
 *   grid            {x, y, loss: Float32Array (ny, nx), nx, ny}, NaN where not finite; or null
 *   record, ghost   {trajectories: [{index, status, reason, divergedAt, length, phi, loss, gradient, evaluationsPerStep}]};
 *                   ghost may be null
 *   labels          a name for each optimiser, by index
 *   colors          styleOf(slot, theme) for each optimiser, by index
 *   hidden          Set of indices
 *   step            the current step; a shorter run shows its last
 *   start           [x, y]
 *   criticalPoints  [{kind, x, y, loss, curvatures?, axis?}];  curved: whether their and the runs' axes are drawn
 *   prediction      {u, curves: [array | null, by index]} or null;  data: {x, y} or null
 *   axis            "steps" | "evaluations"
 *   theme           "light" | "dark";  lecture: bool;  reducedMotion: bool
 *   legend          true to show a legend in the contour plot (lecture mode shows it always)
 *   look            the step that is looked into (inside/inside.js), or null
 *   camera          [eye x, y, z, centre x, y, z] or null, read when the 3-D view is first drawn or the value is new
 * }
 *
 * handlers (all optional): onStart(x, y, phase) with phase "drag" | "end" | "click"; onHover(step | null): all plots
 * already show the hovered step by themselves; onCamera(numbers) after the camera was turned; onToggle(index) from the
 * legend.
 */

const panels = new Set();
let hovered = null;
let painted = null;

/** Resolved once a panel has been painted. */
export const firstPaint = new Promise((resolve) => (painted = resolve));

/** The step under the pointer, in whichever panel it is, or null. */
export const hoveredStep = () => hovered;

/** Every panel shows the step under the pointer. */
export function hover(step, handlers) {
  if (step === hovered) return;
  hovered = step;
  for (const panel of panels) panel.hover();
  handlers.onHover?.(step);
}

export function redrawAll() {
  for (const panel of panels) panel.redraw();
}

/**
 * `draw(view)` draws in full, `paint(view)` what moves, `hovers(view)` what the pointer shows; `ready()` says whether
 * there is anything to draw in full with.
 */
export function createPanel(host, { ready, draw, paint, hovers, removed }) {
  let view = null;
  let size = "";
  const visible = () => view && host.clientWidth > 0 && host.clientHeight > 0;

  function full(newest = view) {
    view = newest;
    if (visible()) (ready() ? draw : paint)(view);
    if (visible() && view.record.trajectories.length) painted();
  }

  function quick(newest) {
    view = newest;
    if (visible()) paint(view);
    if (visible() && view.record.trajectories.length) painted();
  }

  const observer = new ResizeObserver(() => {
    const now = `${host.clientWidth} ${host.clientHeight}`;
    if (now !== size) full();
    size = now;
  });
  const panel = { redraw: () => full(), hover: () => visible() && hovers(view) };
  observer.observe(host);
  panels.add(panel);
  return {
    render: full,
    theme: full,
    live: quick,
    step: quick,
    view: () => view,
    destroy() {
      observer.disconnect();
      panels.delete(panel);
      removed();
    },
  };
}
