"""What lies under a path: losses and derivatives at many points at once, grids, predictions."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.machine.loop import run_lanes
from engine.machine.lowering import Code
from engine.objective import Objective, Range

Array = NDArray[np.float64]
NO_MOVES = np.zeros((0, 2), np.uint64)


def evaluate(objective: Objective, points: Any, order: int) -> dict[str, Array]:
    """Loss (n,), gradient (n, 2) and Hessian (n, 2, 2), as far as `order` asks, at points (n, 2).

    Values that are not finite are left as they are.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    found = over_lanes(objective.form.over_lanes(order), objective, {"phi": points.T})
    shapes = {"loss": (-1,), "gradient": (-1, 2), "hessian": (-1, 2, 2)}
    return {name: rows.T.reshape(shapes[name]) for name, rows in found.items()}


def grid(
    objective: Objective, x_range: Range, y_range: Range, resolution: tuple[int, int]
) -> tuple[Array, Array, Array]:
    """x (nx,), y (ny,) and the loss (ny, nx) on a regular grid that includes both ends of each range."""
    nx, ny = resolution
    x, y = np.linspace(*x_range, nx), np.linspace(*y_range, ny)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    return x, y, evaluate(objective, points, 0)["loss"].reshape(ny, nx)


def predict(objective: Objective, phi: Any, inputs: Any) -> Array:
    """The model's output (k, n) at inputs u (n,), for each of the parameters phi (k, 2)."""
    phi = np.asarray(phi, dtype=np.float64).reshape(-1, 2)
    u = np.asarray(inputs, dtype=np.float64)
    lanes = {"phi": np.repeat(phi, len(u), axis=0).T, "u": np.tile(u, len(phi))[None]}
    return over_lanes(objective.form.prediction, objective, lanes)["prediction"].reshape(len(phi), len(u))


def over_lanes(code: Code, objective: Objective, inputs: dict[str, Array]) -> dict[str, Array]:
    """Run code once over lanes; inputs, outputs (numbers, lanes); the objective's own numbers are the same for all."""
    image = code.image.copy()
    for name, value in objective.inputs.items():
        if name in code.inputs:
            place = code.inputs[name]
            image[place.at : place.at + max(place.size, 1)] = value
    present = [name for name in inputs if name in code.inputs]
    given = [code.inputs[name].at + k for name in present for k in range(max(code.inputs[name].size, 1))]
    rows = np.ascontiguousarray(np.concatenate([inputs[name] for name in (present or list(inputs))]))
    taken = [place.at + k for place in code.outputs.values() for k in range(max(place.size, 1))]
    outputs = np.empty((len(taken), rows.shape[1]))
    run_lanes(
        _words(code, code.prologue), _words(code, code.clock), _words(code, code.body), image,
        np.array(given, np.uint64), rows, np.array(taken, np.uint64), outputs, NO_MOVES, np.uint64(0), 0, code.lanes,
    )  # fmt: skip
    ends = np.cumsum([max(place.size, 1) for place in code.outputs.values()])[:-1]
    return dict(zip(code.outputs, np.split(outputs, ends), strict=True))


def _words(code: Code, rows: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Flat instructions with places turned into addresses: each place is a row of lanes."""
    scaled = rows.copy()
    scaled[:, 1:5] *= np.uint64(code.lanes)
    return scaled.ravel()
