"""Step: a function that jumps.

y = [x > 0] + ε, with x uniform between −1 and 1 and ε normal. No network of continuous activations can jump: it can
only get steeper, for as long as one trains.

Source: made up for this page.
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def mean(x: Array, *, noise: float) -> Array:
    return np.where(x > 0, 1.0, 0.0)


def standard_deviation(x: Array, *, noise: float) -> Array:
    return np.full_like(x, noise)


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = 2 * stream.uniform(n).reshape(n, 1) - 1
    return x, stream.around(mean(x, noise=noise), standard_deviation(x, noise=noise))


definition = Dataset(
    label="Step",
    order=240,
    kind="regression",
    draw=draw,
    inputs=1,
    targets=1,
    mean=mean,
    standard_deviation=standard_deviation,
    latex=r"y = [x > 0] + \varepsilon",
    teaches="A jump is a slope without end: the weights that make it grow and grow.",
    parameters=(noise_parameter(default=0.1, slider_high=1.0, to="the targets"),),
)
