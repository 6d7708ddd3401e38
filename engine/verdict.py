"""The verdict on a run: does it still move, has it arrived, or has it diverged, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.curvature import Shape, curvature, newton_length
from engine.objective import Objective, Range
from engine.rule import Rule

Array = NDArray[np.float64]
ARRIVED = 1e-6
"""A path has arrived when neither its last step nor Newton's is longer than this share of the plot's half-width."""
FAR = 1000.0
"""A path has left when it is this many half-widths of the domain away from its centre, and beyond its own start."""
LOOKED_AT = 5
"""Points before a path left, at which the curvature is compared with the step."""


@dataclass(frozen=True)
class Verdict:
    """`diverged_at` is the first step that left or was not finite; `reason` is one sentence for a person.

    `critical_point` says at what a path on a surface has arrived, where that is known.
    """

    status: Literal["running", "converged", "diverged"]
    reason: str | None = None
    diverged_at: int | None = None
    critical_point: Shape | None = None


RUNNING = Verdict("running")


class Course:
    """What a verdict needs to know of a path, gathered piece by piece: its ends, and where it first left the domain."""

    entries = 0
    left_at: int | None = None
    first_loss = last_loss = math.nan

    def __init__(self, domain: tuple[Range, Range]) -> None:
        self.centre, self.half_width, self.reach = _frame(domain)
        self.start: list[float] = []
        self.before: list[list[float]] = []
        self.end: list[list[float]] = []

    def add(self, phi: Array, loss: Array, *, whole: bool = False) -> None:
        """Take in the next points phi (n, 2) and losses (n,); `whole` where no others will follow."""
        if not len(loss):
            return
        if not self.entries:
            self.start, self.first_loss = [phi.item(0), phi.item(1)], loss.item(0)
            (x, y), (x_centre, y_centre), (wide, high) = self.start, self.centre, self.reach
            self.reach = max(wide, abs(x - x_centre)), max(high, abs(y - y_centre))
        self.last_loss = loss.item(len(loss) - 1)
        end = self.end + phi[-LOOKED_AT:].tolist()
        if self.left_at is None and not (whole and self._inside(*end[-1])):
            centre, reach = self._arrays
            outside = np.abs(phi - centre) > reach
            if outside.any():
                first = int(np.argmax(outside.any(axis=1)))
                self.left_at = self.entries + first
                self.before = (self.end + phi[max(first - LOOKED_AT, 0) : first].tolist())[-LOOKED_AT:]
        self.end = end[-LOOKED_AT:]
        self.entries += len(loss)

    @cached_property
    def _arrays(self) -> tuple[Array, Array]:
        return np.array(self.centre), np.array(self.reach)

    @property
    def left(self) -> bool:
        """Whether it is far outside the domain at its end."""
        return self.left_at is not None and not self._inside(*self.end[-1])

    @property
    def stands_still(self) -> bool:
        """Whether its last step was very short."""
        (x, y), (x_before, y_before) = self.end[-1], self.end[-2:][0]
        wide, high = self.half_width
        return abs(x - x_before) <= ARRIVED * wide and abs(y - y_before) <= ARRIVED * high

    def _inside(self, x: float, y: float) -> bool:
        (x_centre, y_centre), (wide, high) = self.centre, self.reach
        return abs(x - x_centre) <= wide and abs(y - y_centre) <= high


@lru_cache(maxsize=1024)
def _frame(domain: tuple[Range, Range]) -> tuple[Range, Range, Range]:
    """Centre, half-width and reach of a domain."""
    (left, right), (bottom, top) = domain
    wide, high = right / 2 - left / 2, top / 2 - bottom / 2
    return (left / 2 + right / 2, bottom / 2 + top / 2), (wide, high), (FAR * wide, FAR * high)


def judge(
    objective: Objective, rule: Rule, course: Course, gradient: Array, stopped_at: int | None, share: float = 1.0
) -> Verdict:
    """Judge a path by its course and the whole gradient (2,) at its end.

    `stopped_at` is the first step that was not finite. `share` is the gradient that a step sees in the mean, in units
    of the whole one: B/n for a sum over batches.
    """
    if stopped_at == 0:
        return Verdict("diverged", "At the start the loss or its gradient is not a finite number.", 0)
    if course.left or stopped_at is not None:
        cause = _cause(objective, rule, course, stopped_at is not None, share)
        return Verdict("diverged", cause, course.left_at if course.left else stopped_at)
    return _arrival(objective, course, gradient) if course.stands_still else RUNNING


def _cause(objective: Objective, rule: Rule, course: Course, not_finite: bool, share: float) -> str:
    """Why a run diverged: too long a step for the curvature, no minimum on the way, or arithmetic that ended."""
    bound = rule.stability_bound
    if bound is not None:
        before, at = (course.before, course.left_at) if course.left else (course.end, course.entries)
        assert at is not None
        for k, point in ((0, course.start), *((at - 1 - back, point) for back, point in enumerate(before[::-1]))):
            rate, curvature = float(rule.learning_rates(k, 1)[0]), _largest_curvature(objective, point)
            if curvature is not None and rate * share * curvature > bound:
                where = "on the way" if k else "at the start"
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
    if course.last_loss < course.first_loss:
        return "The loss falls without bound in this direction: there is no minimum to arrive at."
    return f"The path is more than {FAR:.0f} times the plot's half-width away: the steps are too large."


def _largest_curvature(objective: Objective, point: list[float]) -> float | None:
    found = curvature(objective.at(point)[2].tolist())
    return None if found is None else found.high


def _arrival(objective: Objective, course: Course, gradient: Array) -> Verdict:
    """That it has arrived, and at what, if a critical point lies at its end: one from which Newton's step is short.

    It is measured in half-widths of the plot: neither the unit of the loss nor that of a coordinate makes a difference.
    """
    hessian, slope, (wide, tall) = objective.at(course.end[-1])[2].tolist(), gradient.tolist(), course.half_width
    (a, b), (_, d) = hessian
    scaled = curvature(((a * wide * wide, b * wide * tall), (b * wide * tall, d * tall * tall)))
    found = curvature(hessian)
    if scaled is None or found is None:
        return (
            RUNNING if any(slope) else Verdict("converged", "The gradient is zero here; the curvature is not finite.")
        )
    if not newton_length(scaled, (slope[0] * wide, slope[1] * tall)) <= ARRIVED:
        return RUNNING
    low, high, _ = found
    curvatures = f"the curvatures are {short(low)} and {short(high)}"
    shape = found.shape()
    sentence = f"The gradient is zero, and so is a curvature ({curvatures}): the test by eigenvalues is inconclusive."
    if shape != "degenerate":
        named = {"minimum": "A local minimum", "maximum": "A maximum", "saddle": "A saddle"}[shape]
        sentence = f"{named}: the gradient is zero and {curvatures}."
    return Verdict("converged", sentence, critical_point=shape)


def short(number: float) -> str:
    """Four significant digits, with a proper minus sign."""
    text = f"{number:.4g}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return text.replace("-", "−")
