"""Normal: weights of one variance, whatever the layer's size.

W ~ N(0, σ²). Too small and the signal vanishes from layer to layer, too big and it grows: a variance right for one
width is wrong for another. Biases are 0.

Source: the lecture's slide on initialisation (L43); its notebook 2.1 has σ = 0.1.
"""

import numpy as np

from engine.catalog import Array, Initializer, Parameter


def variance(fan_in: int, fan_out: int, *, variance: float) -> float:
    return variance


def weights(normal: Array, fan_in: int, fan_out: int, *, variance: float) -> Array:
    return normal * np.sqrt(variance)


definition = Initializer(
    label="Normal",
    order=130,
    weights=weights,
    variance=variance,
    latex=r"W \sim \mathcal{N}(0, \sigma^2)",
    parameters=(
        Parameter(
            name="variance",
            default=0.01,
            low=0.0,
            high=1e4,
            scale="log",
            symbol=r"\sigma^2",
            unit="1",
            help="Variance of each weight.",
            slider_low=1e-4,
            slider_high=100.0,
        ),
    ),
)
