"""Least squares for the mean of two exponential decays.

The model is (e^{−φ0 x} + e^{−φ1 x}) / 2: two halves that decay at rates of their own. Swapping the rates changes
nothing, so there are two minima, mirror images of each other, and between them, where both rates are the same, a
saddle: the best fit of a single decay. On the diagonal both get the same gradient, and no optimiser here leaves it.
Towards large rates the curve is gone before the data begin, and the surface is flat. Hidden units that start alike are
caught in the same way.

Source: made up for this page, data too: rates 0.25 and 2 with noise.
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, DataSurface

X = (
    0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0, 1.25, 1.5, 1.8, 2.1, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0,
)  # fmt: skip
Y = (
    0.898, 0.852, 0.743, 0.61, 0.552, 0.494, 0.474, 0.405, 0.391, 0.277, 0.35, 0.268, 0.258, 0.205, 0.173, 0.176, 0.168,
    0.105,
)  # fmt: skip


def predict(u: Array, x: Array, y: Array) -> Array:
    return (np.exp(-x * u) + np.exp(-y * u)) / 2


def sample_loss(prediction: Array, target: Array) -> Array:
    return (prediction - target) ** 2


definition = DataSurface(
    label="Two decays",
    order=220,
    predict=predict,
    sample_loss=sample_loss,
    data_x=X,
    data_y=Y,
    latex=r"\sum_i \left(\tfrac{1}{2}\left(e^{-\phi_0 x_i} + e^{-\phi_1 x_i}\right) - y_i\right)^2",
    domain=((0.0, 3.0), (0.0, 3.0)),
    start=(2.6, 2.4),
    suggested_learning_rate=0.05,
    teaches="Two parameters that may be swapped: two minima, and on the diagonal between them a saddle. "
    "A start with both the same cannot leave the diagonal.",
    critical_points=(
        CriticalPoint("minimum", 0.2448357364880489, 1.9441078776325091, 0.010677292801715647),
        CriticalPoint("minimum", 1.9441078776325091, 0.2448357364880489, 0.010677292801715647),
        CriticalPoint("saddle", 0.6270981450723777, 0.6270981450723777, 0.1288442876480689),
    ),
)
