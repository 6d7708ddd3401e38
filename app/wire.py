"""What the engine computed, as bytes: JSON, CSV, NDJSON and float32 planes. The only place that does so.

Float32 planes ("fallline-planes-1"): four bytes with the length H of the header (unsigned, little-endian), H bytes of
UTF-8 JSON padded with blanks so that 4 + H is a multiple of 4, then the planes back to back: float32, little-endian,
row-major. The header names the planes, with shapes and offsets in floats from the first plane's begin; planes that all
paths share (batches, padded to the largest, and batch_sizes) stand beside them. Numbers beyond what float32 can hold
are the largest that it can; NaN stands for what is not finite.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from engine.cloud import Cloud
from engine.ensemble import Ensemble
from engine.rule import Rule
from engine.rule_text.custom import TypedRule
from engine.trajectory import Trajectory

Array = NDArray[np.float64]
JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"
EVENTS = "text/event-stream"
PLANES = "application/octet-stream"
FORMAT = "fallline-planes-1"
PLANES_HELP = __doc__.partition("\n\n")[2].replace("\n", " ").strip()
LARGEST = float(np.finfo(np.float32).max)


def json(value: Any) -> bytes:
    """JSON with NumPy arrays as lists; what is not finite is null."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def settings(rule: Rule) -> Mapping[str, Any]:
    """The values of a rule as a request gives them; a typed rule's text is one of them."""
    if isinstance(rule.entry.definition, TypedRule):
        return {"rule": rule.entry.definition.text, "parameters": rule.hyperparameters}
    return rule.hyperparameters


def optimizer(trajectory: Trajectory | Ensemble) -> dict[str, Any]:
    """The optimiser as it was asked for, with all its hyperparameters."""
    rule = trajectory.rule
    described = {"name": rule.entry.name, **settings(rule)}
    if rule.schedule is None:
        return described
    return described | {"schedule": {"name": rule.schedule.entry.name, **rule.schedule.values}}


def paced(rates: Array | None) -> dict[str, Array]:
    """The learning rate of each step, where there is a schedule."""
    return {} if rates is None else {"learning_rate": np.ascontiguousarray(rates)}


def trajectory_object(trajectory: Trajectory) -> dict[str, Any]:
    """One path as an object of lists; each list has an entry for the start and one a step."""
    plain = np.ascontiguousarray
    drawn = {} if trajectory.batches is None else {"batches": batches(trajectory), "epoch": trajectory.epoch}
    internals = {name: plain(rows) for name, rows in trajectory.internals.items()}
    return {
        "optimizer": optimizer(trajectory),
        "status": trajectory.status,
        "reason": trajectory.reason,
        "diverged_at": trajectory.diverged_at,
        "phi": plain(trajectory.phi),
        "loss": plain(trajectory.loss),
        "gradient": plain(trajectory.gradient),
        **paced(trajectory.learning_rate),
        "state": {name: plain(rows) for name, rows in trajectory.state.items()},
        **({"internals": internals} if internals else {}),
        "gradient_evaluations": plain(trajectory.gradient_evaluations),
        **drawn,
    }


def batches(trajectory: Trajectory) -> list[list[int]]:
    """The samples that each step saw, a list a step."""
    assert trajectory.batches is not None
    indices, sizes = trajectory.batches.drawn(0, trajectory.steps)
    return [row[:size] for row, size in zip(indices.tolist(), sizes.tolist(), strict=True)]


def trajectories_json(surface: Mapping[str, Any], trajectories: Sequence[Trajectory]) -> bytes:
    """The answer of /api/trajectories as JSON."""
    return json({"surface": surface, "trajectories": [trajectory_object(t) for t in trajectories]})


def arrays_json(named: Mapping[str, Array]) -> bytes:
    """Arrays as lists under their names; what is not finite is null."""
    return json({name: np.ascontiguousarray(array) for name, array in named.items()})


# ---- tables: one row a step and optimiser


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
        cells: list[Sequence[Any]] = [*_texts(trajectory.phi), _text(trajectory.loss), *_texts(trajectory.gradient)]
        if scheduled:
            rates = trajectory.learning_rate
            cells.append(empty if rates is None else _text(rates))
        known = quantities(trajectory)
        for name in names:
            cells += _texts(known[name]) if name in known else [empty, empty]
        cells.append([str(count) for count in trajectory.gradient_evaluations.tolist()])
        if drawn:
            cells += [[*(" ".join(map(str, batch)) for batch in batches(trajectory)), ""], _text(trajectory.epoch)]
        head, tail = f"{index},{trajectory.rule.entry.name},", f",{trajectory.status}\r\n"
        rows = (f"{head}{step},{','.join(row)}{tail}" for step, row in enumerate(zip(*cells, strict=True)))
        yield "".join(rows).encode()


def _text(column: Array) -> list[str]:
    """The shortest decimals that read as the same floats; nothing for what is not finite."""
    return json(np.ascontiguousarray(column)).decode()[1:-1].replace("null", "").split(",")


def _texts(rows: Array) -> list[list[str]]:
    return [_text(rows[:, 0]), _text(rows[:, 1])]


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
        epoch = trajectory.epoch.tolist()
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
                "epoch": epoch[step],
            }
            for step in range(len(loss))
        ]
        end = {"index": index, "optimizer": optimizer(trajectory), **ending(trajectory)}
        yield b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in [*lines, end])


def ending(trajectory: Trajectory) -> dict[str, Any]:
    """How a path ended."""
    return {"status": trajectory.status, "reason": trajectory.reason, "diverged_at": trajectory.diverged_at}


def event(name: str, data: Any, number: int | None = None) -> bytes:
    """A server-sent event; `number` is its id."""
    lines = f"event: {name}\n" + ("" if number is None else f"id: {number}\n")
    return lines.encode() + b"data: " + json(data) + b"\n\n"


# ---- float32 planes


def trajectories_planes(surface: Mapping[str, Any], trajectories: Sequence[Trajectory]) -> bytes:
    """All paths as float32 planes: phi, loss, gradient, learning_rate if scheduled, state.<name>, internal.<name>."""
    described, shared, offset = [], [], 0
    arrays: list[NDArray[Any]] = []
    for trajectory in trajectories:
        named = [("phi", trajectory.phi), ("loss", trajectory.loss), ("gradient", trajectory.gradient)]
        named += paced(trajectory.learning_rate).items()
        named += [(f"state.{name}", rows) for name, rows in trajectory.state.items()]
        named += [(f"internal.{name}", rows) for name, rows in trajectory.internals.items()]
        planes = []
        for name, array in named:
            planes.append({"name": name, "shape": array.shape, "offset": offset})
            arrays.append(array)
            offset += array.size
        described.append(
            {
                "optimizer": optimizer(trajectory),
                **ending(trajectory),
                "gradient_evaluations_per_step": trajectory.gradient_evaluations_per_step,
                "planes": planes,
            }
        )
    longest = max(trajectories, key=lambda trajectory: trajectory.steps)
    if longest.batches is not None:  # all paths see the same batches, as far as they go
        indices, sizes = longest.batches.drawn(0, longest.steps)
        for name, numbers in (("batches", indices), ("batch_sizes", sizes)):
            shared.append({"name": name, "shape": numbers.shape, "offset": offset})
            arrays.append(numbers)
            offset += numbers.size
    header = {"format": FORMAT, "surface": surface, "trajectories": described}
    return _planes(header | ({"planes": shared} if shared else {}), arrays, offset)


def ensembles_json(surface: Mapping[str, Any], seeds: Sequence[int], ensembles: Sequence[Ensemble]) -> bytes:
    """The answer of /api/ensembles as JSON; a path that diverged is shorter."""

    def described(ensemble: Ensemble) -> dict[str, Any]:
        lengths = np.isfinite(ensemble.loss).sum(axis=1).tolist()
        phi = [rows[:length].tolist() for rows, length in zip(ensemble.phi, lengths, strict=True)]
        loss = [rows[:length].tolist() for rows, length in zip(ensemble.loss, lengths, strict=True)]
        return {"optimizer": optimizer(ensemble), **_spread(ensemble), "phi": phi, "loss": loss}

    return json({"surface": surface, "seeds": seeds, "ensembles": [described(e) for e in ensembles]})


def ensembles_planes(surface: Mapping[str, Any], seeds: Sequence[int], ensembles: Sequence[Ensemble]) -> bytes:
    """The same as float32 planes phi (draws, steps + 1, 2) and loss (draws, steps + 1)."""
    described, offset = [], 0
    arrays: list[NDArray[Any]] = []
    for ensemble in ensembles:
        planes = []
        for name, array in (("phi", ensemble.phi), ("loss", ensemble.loss)):
            planes.append({"name": name, "shape": array.shape, "offset": offset})
            arrays.append(array)
            offset += array.size
        described.append({"optimizer": optimizer(ensemble), **_spread(ensemble), "planes": planes})
    header = {"format": FORMAT, "surface": surface, "seeds": seeds, "ensembles": described}
    return _planes(header, arrays, offset)


def _spread(ensemble: Ensemble) -> dict[str, Any]:
    mean, deviation = (numbers.tolist() for numbers in ensemble.spread)
    return {"ends": {"mean": mean, "standard_deviation": deviation, "arrived": int(ensemble.arrived.sum())}}


def cloud_object(cloud: Cloud) -> dict[str, Any]:
    """The answer of /api/gradients; what is not finite is null."""
    plain = np.ascontiguousarray
    return {
        "gradient": cloud.gradient,
        "per_sample": plain(cloud.per_sample),
        "batches": plain(cloud.batches),
        "batch_gradients": plain(cloud.gradients),
        "complete": cloud.complete,
        "mean": cloud.gradients.mean(axis=0),
        "expected": cloud.expected,
        "covariance": plain(cloud.covariance),
    }


def arrays_planes(named: Mapping[str, Array]) -> bytes:
    """Arrays as float32 planes under their names."""
    planes, offset = [], 0
    for name, array in named.items():
        planes.append({"name": name, "shape": array.shape, "offset": offset})
        offset += array.size
    return _planes({"format": FORMAT, "planes": planes}, list(named.values()), offset)


def _planes(header: Mapping[str, Any], arrays: Sequence[NDArray[Any]], size: int) -> bytes:
    """Gather first, then convert all at once: three times as fast as converting column by column."""
    gathered = np.empty(size)
    at = 0
    for array in arrays:
        plane = gathered[at : at + array.size]
        if array.ndim == 2 and array.shape[1] == 2 and array.strides[1] == 8:
            plane.view(np.complex128)[...] = array.view(np.complex128)[:, 0]
        else:
            plane.reshape(array.shape)[...] = array
        at += array.size
    with np.errstate(over="ignore"):
        floats = gathered.astype("<f4")
    if not np.isfinite(floats).all():
        np.clip(floats, -LARGEST, LARGEST, out=floats)
        floats[~np.isfinite(gathered)] = np.nan
    text = orjson.dumps(header)
    text += b" " * (-len(text) % 4)
    return b"".join((struct.pack("<I", len(text)), text, floats.data))
