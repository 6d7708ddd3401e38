"""Constant: the same learning rate at every step.

As in the lecture: η_t = η. On a quadratic that is enough for gradient descent to converge, if η λ_max < 2; with
batches the steps go on jumping about the minimum, the farther the larger η.

Source: A. Cauchy, 1847; S. Prince, Understanding Deep Learning, 2023, section 6.1.
"""

from engine.catalog import Array, Schedule


def rate(learning_rate: Array, t: Array) -> Array:
    return learning_rate


definition = Schedule(label="Constant", order=100, rate=rate, latex=r"\eta_t = \eta")
