"""Cosine: the learning rate falls along half a cosine, slow at both ends.

η_t = η (r + (1 − r) (1 + cos(π t/T))/2) for t ≤ T, from η to the share r of it; from step T on it stays at r η. The
paper restarts it then, "with warm restarts"; this is one period. PyTorch's `CosineAnnealingLR` is this schedule as
far as T, with r η as its `eta_min`.

Source: I. Loshchilov, F. Hutter, 2017, equation 5.
"""

import numpy as np

from engine.catalog import Array, Parameter, Schedule


def rate(learning_rate: Array, t: Array, *, final: Array, steps: Array) -> Array:
    fall = (1 + np.cos(np.pi * np.minimum(t / steps, 1.0))) / 2
    return learning_rate * (final + (1 - final) * fall)


definition = Schedule(
    label="Cosine",
    order=400,
    rate=rate,
    latex=r"\eta_t = \eta \left( r + (1 - r)\, \frac{1 + \cos(\pi\, t / T)}{2} \right)",
    parameters=(
        Parameter(
            name="final",
            default=0.0,
            low=0.0,
            high=1.0,
            scale="linear",
            symbol="r",
            unit="1",
            help="The share of the learning rate that is left at the end.",
        ),
        Parameter(
            name="steps",
            default=500.0,
            low=1.0,
            high=1e6,
            scale="log",
            symbol="T",
            unit="1",
            help="Steps until the end is reached; from then on the learning rate stays.",
            integer=True,
            slider_high=2000.0,
        ),
    ),
)
