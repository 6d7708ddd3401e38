"""What lies under a path: losses and derivatives at many points at once, grids, predictions, ends."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import DeadlineExceeded
from engine.machine.code import Code, write
from engine.machine.instructions import WORDS
from engine.machine.linking import linked
from engine.machine.loop import NO_MOVES, NOTHING, run_lanes
from engine.objective import Objective, Range
from engine.rule import Rule, step_counter

Array = NDArray[np.float64]
FIRST_TILE = 16
"""Blocks of lanes in the first tile; the next is twice as large while one takes less than QUICK seconds."""
QUICK = 0.02


def evaluate(objective: Objective, points: Any, order: int, *, deadline: float | None = None) -> dict[str, Array]:
    """Loss (n,), gradient (n, 2) and Hessian (n, 2, 2), as far as `order` asks, at points (n, 2).

    Values that are not finite are left as they are. `deadline` is a time of `time.monotonic()`. Raises
    DeadlineExceeded when it has passed before the end; `grid` and `predict` do so too.
    """
    points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    found = over_lanes(objective.form.over_lanes(order), objective, {"phi": points.T}, deadline)
    shapes = {"loss": (-1,), "gradient": (-1, 2), "hessian": (-1, 2, 2)}
    return {name: rows.T.reshape(shapes[name]) for name, rows in found.items()}


def grid(
    objective: Objective,
    x_range: Range,
    y_range: Range,
    resolution: tuple[int, int],
    *,
    deadline: float | None = None,
) -> tuple[Array, Array, Array]:
    """x (nx,), y (ny,) and the loss (ny, nx) on a regular grid that includes both ends of each range."""
    nx, ny = resolution
    x, y = np.linspace(*x_range, nx), np.linspace(*y_range, ny)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    return x, y, evaluate(objective, points, 0, deadline=deadline)["loss"].reshape(ny, nx)


def predict(objective: Objective, phi: Any, inputs: Any, *, deadline: float | None = None) -> Array:
    """The model's output (k, n), as `response` shows it, at inputs u (n,), for each of the parameters phi (k, 2)."""
    phi = np.asarray(phi, dtype=np.float64).reshape(-1, 2)
    u = np.asarray(inputs, dtype=np.float64)
    lanes = {"phi": np.repeat(phi, len(u), axis=0).T, "u": np.tile(u, len(phi))[None]}
    found = over_lanes(objective.form.prediction, objective, lanes, deadline)
    return found["prediction"].reshape(len(phi), len(u))


def end_points(
    objective: Objective, rule: Rule, starts: Any, steps: int, varied: Mapping[str, Array] | None = None
) -> Array:
    """Where a rule is after `steps` steps from each of many starts (n, 2), as (n, 2); nothing is recorded.

    `varied` replaces hyperparameters by one value for each start (n,): a sweep. Ends that are not finite stay so.
    """
    lanes, varied = objective.form.lanes, varied or {}
    code = rule.over_lanes(lanes)
    step = linked(code, objective.form.losses_over_lanes, recorded=False)
    image = step.memory(dict(rule.numbers), objective.inputs)
    phi = step.inputs["phi"].at
    moved = {name: row for name, row in varied.items() if name in step.inputs}
    given = np.array([phi, phi + 1, *(step.inputs[name].at for name in moved)], np.uint64)
    points = np.asarray(starts, dtype=np.float64).reshape(-1, 2)
    inputs = np.ascontiguousarray([points[:, 0], points[:, 1], *moved.values()], dtype=np.float64)
    ends = np.empty((2, len(points)))
    # what depends on the step counter alone is the same on all lanes, unless the sweep varies what it is made of
    table, fed, body = rule.timetable(0, steps), step.fed, step.body
    if moved:
        table, fed = step_counter(0, steps), np.array([step.inputs["t"].at] if "t" in step.inputs else [], np.uint64)
        body = np.concatenate([step.clock, step.body])
    words = (_addresses(rows.reshape(-1, WORDS), lanes) for rows in (step.prologue, body))
    state = np.concatenate([step.before, step.before + np.uint64(1)])
    run_lanes(*words, image, given, inputs, given[:2], ends, step.moves, state, fed, table, steps, lanes)
    return ends.T


def over_lanes(
    code: Code, objective: Objective, inputs: dict[str, Array], deadline: float | None = None
) -> dict[str, Array]:
    """Run code once over lanes; inputs, outputs (numbers, lanes); the objective's own numbers are the same for all."""
    image = code.image.copy()
    write(image, code.inputs, objective.inputs, code.lanes)
    present = [name for name in inputs if name in code.inputs]
    given = [code.inputs[name].at + k for name in present for k in range(max(code.inputs[name].size, 1))]
    rows = np.ascontiguousarray(np.concatenate([inputs[name] for name in (present or list(inputs))]))
    taken = [place.at + k for place in code.outputs.values() for k in range(max(place.size, 1))]
    outputs = np.empty((len(taken), rows.shape[1]))
    words = [_addresses(part, code.lanes) for part in (code.prologue, code.body)]
    into, out = np.array(given, np.uint64), np.array(taken, np.uint64)
    for low, high in _tiles(rows.shape[1], code.lanes, deadline):
        tile, found = np.ascontiguousarray(rows[:, low:high]), np.empty((len(taken), high - low))
        places = into, tile, out, found
        run_lanes(*words, image, *places, NO_MOVES, NOTHING, NOTHING, step_counter(0, 0), 0, code.lanes)
        outputs[:, low:high] = found
    ends = np.cumsum([max(place.size, 1) for place in code.outputs.values()])[:-1]
    return dict(zip(code.outputs, np.split(outputs, ends), strict=True))


def _tiles(total: int, lanes: int, deadline: float | None) -> Iterator[tuple[int, int]]:
    """Where each tile of lanes begins and ends; without a deadline, all are one."""
    low, size = 0, total if deadline is None else FIRST_TILE * lanes
    while low < total:
        began = time.monotonic()
        if deadline is not None and began > deadline:
            raise DeadlineExceeded(f"the time allowed was used up after {low} of {total} points")
        yield low, min(low + size, total)
        low += size
        if time.monotonic() - began < QUICK:
            size *= 2


def _addresses(rows: NDArray[np.uint64], lanes: int) -> NDArray[np.uint64]:
    """Flat instructions with places turned into addresses: each place is a row of lanes."""
    scaled = rows.copy()
    scaled[:, 1:5] *= np.uint64(lanes)
    return scaled.ravel()
