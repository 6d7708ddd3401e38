"""He: the variance that keeps the signal's size through layers of ReLU.

W ~ N(0, 2/D) with D the number of inputs of the layer: half of what comes in is cut off by ReLU, the 2 makes up for it.
With D the number of outputs the gradient keeps its size on the way back; 4/(D_in + D_out) is between the two. Biases
are 0.

Source: K. He et al., 2015; S. Prince, Understanding Deep Learning, 2023, equations 7.32 to 7.34; the lecture (L45).
"""

import numpy as np

from engine.catalog import Array, Choice, Initializer


def variance(fan_in: int, fan_out: int, *, fan: str) -> float:
    units = {"in": fan_in, "out": fan_out, "both": (fan_in + fan_out) / 2}
    return 2 / units[fan]


def weights(normal: Array, fan_in: int, fan_out: int, *, fan: str) -> Array:
    return normal * np.sqrt(variance(fan_in, fan_out, fan=fan))


definition = Initializer(
    label="He",
    order=100,
    weights=weights,
    variance=variance,
    latex=r"W \sim \mathcal{N}\left(0, \frac{2}{D}\right)",
    parameters=(
        Choice(
            name="fan",
            default="in",
            options=("in", "out", "both"),
            symbol="D",
            help="What D is: inputs of the layer (keeps the signal), outputs (the gradient), or the mean of both.",
        ),
    ),
)
