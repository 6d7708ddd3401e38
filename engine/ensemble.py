"""An ensemble: the same rules from the same start under other draws, and how far apart they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.chance import Chance
from engine.objective import Objective
from engine.rule import Rule
from engine.trajectory import Run

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ensemble:
    """One rule's paths phi (draws, steps + 1, 2) and losses (draws, steps + 1); NaN behind the end of a path."""

    rule: Rule
    phi: Array
    loss: Array

    @property
    def arrived(self) -> NDArray[np.bool_]:
        """Which paths reached the last step (draws,)."""
        return np.isfinite(self.phi[:, -1, 0])

    @property
    def spread(self) -> tuple[Array, Array]:
        """Mean and standard deviation (divisor draws − 1) of the end points that were reached, (2,) each."""
        ends = self.phi[self.arrived, -1]
        mean = ends.mean(axis=0) if len(ends) else np.full(2, np.nan)
        return mean, ends.std(axis=0, ddof=1) if len(ends) > 1 else np.full(2, np.nan)

    @property
    def covariance(self) -> Array:
        """Covariance (2, 2) of the end points that were reached, with the divisor draws − 1."""
        ends = self.phi[self.arrived, -1]
        return np.cov(ends.T) if len(ends) > 1 else np.full((2, 2), np.nan)


def ensemble(
    objective: Objective,
    start: Sequence[float],
    rules: Sequence[Rule],
    steps: int,
    chances: Sequence[Chance | None],
    *,
    deadline: float | None = None,
) -> list[Ensemble]:
    """Run each rule under each of the chances.

    `deadline` is a time of `time.monotonic()`. Raises DeadlineExceeded when it has passed before the end.
    """
    found = []
    for rule in rules:
        phi, loss = np.full((len(chances), steps + 1, 2), np.nan), np.full((len(chances), steps + 1), np.nan)
        for draw, chance in enumerate(chances):
            for record in Run(objective, rule, start, chance).pieces(steps, deadline):
                rows = slice(record.first, record.first + record.count)
                phi[draw, rows], loss[draw, rows] = record.phi, record.loss
        found.append(Ensemble(rule, phi, loss))
    return found
