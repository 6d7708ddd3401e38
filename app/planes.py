"""What the engine computed as float32 planes, which the page itself uses while a slider moves.

Float32 planes ("fallline-planes-1"): four bytes with the length H of the header (unsigned, little-endian), H bytes of
UTF-8 JSON padded with blanks so that 4 + H is a multiple of 4, then the planes back to back: float32, little-endian,
row-major. The header names the planes, with shapes and offsets in floats from the first plane's begin; planes that all
paths share (batches, padded to the largest, and batch_sizes) stand beside them. Numbers beyond what float32 can hold
are the largest that it can; NaN stands for what is not finite.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.wire import ending, optimizer, paced, spread
from engine.ensemble import Ensemble
from engine.trajectory import Trajectory

Array = NDArray[np.float64]
FORMAT = "fallline-planes-1"
FLOAT = np.dtype("<f4")
HELP = __doc__.partition("\n\n")[2].replace("\n", " ").strip()
LARGEST = float(np.finfo(np.float32).max)


class Planes:
    """Arrays laid out back to back; `add` says of each where it is."""

    def __init__(self) -> None:
        self.arrays: list[NDArray[Any]] = []
        self.size = 0

    def add(self, named: Iterable[tuple[str, NDArray[Any]]]) -> list[dict[str, Any]]:
        """Append arrays under their names; returns their descriptions."""
        described, at = [], self.size
        for name, array in named:
            described.append({"name": name, "shape": array.shape, "offset": at})
            self.arrays.append(array.ravel())
            at += array.size
        self.size = at
        return described

    def written(self, header: Mapping[str, Any]) -> bytes:
        """The header and the planes as bytes."""
        return _bytes({"format": FORMAT, **header}, self.arrays)


def trajectories(surface: Mapping[str, Any], trajectories: Sequence[Trajectory]) -> bytes:
    """All paths as float32 planes: phi, loss, gradient, learning_rate if scheduled, state.<name>, internal.<name>."""
    planes, described = Planes(), []
    for trajectory in trajectories:
        named = [("phi", trajectory.phi), ("loss", trajectory.loss), ("gradient", trajectory.gradient)]
        named += paced(trajectory.learning_rate).items()
        for name, rows in trajectory.state.items():
            named.append((f"state.{name}", rows))
        for name, rows in trajectory.internals.items():
            named.append((f"internal.{name}", rows))
        described.append(
            {
                "optimizer": optimizer(trajectory.rule),
                **ending(trajectory.verdict),
                "gradient_evaluations_per_step": trajectory.gradient_evaluations_per_step,
                "planes": planes.add(named),
            }
        )
    header = {"surface": surface, "trajectories": described}
    if trajectories[0].batches is not None:  # all paths see the same batches, as far as they go
        longest = max(trajectories, key=lambda trajectory: trajectory.steps)
        assert longest.batches is not None
        indices, sizes = longest.batches.drawn(0, longest.steps)
        header["planes"] = planes.add((("batches", indices), ("batch_sizes", sizes)))
    return planes.written(header)


def ensembles(surface: Mapping[str, Any], seeds: Sequence[int], ensembles: Sequence[Ensemble]) -> bytes:
    """The same as float32 planes phi (draws, steps + 1, 2) and loss (draws, steps + 1)."""
    planes = Planes()
    described = [
        {"optimizer": optimizer(one.rule), **spread(one), "planes": planes.add((("phi", one.phi), ("loss", one.loss)))}
        for one in ensembles
    ]
    return planes.written({"surface": surface, "seeds": seeds, "ensembles": described})


def arrays(named: Mapping[str, Array]) -> bytes:
    """Arrays as float32 planes under their names."""
    planes = Planes()
    return planes.written({"planes": planes.add(named.items())})


def _bytes(header: Mapping[str, Any], arrays: Sequence[NDArray[Any]]) -> bytes:
    """Flat arrays gathered and converted in one go."""
    floats = single(arrays)
    text = orjson.dumps(header)
    text += b" " * (-len(text) % 4)
    return b"".join((struct.pack("<I", len(text)), text, floats.data))


def single(arrays: Sequence[NDArray[Any]]) -> NDArray[np.float32]:
    """Arrays in one row of float32, with what it cannot hold as told above."""
    with np.errstate(over="ignore"):
        floats = np.concatenate(arrays, dtype=FLOAT, casting="same_kind")
    if not np.isfinite(floats).all():
        np.clip(floats, -LARGEST, LARGEST, out=floats)
        floats[~np.isfinite(np.concatenate(arrays))] = np.nan
    return floats
