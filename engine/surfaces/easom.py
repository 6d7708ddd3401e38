"""A needle in a plateau: flat almost everywhere.

−cos x cos y exp(−(x − π)² − (y − π)²): one deep minimum at (π, π) in a plain of ripples too small to see.

Source: E. Easom, 1990.
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return -np.cos(x) * np.cos(y) * np.exp(-((x - np.pi) ** 2) - (y - np.pi) ** 2)


definition = Surface(
    label="Easom",
    order=170,
    loss=loss,
    latex=r"-\cos x \, \cos y \, \exp\left(-(x - \pi)^2 - (y - \pi)^2\right)",
    domain=((-2.0, 8.0), (-2.0, 8.0)),
    start=(4.3, 1.9),
    suggested_learning_rate=0.3,
    teaches="Without a slope there is no direction: start a little farther out and gradient descent stands still.",
    critical_points=(
        CriticalPoint("minimum", 3.141592653589793, 3.141592653589793, -1.0),
        CriticalPoint("minimum", 1.3049954504376675, 4.978189856741919, -8.110223891570066e-05),
        CriticalPoint("minimum", 4.978189856741919, 1.3049954504376675, -8.110223891570066e-05),
        CriticalPoint("minimum", 1.3049954504376675, 1.3049954504376675, -8.110223891570066e-05),
        CriticalPoint("minimum", 4.978189856741919, 4.978189856741919, -8.110223891570066e-05),
        CriticalPoint("minimum", -1.6742496642561422, 3.141592653589793, -8.743100451953809e-12),
        CriticalPoint("minimum", 3.141592653589793, -1.6742496642561422, -8.743100451953809e-12),
        CriticalPoint("minimum", 3.141592653589793, 7.957434971435728, -8.743100451953809e-12),
        CriticalPoint("minimum", 7.957434971435728, 3.141592653589793, -8.743100451953809e-12),
        CriticalPoint("minimum", -1.6742496642561422, -1.6742496642561422, -7.64418055129549e-23),
        CriticalPoint("minimum", -1.6742496642561422, 7.957434971435728, -7.64418055129549e-23),
        CriticalPoint("minimum", 7.957434971435728, -1.6742496642561422, -7.64418055129549e-23),
        CriticalPoint("minimum", 7.957434971435728, 7.957434971435728, -7.64418055129549e-23),
        CriticalPoint("saddle", 4.71238898038469, 4.71238898038469, 0.0),
        CriticalPoint("saddle", 1.5707963267948966, 4.71238898038469, 0.0),
        CriticalPoint("saddle", 4.71238898038469, 1.5707963267948966, 0.0),
        CriticalPoint("saddle", 1.5707963267948966, 1.5707963267948966, 0.0),
        CriticalPoint("saddle", 4.71238898038469, 7.853981633974483, 0.0),
        CriticalPoint("saddle", 7.853981633974483, 4.71238898038469, 0.0),
        CriticalPoint("saddle", 1.5707963267948966, 7.853981633974483, 0.0),
        CriticalPoint("saddle", 7.853981633974483, 1.5707963267948966, 0.0),
        CriticalPoint("saddle", -1.5707963267948966, 4.71238898038469, 0.0),
        CriticalPoint("saddle", 4.71238898038469, -1.5707963267948966, 0.0),
        CriticalPoint("saddle", -1.5707963267948966, 1.5707963267948966, 0.0),
        CriticalPoint("saddle", 1.5707963267948966, -1.5707963267948966, 0.0),
        CriticalPoint("saddle", 7.853981633974483, 7.853981633974483, 0.0),
        CriticalPoint("saddle", 7.853981633974483, -1.5707963267948966, 0.0),
        CriticalPoint("saddle", -1.5707963267948966, 7.853981633974483, 0.0),
        CriticalPoint("saddle", -1.5707963267948966, -1.5707963267948966, 0.0),
        CriticalPoint("maximum", 1.3049954504376675, 7.957434971435728, 7.873754869094663e-14),
        CriticalPoint("maximum", 4.978189856741919, 7.957434971435728, 7.873754869094663e-14),
        CriticalPoint("maximum", 7.957434971435728, 1.3049954504376675, 7.873754869094663e-14),
        CriticalPoint("maximum", 7.957434971435728, 4.978189856741919, 7.873754869094663e-14),
        CriticalPoint("maximum", -1.6742496642561422, 1.3049954504376675, 7.873754869094663e-14),
        CriticalPoint("maximum", 1.3049954504376675, -1.6742496642561422, 7.873754869094663e-14),
        CriticalPoint("maximum", -1.6742496642561422, 4.978189856741919, 7.873754869094663e-14),
        CriticalPoint("maximum", 4.978189856741919, -1.6742496642561422, 7.873754869094663e-14),
        CriticalPoint("maximum", 1.3049954504376675, 3.141592653589793, 0.009005678148573858),
        CriticalPoint("maximum", 3.141592653589793, 1.3049954504376675, 0.009005678148573858),
        CriticalPoint("maximum", 3.141592653589793, 4.978189856741919, 0.009005678148573858),
        CriticalPoint("maximum", 4.978189856741919, 3.141592653589793, 0.009005678148573858),
    ),
)
