"""Gabor: a short packet of waves.

y = sin(x) exp(−x²/32) + ε, with x uniform between −15 and 15 and ε normal: the curve of the Gabor model with φ0 = 0 and
φ1 = 16⅔. It is busy in the middle, and flat at both ends.

Source: S. Prince, Understanding Deep Learning, 2023, section 6.1.2.
"""

import numpy as np

from engine.catalog import Array, Dataset, Parameter, Stream


def mean(x: Array, *, noise: float) -> Array:
    return np.sin(x) * np.exp(-(x**2) / 32)


def standard_deviation(x: Array, *, noise: float) -> Array:
    return np.full_like(x, noise)


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = 30 * stream.uniform(n).reshape(n, 1) - 15
    return x, mean(x, noise=noise) + standard_deviation(x, noise=noise) * stream.normal(n).reshape(n, 1)


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
    parameters=(
        Parameter(
            name="noise",
            default=0.1,
            low=0.0,
            high=10.0,
            scale="linear",
            symbol=r"\sigma",
            unit="1",
            help="Standard deviation of what is added to the targets.",
            slider_high=1.0,
        ),
    ),
)
