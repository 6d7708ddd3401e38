"""Circles: one class is a ring around the other.

Points on a circle of radius 1 (class 0) and of a smaller one (class 1) at uniform angles, with noise added to both
coordinates. Three units with straight fronts are enough to fence in the inner circle.

Source: scikit-learn, `make_circles`, where the angles are evenly spaced.
"""

import numpy as np

from engine.catalog import Array, Dataset, Parameter, Stream, noise_parameter


def draw(stream: Stream, n: int, *, noise: float, factor: float) -> tuple[Array, Array]:
    y = np.arange(n) % 2.0
    t, radius = 2 * np.pi * stream.uniform(n), np.where(y > 0, factor, 1.0)
    x = np.stack([radius * np.cos(t), radius * np.sin(t)], axis=1)
    return stream.around(x, noise), y


definition = Dataset(
    label="Circles",
    order=110,
    kind="classification",
    draw=draw,
    classes=2,
    latex=r"(r \cos t, r \sin t), \quad r \in \{1, \rho\}",
    teaches="A closed border: two hidden units of ReLU or tanh cannot close it, three can.",
    parameters=(
        noise_parameter(default=0.1, slider_high=0.5),
        Parameter(
            name="factor",
            default=0.5,
            low=0.0,
            high=1.0,
            scale="linear",
            symbol=r"\rho",
            unit="1",
            help="Radius of the inner circle; that of the outer one is 1.",
        ),
    ),
)
