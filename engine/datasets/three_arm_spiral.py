"""Three spiral arms: three classes, each wound around the others.

Arm k is (r cos a, r sin a) with the angle a = 2π (w r + k/3), where w is the number of turns and the radius r = √u for
a uniform u. Noise is added to both coordinates.

Source: A. Karpathy, CS231n, 2015, the notes' toy spiral, where the noise is in the angle and r is evenly spaced.
"""

from engine.catalog import Array, Dataset, Parameter, Stream, noise_parameter
from engine.datasets.two_spirals import arms


def draw(stream: Stream, n: int, *, noise: float, turns: float) -> tuple[Array, Array]:
    return arms(stream, n, 3, turns, noise)


definition = Dataset(
    label="Three-arm spiral",
    order=150,
    kind="classification",
    draw=draw,
    classes=3,
    latex=r"(r \cos a, r \sin a), \quad a = 2\pi (w r + k/3)",
    teaches="More than two classes: softmax shares each point out among the arms.",
    parameters=(
        noise_parameter(default=0.03, slider_high=0.2, high=1.0),
        Parameter(
            name="turns",
            default=0.75,
            low=0.0,
            high=5.0,
            scale="linear",
            symbol="w",
            unit="1",
            help="How often an arm winds around the centre.",
            slider_high=2.0,
        ),
    ),
)
