"""Step decay: every so many steps a factor shrinks the learning rate.

η_t = η factor^⌊t/every⌋, with t counted from 0: the first `every` steps use η itself. PyTorch's `StepLR` is this
schedule, with its `gamma` for the factor and its `step_size` for `every`.

Source: S. Prince, Understanding Deep Learning, 2023, notebook 6.3, its last exercise.
"""

import numpy as np

from engine.catalog import Array, Parameter, Schedule


def rate(learning_rate: Array, t: Array, *, factor: Array, every: Array) -> Array:
    return learning_rate * factor ** np.floor(t / every)


definition = Schedule(
    label="Step decay",
    order=200,
    rate=rate,
    latex=r"\eta_t = \eta\, c^{\lfloor t / M \rfloor}",
    parameters=(
        Parameter(
            name="factor",
            default=0.5,
            low=0.0,
            high=1.0,
            scale="linear",
            symbol="c",
            unit="1",
            help="What the learning rate is multiplied by: 0.5 halves it.",
        ),
        Parameter(
            name="every",
            default=100.0,
            low=1.0,
            high=1e6,
            scale="log",
            symbol="M",
            unit="1",
            help="Steps between two multiplications.",
            integer=True,
            slider_high=1000.0,
        ),
    ),
)
