/** The loss over the steps: on a log axis where the surface has no loss below 0 and the runs span decades. */

import { curveFigure, curveLayout, curveScene } from "./curve.js";
import { levelsOf } from "./levels.js";

const QUANTITY = {
  title: "loss",
  words: "loss",
  value: ({ loss }, step) => loss[step],
  positive: ({ grid, criticalPoints }) => !grid || levelsOf(grid, criticalPoints).low >= -1e-9,
};

export const lossScene = (view) => curveScene(view, QUANTITY);
export const lossLayout = (view, size) => curveLayout(view, QUANTITY, size);
export const lossFigure = (view, size, options) => curveFigure(view, QUANTITY, size, options);
