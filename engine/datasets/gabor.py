"""Gabor: a short packet of waves.

y = sin(x) exp(−x²/32) + ε, with x uniform between −15 and 15 and ε normal: the curve of the Gabor model with φ0 = 0 and
φ1 = 16⅔. It is busy in the middle, and flat at both ends.

Source: S. Prince, Understanding Deep Learning, 2023, section 6.1.2.
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def mean(x: Array, *, noise: float) -> Array:
    return np.sin(x) * np.exp(-(x**2) / 32)


def standard_deviation(x: Array, *, noise: float) -> Array:
    return np.full_like(x, noise)


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = 30 * stream.uniform(n).reshape(n, 1) - 15
    return x, stream.around(mean(x, noise=noise), standard_deviation(x, noise=noise))


definition = Dataset(
    label="Gabor",
    order=220,
    kind="regression",
    draw=draw,
    inputs=1,
    targets=1,
    mean=mean,
    standard_deviation=standard_deviation,
    latex=r"y = \sin(x)\, e^{-x^2/32} + \varepsilon",
    teaches="The corners of a ReLU network are wanted in the middle, and wasted at both flat ends.",
    parameters=(noise_parameter(default=0.1, slider_high=1.0, to="the targets"),),
)
