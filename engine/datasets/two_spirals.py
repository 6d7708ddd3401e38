"""Two spirals: two arms wound around each other.

Arm k is (r cos a, r sin a) with the angle a = 2π w r + π k, where w is the number of turns and the radius r = √u for a
uniform u, which spreads the points evenly over the disc. Noise is added to both coordinates.

Source: K. Lang, M. Witbrock, 1988 (there with three turns and 97 points an arm).
"""

import numpy as np

from engine.catalog import Array, Dataset, Parameter, Stream, noise_parameter


def draw(stream: Stream, n: int, *, noise: float, turns: float) -> tuple[Array, Array]:
    return arms(stream, n, 2, turns, noise)


def arms(stream: Stream, n: int, count: int, turns: float, noise: float) -> tuple[Array, Array]:
    """Spirals, `count` of them, at even angles to one another."""
    y = np.arange(n) % float(count)
    radius = np.sqrt(stream.uniform(n))
    angle = 2 * np.pi * (turns * radius + y / count)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return stream.around(x, noise), y


definition = Dataset(
    label="Two spirals",
    order=130,
    kind="classification",
    draw=draw,
    classes=2,
    latex=r"(r \cos a, r \sin a), \quad a = 2\pi w r + \pi k",
    teaches="The border winds around itself: it takes many units or layers, and patience, to follow it.",
    parameters=(
        noise_parameter(default=0.02, slider_high=0.1, high=1.0),
        Parameter(
            name="turns",
            default=1.25,
            low=0.0,
            high=5.0,
            scale="linear",
            symbol="w",
            unit="1",
            help="How often an arm winds around the centre.",
            slider_high=3.0,
        ),
    ),
)
