"""Two moons: two half circles, each with an end inside the other.

With t uniform between 0 and π, class 0 is (cos t, sin t) and class 1 is (1 − cos t, ½ − sin t); noise is added to both
coordinates. No straight line parts them: a network without hidden units gets about one in nine wrong.

Source: scikit-learn, `make_moons`, where t is evenly spaced.
"""

import numpy as np

from engine.catalog import Array, Dataset, Stream, noise_parameter


def draw(stream: Stream, n: int, *, noise: float) -> tuple[Array, Array]:
    y = np.arange(n) % 2.0
    t, side = np.pi * stream.uniform(n), 1 - 2 * y
    x = np.stack([y + side * np.cos(t), y / 2 + side * np.sin(t)], axis=1)
    return stream.around(x, noise), y


definition = Dataset(
    label="Two moons",
    order=100,
    kind="classification",
    draw=draw,
    classes=2,
    latex=r"(\cos t, \sin t) \text{ or } (1 - \cos t, \tfrac{1}{2} - \sin t)",
    teaches="A border that has to bend: watch it turn from a line into a wave.",
    parameters=(noise_parameter(default=0.1, slider_high=0.5),),
)
