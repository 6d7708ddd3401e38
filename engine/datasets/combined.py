"""Two real targets and a class, all of one input.

With x uniform between −3 and 3: y1 = sin x + σ ε1, y2 = x²/9 + σ ε2, and the class is 1 where sin x + σ ε3 > 0. Given
x the three are independent, so that their densities multiply, and the losses are summed.

Source: the lecture's slide on combining outputs (L20); the functions are made up for this page.
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def mean(x: Array, *, noise: float) -> Array:
    return np.concatenate([np.sin(x), x**2 / 9], axis=1)


def standard_deviation(x: Array, *, noise: float) -> Array:
    return np.full((len(x), 2), noise)


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = 6 * stream.uniform(n).reshape(n, 1) - 3
    drawn = noise * stream.normal(3 * n).reshape(n, 3)
    real = mean(x, noise=noise) + drawn[:, :2]
    return x, np.concatenate([real, np.where(np.sin(x) + drawn[:, 2:] > 0, 1.0, 0.0)], axis=1)


definition = Dataset(
    label="Two numbers and a class",
    order=300,
    kind="combined",
    draw=draw,
    inputs=1,
    targets=2,
    classes=2,
    mean=mean,
    standard_deviation=standard_deviation,
    latex=r"y_1 = \sin x + \varepsilon_1, \quad y_2 = x^2/9 + \varepsilon_2, \quad y_3 = [\sin x + \varepsilon_3 > 0]",
    teaches="One network, two kinds of outputs: the same hidden units serve both, and their losses add up.",
    parameters=(
        noise_parameter(
            default=0.2,
            slider_high=1.0,
            to="the targets, and before the class is decided",
        ),
    ),
)
