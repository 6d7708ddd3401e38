/** The length of the gradient over the steps, always on a log axis: it goes to 0 where a run converges. */

import { curveFigure, curveLayout, curveScene } from "./curve.js";
import { gradientNorm } from "./paths.js";

const QUANTITY = { title: "norm", words: "gradient norm", value: gradientNorm, positive: () => true, log: true };

export const gradientScene = (view) => curveScene(view, QUANTITY);
export const gradientLayout = (view, size) => curveLayout(view, QUANTITY, size);
export const gradientFigure = (view, size, options) => curveFigure(view, QUANTITY, size, options);
