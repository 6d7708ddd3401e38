/**
 * The only file that knows Plotly: it mounts the figures, keeps them up to date, and lays a canvas over each.
 *
 *     loadPlotly(address)                  start loading the script (once); plots mounted before draw paths without it
 *     mountContour(element, handlers)      the surface from above, with the paths
 *     mountSurface3d(element, handlers)    the same record in space
 *     mountCurve(element, kind, handlers)  kind "loss" | "gradient": a value over the steps
 *     mountData(element, handlers)         a data surface's points and the fitted curve of each visible optimiser
 *
 * Each returns a plot:
 *
 *     render(view)   the hand rests: everything as Plotly traces (hover, zoom, PNG); zoom and camera are kept
 *     live(view)     the hand moves: paths on the canvas within a millisecond, no Plotly call
 *     step(view)     another step, or optimisers shown or hidden: the canvas again, no Plotly call
 *     theme(view)    like render
 *     png()          a promise of a data URL: what is shown, with a legend and the markers of the current step
 *     destroy()
 *
 * The last of `live` and `step` stays on screen until the next `render`. All three may be called before the script of
 * Plotly has arrived and while the element is hidden: the newest view is drawn as soon as it can be.
 *
 * view = {
 *   surface         catalogue entry or the formula's stand-in: domain {x: [lo, hi], y: [lo, hi]}, label, kind, symbols?
 *   grid            {x, y, loss: Float32Array (ny, nx), nx, ny}, NaN where not finite; or null
 *   record, ghost   {trajectories: [{index, status, reason, divergedAt, length, phi, loss, gradient, evaluationsPerStep}]};
 *                   ghost may be null
 *   labels          a name for each optimiser, by index
 *   colors          styleOf(slot, theme) for each optimiser, by index
 *   hidden          Set of indices
 *   step            the current step; a shorter run shows its last
 *   start           [x, y]
 *   criticalPoints  [{kind, x, y, loss}]
 *   prediction      {u, curves: [array | null, by index]} or null;  data: {x, y} or null
 *   axis            "steps" | "evaluations"
 *   theme           "light" | "dark";  lecture: bool;  reducedMotion: bool
 *   legend          true to show a legend in the contour plot (lecture mode shows it always)
 *   camera          [eye x, y, z, centre x, y, z] or null, read when the 3-D view is first drawn or the value is new
 * }
 *
 * handlers (all optional): onStart(x, y, phase) with phase "drag" | "end" | "click"; onHover(step | null): all plots
 * already show the hovered step by themselves; onCamera(numbers) after the camera was turned; onToggle(index) from the
 * legend.
 */

const empty = () => ({ render() {}, live() {}, step() {}, theme() {}, png: async () => "", destroy() {} });

export function loadPlotly() {}
export const mountContour = empty;
export const mountSurface3d = empty;
export const mountCurve = empty;
export const mountData = empty;
