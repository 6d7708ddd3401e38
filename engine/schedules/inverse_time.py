"""1/t decay: the learning rate falls like one over the step counter.

η_t = η/(1 + k t), with t counted from 0: half of η is left after 1/k steps. The sum of all rates is infinite and that
of their squares is not, which is what stochastic gradients need to arrive at the minimum itself: the path can get
anywhere, and the noise dies out.

Source: H. Robbins, S. Monro, 1951.
"""

from engine.catalog import Array, Parameter, Schedule


def rate(learning_rate: Array, t: Array, *, decay: Array) -> Array:
    return learning_rate / (1 + decay * t)


definition = Schedule(
    label="1/t decay",
    order=600,
    rate=rate,
    latex=r"\eta_t = \frac{\eta}{1 + k\, t}",
    parameters=(
        Parameter(
            name="decay",
            default=0.01,
            low=0.0,
            high=1e3,
            scale="log",
            symbol="k",
            unit="1",
            help="How fast it falls: after 1/k steps half of the learning rate is left.",
            slider_low=1e-4,
            slider_high=1.0,
        ),
    ),
)
