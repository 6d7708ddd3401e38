"""A stretched Gaussian dent: steep across, flat along, flat far away.

1 − exp(−2 y²) exp(−(x − 0.7)²/8), with x = φ0 and y = φ1: the textbook's surface for normalised gradients and Adam.

Source: S. Prince, Understanding Deep Learning, 2023, notebook 6.5.
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return 1 - np.exp(-2 * y**2) * np.exp(-((x - 0.7) ** 2) / 8)


definition = Surface(
    label="Adam's bowl",
    order=180,
    loss=loss,
    latex=r"1 - \exp(-2 y^2)\, \exp\left(-\tfrac{1}{8}(x - 0.7)^2\right)",
    domain=((-1.0, 1.0), (-1.0, 1.0)),
    start=(-0.7, -0.9),
    suggested_learning_rate=0.25,
    teaches="Gradient descent drops across, then crawls along the floor; Adam takes even steps in both directions.",
    critical_points=(CriticalPoint("minimum", 0.7, 0.0, 0.0),),
)
