"""Losses with gradients written by hand, independent of the engine: what update rules are tested on."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalog import Optimizer, complete

Vector = NDArray[np.float64]


class HandLoss:
    """A loss as an update rule sees it, its gradient given as a function; the Hessian is a complex step's."""

    def __init__(self, gradient: Callable[[Any], Any]) -> None:
        self._gradient = gradient
        self.asked_for_curvature = False

    def gradient(self, phi: Any) -> Any:
        found = np.asarray(self._gradient(phi))
        return found if np.iscomplexobj(found) else found.astype(np.float64)

    def hessian(self, phi: Vector) -> Vector:
        """The second derivatives row by row (4,): exact to rounding, since nothing is subtracted."""
        self.asked_for_curvature = True
        rows = np.array([self.gradient(phi + 1e-30j * axis).imag / 1e-30 for axis in np.eye(2)])
        return ((rows + rows.T) / 2).ravel()


def quadratic(hessian: Any) -> HandLoss:
    matrix = np.asarray(hessian, dtype=np.float64)
    return HandLoss(lambda phi: matrix @ phi)


def rosenbrock() -> HandLoss:
    return HandLoss(lambda p: (-2 * (1 - p[0]) - 400 * p[0] * (p[1] - p[0] ** 2), 200 * (p[1] - p[0] ** 2)))


def simple_saddle() -> HandLoss:
    return HandLoss(lambda p: (2 * p[0], -2 * p[1]))


def adam_bowl() -> HandLoss:
    def gradient(p: Any) -> tuple[Any, Any]:
        height = np.exp(-2 * p[1] ** 2) * np.exp(-((p[0] - 0.7) ** 2) / 8)
        return height * (p[0] - 0.7) / 4, height * 4 * p[1]

    return HandLoss(gradient)


def gabor(x: Sequence[float], y: Sequence[float]) -> HandLoss:
    data_x, data_y = np.array(x), np.array(y)

    def gradient(p: Any) -> tuple[Any, Any]:
        u = p[0] + 0.06 * p[1] * data_x
        residual = np.sin(u) * np.exp(-(u**2) / 32) - data_y
        slope = (np.cos(u) - u / 16 * np.sin(u)) * np.exp(-(u**2) / 32)
        return np.sum(2 * residual * slope), np.sum(2 * residual * slope * 0.06 * data_x)

    return HandLoss(gradient)


def run(
    rule: Optimizer,
    loss: HandLoss | Sequence[HandLoss],
    start: Sequence[float],
    steps: int,
    settings: Mapping[str, object] | None = None,
    state: Mapping[str, Vector] | None = None,
    first: int = 0,
) -> tuple[Vector, dict[str, Vector]]:
    """Take steps in plain NumPy; return the path (steps + 1, 2) and the last state.

    A list of losses holds one for each step: batches.
    """
    h = SimpleNamespace(**complete(rule, settings or {}, ""))
    state = dict(state) if state else {name: np.zeros(2) for name in rule.state}
    path = [np.array(start, dtype=np.float64)]
    for t in range(first, first + steps):
        here = loss[t] if isinstance(loss, Sequence) else loss
        phi, state = rule.step(path[-1], here, SimpleNamespace(**state), h, t)
        path.append(phi)
    return np.array(path), state
