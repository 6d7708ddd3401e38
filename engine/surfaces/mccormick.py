"""A tilted washboard: sine waves along one diagonal.

sin(x + y) + (x − y)² − 1.5x + 2.5y + 1: unbounded below outside the domain, where each wave is lower than the last.

Source: G. McCormick, 1976.
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return np.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


definition = Surface(
    label="McCormick",
    order=140,
    loss=loss,
    latex=r"\sin(x + y) + (x - y)^2 - 1.5\,x + 2.5\,y + 1",
    domain=((-1.5, 4.0), (-3.0, 4.0)),
    start=(3.5, 2.8),
    suggested_learning_rate=0.2,
    teaches="Descent stops in the first trough; strong momentum rolls over the next crest, and on out of the domain.",
    critical_points=(
        CriticalPoint("minimum", -0.5471975511965977, -1.5471975511965979, -1.9132229549810364),
        CriticalPoint("minimum", 2.5943951023931957, 1.5943951023931955, 1.2283696986087569),
        CriticalPoint("saddle", 1.5471975511965979, 0.5471975511965977, 1.9132229549810364),
    ),
)
