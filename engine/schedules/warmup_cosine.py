"""Warm-up, then cosine: an even rise, then a fall along half a cosine.

η_t = η (t + 1)/(W + 1) for the first W steps, so none of them stands still; step W uses η itself. From there it falls
as `cosine` does, to the share r of η at step T, and stays. With W = 0 it is `cosine`. Optax's
`warmup_cosine_decay_schedule` is this schedule with η/(W + 1) as its `init_value`; other software begins at 0, and
takes a first step of length 0. If T ≤ W, the fall takes one step.

Source: P. Goyal et al., 2017, section 2.2 (gradual warm-up); I. Loshchilov, F. Hutter, 2017, equation 5.
"""

import numpy as np

from engine.catalog import Array, Parameter, Schedule
from engine.schedules.cosine import definition as cosine


def rate(learning_rate: Array, t: Array, *, warmup: Array, final: Array, steps: Array) -> Array:
    rise = np.minimum((t + 1) / (warmup + 1), 1.0)
    fallen = np.minimum(np.maximum(t - warmup, 0.0) / np.maximum(steps - warmup, 1.0), 1.0)
    fall = (1 + np.cos(np.pi * fallen)) / 2
    return learning_rate * rise * (final + (1 - final) * fall)


definition = Schedule(
    label="Warm-up, then cosine",
    order=500,
    rate=rate,
    latex=(
        r"\eta_t = \eta \min\left( \frac{t + 1}{W + 1}, 1 \right)"
        r" \left( r + (1 - r)\, \frac{1 + \cos(\pi\, (t - W)_+ / (T - W))}{2} \right)"
    ),
    parameters=(
        Parameter(
            name="warmup",
            default=50.0,
            low=0.0,
            high=1e6,
            scale="log",
            symbol="W",
            unit="1",
            help="Steps of the rise, before the learning rate has its full value.",
            integer=True,
            slider_low=1.0,
            slider_high=1000.0,
        ),
        *cosine.parameters,
    ),
)
