"""Constant: every weight has one value, every bias another.

W = w and b = c. All units of a layer compute the same and get the same gradient: they stay equal for ever, and the
layer is worth one unit. Good for checking a forward pass by hand, not for training.

Source: the lecture's notebook 2.1, exercise j (weights 1, biases 0).
"""

import numpy as np

from engine.catalog import Array, Initializer, Parameter


def variance(fan_in: int, fan_out: int, *, value: float, bias: float) -> float:
    return 0.0


def weights(normal: Array, fan_in: int, fan_out: int, *, value: float, bias: float) -> Array:
    return np.full_like(normal, value)


definition = Initializer(
    label="Constant",
    order=140,
    weights=weights,
    variance=variance,
    bias="bias",
    latex=r"W = w, \quad b = c",
    parameters=(
        Parameter(
            name="value",
            default=1.0,
            low=-100.0,
            high=100.0,
            scale="linear",
            symbol="w",
            unit="1",
            help="Every weight.",
            slider_low=-2.0,
            slider_high=2.0,
        ),
        Parameter(
            name="bias",
            default=0.0,
            low=-100.0,
            high=100.0,
            scale="linear",
            symbol="c",
            unit="1",
            help="Every bias.",
            slider_low=-2.0,
            slider_high=2.0,
        ),
    ),
)
