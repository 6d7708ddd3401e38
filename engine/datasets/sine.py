"""Sine: one wave with noise of one size.

y = sin(2πx) + ε, with x uniform between 0 and 1 and ε normal. The classical example of fitting too little and too
much.

Source: C. Bishop, Pattern Recognition and Machine Learning, 2006, appendix A.
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def mean(x: Array, *, noise: float) -> Array:
    return np.sin(2 * np.pi * x)


def standard_deviation(x: Array, *, noise: float) -> Array:
    return np.full_like(x, noise)


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = stream.uniform(n).reshape(n, 1)
    return x, stream.around(mean(x, noise=noise), standard_deviation(x, noise=noise))


definition = Dataset(
    label="Sine",
    order=200,
    kind="regression",
    draw=draw,
    inputs=1,
    targets=1,
    mean=mean,
    standard_deviation=standard_deviation,
    latex=r"y = \sin 2\pi x + \varepsilon",
    teaches="A wave under noise: with fewer samples and more units the curve runs through the points, not along it.",
    parameters=(noise_parameter(default=0.3, slider_high=1.0, to="the targets"),),
)
