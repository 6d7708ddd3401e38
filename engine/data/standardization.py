"""Standardisation: columns of a table in units of their standard deviation, and back again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Scale:
    """How the columns of a table are standardised: (value − `mean`)/`deviation`, both (D,)."""

    mean: Array
    deviation: Array

    @classmethod
    def of(cls, rows: Array) -> Scale:
        """By the mean and the standard deviation (divisor n) of rows (n, D); of a constant column 1 is taken."""
        exponent = np.frexp(np.abs(rows).max(axis=0, initial=0.0))[1]  # squares of the largest floats overflow
        small = np.ldexp(rows, -exponent)
        constant = rows.min(axis=0) == rows.max(axis=0)
        mean = np.where(constant, rows[0], np.ldexp(small.mean(axis=0), exponent))
        deviation = np.ldexp(small.std(axis=0), exponent)
        return cls(mean, np.where(constant | (deviation == 0), 1.0, deviation))

    @classmethod
    def none(cls, columns: int) -> Scale:
        """The scale that changes nothing."""
        return cls(np.zeros(columns), np.ones(columns))

    def forward(self, rows: Array) -> Array:
        """Rows (n, D) standardised."""
        return (rows - self.mean) / self.deviation

    def back(self, columns: Array) -> Array:
        """Standardised columns (D, n) in the units that they came in."""
        return columns * self.deviation[:, None] + self.mean[:, None]

    def back_deviation(self, columns: Array) -> Array:
        """Standard deviations (D, n) in the units that the values came in."""
        return columns * self.deviation[:, None]
