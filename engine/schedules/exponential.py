"""Exponential decay: each step multiplies the learning rate by a factor.

η_t = η factor^t, with t counted from 0. The sum of all rates is finite, η/(1 − factor): where that is too little, the
path stops short of the minimum, however long it runs. PyTorch's `ExponentialLR` is this schedule, with its `gamma`
for the factor.

Source: PyTorch, torch.optim.lr_scheduler.ExponentialLR.
"""

from engine.catalog import Array, Parameter, Schedule


def rate(learning_rate: Array, t: Array, *, factor: Array) -> Array:
    return learning_rate * factor**t


definition = Schedule(
    label="Exponential decay",
    order=300,
    rate=rate,
    latex=r"\eta_t = \eta\, c^t",
    parameters=(
        Parameter(
            name="factor",
            default=0.99,
            low=0.0,
            high=0.999999,
            scale="decay",
            symbol="c",
            unit="1",
            help="What each step multiplies the learning rate by: 0.99 halves it in about 69 steps.",
            slider_low=0.5,
            slider_high=0.9999,
        ),
    ),
)
