"""LeCun: the variance that keeps the signal's size where nothing cuts it.

W ~ N(0, 1/D_in): a sum of D_in products has the variance of one input. Right for the identity, and for tanh as long as
its inputs are small; behind ReLU the signal halves at each layer. Biases are 0.

Source: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp, 1998, equation 16.
"""

import numpy as np

from engine.catalog import Array, Initializer


def variance(fan_in: int, fan_out: int) -> float:
    return 1 / fan_in


def weights(normal: Array, fan_in: int, fan_out: int) -> Array:
    return normal * np.sqrt(variance(fan_in, fan_out))


definition = Initializer(
    label="LeCun",
    order=120,
    weights=weights,
    variance=variance,
    latex=r"W \sim \mathcal{N}\left(0, \frac{1}{D_{\mathrm{in}}}\right)",
)
