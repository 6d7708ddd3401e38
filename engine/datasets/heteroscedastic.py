"""Noise that grows with x: the spread is to be learnt as well.

y = sin(2x) + σ(x) ε, with x uniform between 0 and 3, ε normal of variance 1 and σ(x) = σ (0.2 + x). A model with one σ
for all x is unsure on the left, where it need not be, and too sure on the right.

Source: made up for this page, after S. Prince, Understanding Deep Learning, 2023, section 5.3.
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def mean(x: Array, *, noise: float) -> Array:
    return np.sin(2 * x)


def standard_deviation(x: Array, *, noise: float) -> Array:
    return noise * (0.2 + x)


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = 3 * stream.uniform(n).reshape(n, 1)
    return x, stream.around(mean(x, noise=noise), standard_deviation(x, noise=noise))


definition = Dataset(
    label="Growing noise",
    order=230,
    kind="regression",
    draw=draw,
    inputs=1,
    targets=1,
    mean=mean,
    standard_deviation=standard_deviation,
    latex=r"y = \sin 2x + \sigma(x)\, \varepsilon, \quad \sigma(x) = \sigma\, (0.2 + x)",
    teaches="The band of the heteroscedastic likelihood widens to the right, as the data do; one σ for all cannot.",
    parameters=(
        noise_parameter(
            default=0.2, slider_high=0.5, help="What the noise is at x = 0.8; it grows from a fifth to 3.2 times it."
        ),
    ),
)
