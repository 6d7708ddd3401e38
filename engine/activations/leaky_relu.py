"""Leaky ReLU: negative values keep a small slope.

σ(z) = z above 0 and αz below. With α = 0 it is ReLU, with α = 1 the identity. At 0 the derivative is taken to be α. No
unit is ever dead: below 0 a part α of the gradient gets through.

Source: A. Maas, A. Hannun, A. Ng, 2013; S. Prince, Understanding Deep Learning, 2023, problem 7.10 (α = 0.1).
"""

import numpy as np

from engine.catalog import Activation, Array, Parameter


def function(z: Array, *, slope: Array) -> Array:
    return np.where(z > 0, z, slope * z)


definition = Activation(
    label="Leaky ReLU",
    order=110,
    function=function,
    latex=r"\sigma(z) = \begin{cases} z & z > 0 \\ \alpha z & z \le 0 \end{cases}",
    parameters=(
        Parameter(
            name="slope",
            default=0.1,
            low=0.0,
            high=1.0,
            scale="linear",
            symbol=r"\alpha",
            unit="1",
            help="The slope below 0.",
        ),
    ),
    torch="nn.LeakyReLU({slope})",
)
