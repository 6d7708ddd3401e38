/** The help of the surface lab. */

import { formulaHelp, mountHelp, ruleHelp } from "./help.js";

const INTRO =
  "Each path is a run of an optimiser down the loss surface. Click or drag on the plot to start elsewhere, move any slider, and everything is computed again while your hand moves.";

const KEYS = [
  ["Space", "play or pause"],
  ["← →", "one step back or on"],
  ["Shift + ← →", "one part of a step back or on: gradient, decay, take in, correction, move; → finishes the step"],
  ["R", "back to the start of the run"],
  ["L", "lecture mode: no controls, larger type, high contrast"],
  ["G, H", "go to a scenario; share: the hall’s code, the address, files"],
  ["S", "as on the slide, as in most software"],
  ["C", "curvature: principal axes, λmax and λmin, and η·λmax beside its limit"],
  ["B A E", "with batches: this batch’s own surface, the paths on all data, thirty seeds"],
  ["?", "this help"],
  ["Arrows on the start point", "move the start (Tab reaches it); with Shift ten times as far"],
  ["Double click on a slider", "back to its default"],
  ["◆ × ▲", "on the plot: a minimum, a saddle point, a maximum; ◇ where the curvature decides nothing, ▼ a minimum without a gradient"],
  ["○ ● ✖", "on the plot: the start, where a path is at this step, where one diverged; small rings end an epoch"],
];

export function mountSurfaceHelp(sheet, catalog) {
  const rules = ruleHelp(catalog.rule);
  const groups = [
    ["Optimisers", catalog.optimizers.values()],
    ["Learning-rate schedules", catalog.schedules.values()],
    ["Surfaces", catalog.surfaces.values()],
  ];
  return mountHelp(sheet, { intro: INTRO, keys: KEYS, groups, more: [...formulaHelp(catalog.formula), rules], otherwise: rules });
}
