"""Paths as tables, one row a step and optimiser: CSV, and JSON by lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.wire import batches, ending_of_path, json, optimizer, paced
from engine.trajectory import Trajectory

Array = NDArray[np.float64]


def quantity_names(trajectories: Iterable[Trajectory]) -> list[str]:
    """The quantities that any of the optimisers has, in the order in which they are met."""
    return list(dict.fromkeys(name for trajectory in trajectories for name in quantities(trajectory)))


def quantities(trajectory: Trajectory) -> dict[str, Array]:
    """What an optimiser carries, and what is inside its steps under `internal.<name>`."""
    return trajectory.state | {f"internal.{name}": rows for name, rows in trajectory.internals.items()}


def trajectories_csv(trajectories: Sequence[Trajectory]) -> Iterator[bytes]:
    """A header line, then a row a step; a quantity that an optimiser does not have is empty.

    Where any optimiser has a schedule there is a column for the learning rate.
    """
    names = quantity_names(trajectories)
    drawn = ["batch", "epoch"] if any(trajectory.batches is not None for trajectory in trajectories) else []
    columns = ["index", "optimizer", "step", "x", "y", "loss", "gradient_x", "gradient_y"]
    scheduled = any(trajectory.rule.schedule for trajectory in trajectories)
    columns += ["learning_rate"] if scheduled else []
    columns += [f"{name}_{axis}" for name in names for axis in "xy"] + ["gradient_evaluations", *drawn, "status"]
    yield (",".join(columns) + "\r\n").encode()
    for index, trajectory in enumerate(trajectories):
        empty = [""] * len(trajectory.loss)
        cells: list[Sequence[Any]] = [*_texts(trajectory.phi), text(trajectory.loss), *_texts(trajectory.gradient)]
        if scheduled:
            rates = trajectory.learning_rate
            cells.append(empty if rates is None else text(rates))
        known = quantities(trajectory)
        for name in names:
            cells += _texts(known[name]) if name in known else [empty, empty]
        cells.append([str(count) for count in trajectory.gradient_evaluations.tolist()])
        if drawn:
            cells += [[*(" ".join(map(str, batch)) for batch in batches(trajectory)), ""], text(trajectory.epoch)]
        head, tail = f"{index},{trajectory.rule.entry.name},", f",{trajectory.status}\r\n"
        rows = (f"{head}{step},{','.join(row)}{tail}" for step, row in enumerate(zip(*cells, strict=True)))
        yield "".join(rows).encode()


def text(column: Array) -> list[str]:
    """The shortest decimals that read as the same floats; nothing for what is not finite."""
    return json(np.ascontiguousarray(column)).decode()[1:-1].replace("null", "").split(",")


def _texts(rows: Array) -> list[list[str]]:
    return [text(rows[:, 0]), text(rows[:, 1])]


def trajectories_ndjson(trajectories: Sequence[Trajectory]) -> Iterator[bytes]:
    """A line a step: {"index", "step", "phi", "loss", "gradient", "state"}; then one with the path's end.

    With a schedule each step has its "learning_rate" too, and "internals" where they were asked for.
    """
    for index, trajectory in enumerate(trajectories):
        name = trajectory.rule.entry.name
        phi, loss, gradient = trajectory.phi.tolist(), trajectory.loss.tolist(), trajectory.gradient.tolist()
        groups = {"state": trajectory.state} | ({"internals": trajectory.internals} if trajectory.internals else {})
        listed = {group: {key: rows.tolist() for key, rows in known.items()} for group, known in groups.items()}
        drawn = [[]] * len(loss) if trajectory.batches is None else [*batches(trajectory), []]
        epoch, evaluations = trajectory.epoch.tolist(), trajectory.gradient_evaluations.tolist()
        rates = {key: values.tolist() for key, values in paced(trajectory.learning_rate).items()}
        lines = [
            {
                "index": index,
                "optimizer": name,
                "step": step,
                "phi": phi[step],
                "loss": loss[step],
                "gradient": gradient[step],
                **{key: values[step] for key, values in rates.items()},
                **{group: {key: rows[step] for key, rows in known.items()} for group, known in listed.items()},
                **({"batch": drawn[step]} if drawn[step] else {}),
                "gradient_evaluations": evaluations[step],
                "epoch": epoch[step],
            }
            for step in range(len(loss))
        ]
        end = {"index": index, "optimizer": optimizer(trajectory.rule), **ending_of_path(trajectory.verdict)}
        yield b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in [*lines, end])
