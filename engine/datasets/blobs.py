"""Blobs: normal clouds around centres on a circle.

Class k of K has its centre at the angle 2πk/K on a circle of radius 2, and noise of the same size in all directions.
The best border between two clouds of one size is the straight line halfway: no network does better.

Source: scikit-learn, `make_blobs`, where the centres are random.
"""

import numpy as np

from engine.catalog import Array, Dataset, Parameter, Stream, noise_parameter


def draw(stream: Stream, n: int, *, noise: float, classes: float) -> tuple[Array, Array]:
    y = np.arange(n) % classes
    angle = 2 * np.pi * y / classes
    x = np.stack([2 * np.cos(angle), 2 * np.sin(angle)], axis=1)
    return stream.around(x, noise), y


definition = Dataset(
    label="Blobs",
    order=140,
    kind="classification",
    draw=draw,
    classes="classes",
    latex=r"x \sim \mathcal{N}(\mu_y, \sigma^2 I)",
    teaches="Straight borders are enough here: a network that bends them has learnt the noise.",
    parameters=(
        noise_parameter(default=0.5, slider_high=2.0),
        Parameter(
            name="classes",
            default=3.0,
            low=2.0,
            high=10.0,
            scale="linear",
            symbol="K",
            unit="1",
            help="How many clouds there are.",
            integer=True,
        ),
    ),
)
