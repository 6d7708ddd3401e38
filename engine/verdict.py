"""The verdict on a run: does it still move, has it arrived, or has it diverged, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.curvature import curvature, newton_length
from engine.objective import Objective
from engine.rule import Rule

Array = NDArray[np.float64]
ARRIVED = 1e-6
"""A gradient shorter than this, in units of [loss]/[phi], counts as zero."""
CLOSE = 1e-5
"""A critical point is reached when Newton's step to it is shorter than this share of the domain's half-width."""
FAR = 1000.0
"""A path has left when it is this many half-widths of the domain away from the domain's centre."""


@dataclass(frozen=True)
class Verdict:
    """`diverged_at` is the first step that left or was not finite; `reason` is one sentence for a person."""

    status: Literal["running", "converged", "diverged"]
    reason: str | None = None
    diverged_at: int | None = None


RUNNING = Verdict("running")


def judge(
    objective: Objective,
    rule: Rule,
    phi: Array,
    loss: Array,
    gradient: Array,
    stopped_at: int | None,
    share: float = 1.0,
) -> Verdict:
    """Judge a record of phi (n, 2), loss (n,), gradient (n, 2); `stopped_at` is the first step that was not finite.

    `share` is the gradient that a step sees in the mean, in units of the whole one: B/n for a sum over batches.
    """
    if stopped_at == 0:
        return Verdict("diverged", "At the start the loss or its gradient is not a finite number.", 0)
    left_at = _left_at(objective, phi)
    if left_at is not None or stopped_at is not None:
        at = stopped_at if left_at is None else left_at
        assert at is not None
        return Verdict("diverged", _cause(objective, rule, phi[: max(at, 1)], loss, stopped_at is not None, share), at)
    if math.hypot(*gradient[-1].tolist()) <= ARRIVED:
        return Verdict("converged", _arrival(objective, phi[-1], gradient[-1]))
    return RUNNING


def _left_at(objective: Objective, phi: Array) -> int | None:
    """The first step that is far outside the domain, if the path is still outside at its end."""
    inside = True
    for axis, (low, high) in enumerate(objective.domain):
        inside = inside and abs(float(phi[-1, axis]) - (low / 2 + high / 2)) <= FAR * (high / 2 - low / 2)
    if inside:
        return None
    low, high = np.array(objective.domain).T
    outside = np.abs(phi - (low / 2 + high / 2)) > FAR * (high / 2 - low / 2)
    return int(np.argmax(outside.any(axis=1)))


def _cause(objective: Objective, rule: Rule, path: Array, loss: Array, not_finite: bool, share: float) -> str:
    """Why a run diverged: too long a step for the curvature, no minimum on the way, or arithmetic that ended."""
    bound = rule.stability_bound
    if bound is not None:
        rates = rule.learning_rates(0, len(path)).tolist()
        for step, where in ((0, "at the start"), *((k, "on the way") for k in range(len(path) - 1, 0, -1)[:5])):
            rate, curvature = rates[step], _largest_curvature(objective, path[step])
            if curvature is not None and rate * share * curvature > bound:
                product = f"{short(rate)} × {short(curvature)}"
                if share != 1:
                    product = f"{short(rate)} × {short(share)} × {short(curvature)}"
                return (
                    f"Too large a step: η·{'' if share == 1 else 'B/n·'}λmax = {product} = "
                    f"{short(rate * share * curvature)} > {short(bound)} {where}, so each step overshoots by more than "
                    "the last."
                )
    if not_finite:
        return "The next step leaves the region where the loss and its gradient are finite numbers."
    if len(loss) > 1 and loss[-1] < loss[0]:
        return "The loss falls without bound in this direction: there is no minimum to arrive at."
    return f"The path is more than {FAR:.0f} times the plot's half-width away: the steps are too large."


def _largest_curvature(objective: Objective, point: Array) -> float | None:
    found = curvature(objective.at(point)[2].tolist())
    return None if found is None else found.high


def _arrival(objective: Objective, point: Array, gradient: Array) -> str:
    """What lies at the end; a type is named only where Newton's step to the critical point is very short."""
    found, slope = curvature(objective.at(point)[2].tolist()), gradient.tolist()
    if found is None:
        return "The gradient is zero here; the curvature is not finite."
    half_width = min(high / 2 - low / 2 for low, high in objective.domain)
    if any(slope) and not newton_length(found, slope) <= CLOSE * half_width:
        return f"The gradient is almost zero here: its length is {short(math.hypot(*slope))}."
    low, high, _ = found
    curvatures = f"the curvatures are {short(low)} and {short(high)}"
    tiny = 1e-9 * max(abs(low), abs(high), 1e-300)
    if low > tiny:
        return f"A local minimum: the gradient is zero and {curvatures}."
    if high < -tiny:
        return f"A maximum: the gradient is zero and {curvatures}."
    if low < -tiny and high > tiny:
        return f"A saddle: the gradient is zero and {curvatures}."
    return f"The gradient is zero, and so is a curvature ({curvatures}): the test by eigenvalues is inconclusive."


def short(number: float) -> str:
    """Four significant digits, with a proper minus sign."""
    text = f"{number:.4g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return text.replace("-", "−")
