"""Checking derivatives: a program's gradient beside central differences of its loss.

Differences at a step and at half of it are combined (Richardson), which leaves an error of fourth order in the step:
small enough to see a rule that is off by a tenth of a percent, and to pass one that is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.program.derivatives import derive
from engine.program.program import Program

Array = NDArray[np.float64]


@dataclass(frozen=True)
class GradientCheck:
    """Both gradients (2,), and the largest difference relative to the gradient's size."""

    gradient: Array
    differences: Array
    error: float
    tolerance: float

    @property
    def passed(self) -> bool:
        return self.error <= self.tolerance


def check_gradient(
    program: Program,
    phi: Any,
    *,
    step: float = 1e-3,
    tolerance: float = 1e-5,
    derived: Program | None = None,
    **inputs: Any,
) -> GradientCheck:
    """Compare the derived gradient of `loss` at phi (2,) with differences of width `step`.

    `derived` replaces the program's own derivative, to check another one.
    """
    phi = np.asarray(phi, dtype=np.float64)
    gradient = (derived or derive(program, 1))(phi=phi, **inputs)["gradient"]

    def central(width: float) -> Array:
        moved = np.eye(2) * width
        pairs = [(program(phi=phi + d, **inputs)["loss"], program(phi=phi - d, **inputs)["loss"]) for d in moved]
        return np.array([float(above - below) for above, below in pairs]) / (2 * width)

    width = step * max(1.0, float(np.abs(phi).max()))
    differences = (4 * central(width / 2) - central(width)) / 3
    size = max(float(np.abs(gradient).max()), float(np.abs(differences).max()), 1e-8)
    error = float(np.abs(gradient - differences).max()) / size
    return GradientCheck(gradient, differences, error if np.isfinite(error) else float("inf"), tolerance)
