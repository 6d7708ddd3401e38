"""The notebook's data: a sine wave on a slope.

y = ½ sin(3x) + x + ε, with x evenly spaced between −3 and 3, in random order, and ε normal. A line fits most of it: the
wave is learnt later.

Source: the lecture's notebook 2.1, its one-dimensional data (300 samples, noise 0.5).
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def mean(x: Array, *, noise: float) -> Array:
    return 0.5 * np.sin(3 * x) + x


def standard_deviation(x: Array, *, noise: float) -> Array:
    return np.full_like(x, noise)


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = np.linspace(-3, 3, n)[stream.order(n)].reshape(n, 1)
    return x, stream.around(mean(x, noise=noise), standard_deviation(x, noise=noise))


definition = Dataset(
    label="The notebook's sine",
    order=210,
    kind="regression",
    draw=draw,
    inputs=1,
    targets=1,
    mean=mean,
    standard_deviation=standard_deviation,
    latex=r"y = \tfrac{1}{2} \sin 3x + x + \varepsilon",
    teaches="First the slope is learnt, and only then the wave: what a linear model can do comes first.",
    parameters=(noise_parameter(default=0.5, slider_high=1.0, to="the targets"),),
)
