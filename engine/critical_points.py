"""Where the gradient of a surface is zero within its domain, and what lies there, by the eigenvalues of the Hessian.

Newton's method, which goes to critical points of any type, runs from a grid of starts at once; what arrives within the
domain is kept once. Points that are not isolated (the floor of a straight valley, a plateau) are told as such and left
out. A grid can miss a point whose neighbourhood is much smaller than its cells; a surface that costs much has a coarser
one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.curvature import LEAST, Shape, curvature
from engine.landscape import evaluate
from engine.objective import Objective

Array = NDArray[np.float64]
SIDE = 25
"""Starts along each axis."""
ROUNDS = 60
WORK = 2.5e7
"""Instructions, counted for each start, round and sample, within which all starts go all rounds."""
FEWER = 20
"""Rounds of a surface that costs more; where that is not enough there are fewer starts too."""
LEAST_SIDE = 7
EVALUATIONS = 20 * SIDE**2
"""Points at which the Hessian is asked for, about: most starts arrive after a few rounds."""
MOST = 80
"""Points that are told; where there are more, those with the lowest loss."""
LONGEST = 0.15
ARRIVED = 1e-7
SAME = 1e-4
MARGIN = 1e-9
ALONE = 4
"""Degenerate points beyond this count are taken for samples of a curve or an area."""
FLAT = 1e-8
"""A curvature below this share of what is usual on the surface is none. Lengths are in half-widths of the domain."""


@dataclass(frozen=True)
class Found:
    """A critical point: its type, its curvatures (low, high) and the axis (cosine, sine) of the higher one."""

    kind: Shape
    x: float
    y: float
    loss: float
    curvatures: tuple[float, float]
    axis: tuple[float, float]


@dataclass(frozen=True)
class CriticalPoints:
    """The lowest first; `isolated` is false where others, which are left out, fill a curve or an area."""

    points: tuple[Found, ...]
    isolated: bool


def critical_points(
    objective: Objective, known: Sequence[tuple[float, float]] = (), *, deadline: float | None = None
) -> CriticalPoints:
    """Find them; points that are `known` are starts too.

    `deadline` is a time of `time.monotonic()`. Raises DeadlineExceeded when it has passed before the end.
    """
    place = _Place(objective, deadline)
    side, rounds = _effort(objective)
    ticks = np.linspace(-1.0, 1.0, side)
    grid = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    starts = np.concatenate([place.scaled(np.reshape(np.array(known, dtype=np.float64), (-1, 2))), grid])
    usual = _usual(place.derivatives(grid)[1])
    phi = place.plain(_once(_arrivals(place, starts, rounds)))
    found = [one for one in (_told(place, point, usual) for point in phi) if one is not None]
    isolated = sum(one.kind == "degenerate" for one in found) <= ALONE
    kept = [one for one in found if isolated or one.kind != "degenerate"]
    return CriticalPoints(tuple(sorted(kept, key=lambda one: (one.loss, one.x, one.y))[:MOST]), isolated)


class _Place:
    """The surface in half-widths of its domain, from the centre."""

    def __init__(self, objective: Objective, deadline: float | None) -> None:
        (left, right), (bottom, top) = objective.domain
        self.objective, self.deadline = objective, deadline
        self.centre = np.array([left / 2 + right / 2, bottom / 2 + top / 2])
        self.half = np.array([right / 2 - left / 2, top / 2 - bottom / 2])
        self.squares = np.outer(self.half, self.half)

    def scaled(self, phi: Array) -> Array:
        found: Array = (phi - self.centre) / self.half
        return found

    def plain(self, at: Array) -> Array:
        found: Array = self.centre + self.half * at
        return found

    def derivatives(self, at: Array) -> tuple[Array, Array]:
        """Gradient (n, 2) and Hessian (n, 2, 2) at points (n, 2)."""
        with np.errstate(all="ignore"):
            found = evaluate(self.objective, self.plain(at), 2, deadline=self.deadline)
            return found["gradient"] * self.half, found["hessian"] * self.squares


def _effort(objective: Objective) -> tuple[int, int]:
    """Starts along each axis, and rounds, by what one look at the surface costs."""
    each = len(objective.form.over_lanes(2).body) * max(objective.form.samples, 1)
    if each * SIDE**2 * ROUNDS <= WORK:
        return SIDE, ROUNDS
    return max(LEAST_SIDE, min(SIDE, int((WORK / (each * FEWER)) ** 0.5))), FEWER


def _arrivals(place: _Place, starts: Array, rounds: int) -> Array:
    """Where Newton's method comes to rest within the domain, from each of the starts."""
    at, arrived = starts, []
    for _ in range(rounds):
        step, length = _newton_steps(*place.derivatives(at))
        rests = length <= ARRIVED**2
        arrived.append(at[rests])
        on = ~rests & np.isfinite(length)
        shorter = np.minimum(1.0, LONGEST / np.maximum(length[on], ARRIVED))
        at = at[on] + step[on] * shorter[:, None]
        at = at[np.abs(at).max(axis=1, initial=0.0) <= 1 + 2 * LONGEST]
        if not len(at):
            break
    else:
        arrived.append(at[_newton_steps(*place.derivatives(at))[1] <= ARRIVED])
    found = np.concatenate(arrived)
    inside: Array = found[np.abs(found).max(axis=1, initial=0.0) <= 1 + MARGIN]
    return inside


def _newton_steps(gradient: Array, hessian: Array) -> tuple[Array, Array]:
    """Newton's steps (n, 2) and their lengths (n,), not a number where there is none."""
    a, b, d = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
    with np.errstate(all="ignore"):
        middle, half = (a + d) / 2, (a - d) / 2
        radius, angle = np.hypot(half, b), np.arctan2(b, half) / 2
        cosine, sine = np.cos(angle), np.sin(angle)
        high, low = middle + radius, middle - radius
        least = LEAST * np.maximum(np.abs(low), np.abs(high))
        first = _shares(cosine * gradient[:, 0] + sine * gradient[:, 1], high, least)
        second = _shares(cosine * gradient[:, 1] - sine * gradient[:, 0], low, least)
        step = np.stack([sine * second - cosine * first, -sine * first - cosine * second], axis=1)
        return step, np.hypot(step[:, 0], step[:, 1])


def _shares(slope: Array, value: Array, least: Array) -> Array:
    """Slope over curvature, the curvature at least `least`; without a slope there is nothing to go."""
    size = np.copysign(np.maximum(np.abs(value), least), value)
    return np.where(slope == 0, 0.0, slope / size)


def _usual(hessian: Array) -> float:
    """The size of curvature that is usual among Hessians (n, 2, 2)."""
    sizes = np.abs(hessian).max(axis=(1, 2))
    sizes = sizes[np.isfinite(sizes)]
    return float(np.median(sizes)) if len(sizes) else 0.0


def _once(arrived: Array) -> Array:
    """Each point (n, 2) once."""
    kept = np.empty((0, 2))
    for point in arrived[np.lexsort(np.round(arrived / SAME).T)]:
        if not (np.abs(kept - point).max(axis=1, initial=0.0) <= SAME).any():
            kept = np.concatenate([kept, point[None]])
    return kept


def _told(place: _Place, phi: Array, usual: float) -> Found | None:
    """What lies at a point; None where the loss or its curvature is not a finite number."""
    loss, _, hessian = place.objective.at(phi)
    found, scaled = curvature(hessian.tolist()), curvature((hessian * place.squares).tolist())
    if found is None or scaled is None or not math.isfinite(loss):
        return None
    x, y = phi.tolist()
    return Found(scaled.shape(FLAT * usual), x, y, loss, (found.low, found.high), found.axis)
