"""Glorot: a compromise between signal and gradient, for tanh.

W ~ N(0, 2/(D_in + D_out)): the mean of the numbers of inputs and outputs stands for either, and the activation is taken
for the identity, which tanh is near 0. Also known as Xavier. Biases are 0.

Source: X. Glorot, Y. Bengio, 2010, equation 12 (with normal instead of uniform numbers).
"""

import numpy as np

from engine.catalog import Array, Initializer


def variance(fan_in: int, fan_out: int) -> float:
    return 2 / (fan_in + fan_out)


def weights(normal: Array, fan_in: int, fan_out: int) -> Array:
    return normal * np.sqrt(variance(fan_in, fan_out))


definition = Initializer(
    label="Glorot",
    order=110,
    weights=weights,
    variance=variance,
    latex=r"W \sim \mathcal{N}\left(0, \frac{2}{D_{\mathrm{in}} + D_{\mathrm{out}}}\right)",
)
