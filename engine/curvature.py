"""Curvature in two dimensions: eigenvalues of a symmetric matrix in closed form, and Newton's step."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

LEAST = 1e-9
"""A curvature below this share of the largest is taken for none."""

Shape = Literal["minimum", "maximum", "saddle", "degenerate"]
"""What a critical point with these curvatures is; "degenerate" where one of them is none."""


class Curvature(NamedTuple):
    """The eigenvalues of a Hessian, the smaller first, and the direction (cosine, sine) of the larger one's axis."""

    low: float
    high: float
    axis: tuple[float, float]

    def shape(self, least: float = 0.0) -> Shape:
        """The type by the signs of the eigenvalues; none is what is below `least`, or a share LEAST of the largest."""
        none = max(least, LEAST * max(abs(self.low), abs(self.high), 1e-300))
        if self.low > none:
            return "minimum"
        if self.high < -none:
            return "maximum"
        return "saddle" if self.low < -none and self.high > none else "degenerate"


def curvature(hessian: Sequence[Sequence[float]]) -> Curvature | None:
    """The curvature of a symmetric Hessian (2, 2), or None where it is not finite."""
    (a, b), (_, d) = hessian
    middle, half, off = a / 2 + d / 2, a / 2 - d / 2, float(b)
    radius = math.hypot(half, off)
    if not math.isfinite(middle) or not math.isfinite(radius):
        return None
    angle = math.atan2(off, half) / 2
    return Curvature(middle - radius, middle + radius, (math.cos(angle), math.sin(angle)))


def newton_length(found: Curvature, gradient: Sequence[float]) -> float:
    """The length of Newton's step, for which no curvature counts as less than a share LEAST of the largest.

    Without any curvature it is infinite, unless there is no slope either.
    """
    (gx, gy), (cosine, sine) = gradient, found.axis
    least = LEAST * max(abs(found.low), abs(found.high))
    parts = ((found.high, cosine * gx + sine * gy), (found.low, cosine * gy - sine * gx))
    return math.hypot(*(_share(abs(slope), max(abs(value), least)) for value, slope in parts))


def _share(slope: float, value: float) -> float:
    return slope / value if value else math.inf if slope else 0.0
