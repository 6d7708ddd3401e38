"""Exclusive or: the class tells whether the coordinates differ in sign.

Points uniform in the square from −1 to 1; class 1 where x1 x2 < 0. Noise moves a point after its class is decided, so
that some cross the border. Neither coordinate alone tells anything of the class.

Source: M. Minsky, S. Papert, Perceptrons, 1969: what a single layer cannot learn.
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    x = 2 * stream.uniform(2 * n).reshape(n, 2) - 1
    y = np.where(x[:, 0] * x[:, 1] < 0, 1.0, 0.0)
    return stream.around(x, noise), y


definition = Dataset(
    label="Exclusive or",
    order=120,
    kind="classification",
    draw=draw,
    classes=2,
    latex=r"y = [x_1 x_2 < 0]",
    teaches="Without a hidden layer nothing can be learnt: the best guess is one half everywhere.",
    parameters=(noise_parameter(default=0.05, slider_high=0.5),),
)
