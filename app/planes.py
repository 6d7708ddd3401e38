"""What the engine computed as float32 planes, which the page itself uses while a slider moves.

Float32 planes ("fallline-planes-1"): four bytes with the length H of the header (unsigned, little-endian), H bytes of
UTF-8 JSON padded with blanks so that 4 + H is a multiple of 4, then the planes back to back: float32, little-endian,
row-major. The header names the planes, with shapes and offsets in floats from the first plane's begin; planes that all
paths share (batches, padded to the largest, and batch_sizes) stand beside them. Numbers beyond what float32 can hold
are the largest that it can; NaN stands for what is not finite.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from app.serving.whole import Parts
from app.wire import ending_of_path, optimizer, paced, spread
from engine.ensemble import Ensemble
from engine.machine.single import in_single_precision
from engine.trajectory import Trajectory

Array = NDArray[np.float64]
FORMAT = "fallline-planes-1"
HELP = __doc__.partition("\n\n")[2].replace("\n", " ").strip()


class Planes:
    """Arrays laid out back to back; `add` says of each where it is."""

    def __init__(self) -> None:
        self.floats: list[memoryview] = []
        self.size = 0

    def add(self, named: Sequence[tuple[str, NDArray[Any]]]) -> list[dict[str, Any]]:
        """Append arrays under their names; returns their descriptions."""
        at = self.append(_bytes_of(in_single_precision([array.ravel() for _, array in named])))
        return _described([(name, array.shape) for name, array in named], at)

    def append(self, floats: memoryview) -> int:
        """Append bytes of float32 as they are; returns the offset of the first in floats."""
        at = self.size
        self.floats.append(floats)
        self.size += len(floats) // 4
        return at

    def written(self, header: Mapping[str, Any]) -> Parts:
        """The header and the planes, as they follow one another."""
        text = orjson.dumps({"format": FORMAT, **header})
        text += b" " * (-len(text) % 4)
        return [struct.pack("<I", len(text)) + text, *self.floats]


def _bytes_of(floats: NDArray[np.float32]) -> memoryview:
    """The bytes of numbers, where they lie."""
    return floats.data.cast("B") if floats.size else memoryview(b"")


def _described(shapes: Iterable[tuple[str, tuple[int, ...]]], at: int) -> list[dict[str, Any]]:
    """Names, shapes and offsets of planes that lie back to back from an offset on."""
    described = []
    for name, shape in shapes:
        described.append({"name": name, "shape": shape, "offset": at})
        at += math.prod(shape)
    return described


class Path:
    """A path as it is written: its numbers, and its description where they begin at an offset.

    Both are kept for as long as the path is: of a slider's move, which computes one path anew, the others are not
    written anew either.
    """

    def __init__(self, trajectory: Trajectory) -> None:
        record, rates = trajectory.record, paced(trajectory.learning_rate)
        self.floats = _bytes_of(in_single_precision([record.numbers, *rates.values()]))
        self.shapes = [*record.quantities, *[(name, row.shape) for name, row in rates.items()]]
        self.told = {
            "optimizer": optimizer(trajectory.rule),
            **ending_of_path(trajectory.verdict),
            "gradient_evaluations_per_step": trajectory.gradient_evaluations_per_step,
        }
        self.latest = -1, orjson.Fragment(b"")
        """The offset that it was described for last, and how."""

    def added(self, planes: Planes) -> orjson.Fragment:
        """Its description, as JSON, behind those planes, to which its numbers are added."""
        at = planes.append(self.floats)
        known, description = self.latest  # of one moment: other threads write it too
        if known != at:
            description = orjson.Fragment(orjson.dumps({**self.told, "planes": _described(self.shapes, at)}))
            self.latest = at, description
        return description


def path(trajectory: Trajectory) -> Path:
    """A path as it is written, which is kept with it from now on."""
    trajectory.written = made = Path(trajectory)
    return made


def trajectories(surface: Mapping[str, Any], trajectories: Sequence[Trajectory]) -> Parts:
    """All paths as float32 planes: phi, state.<name>, loss, gradient, internal.<name>, learning_rate if scheduled."""
    planes = Planes()
    described = [(one.written or path(one)).added(planes) for one in trajectories]
    header: dict[str, Any] = {"surface": surface, "trajectories": described}
    if trajectories[0].batches is not None:  # all paths see the same batches, as far as they go
        longest = max(trajectories, key=lambda trajectory: trajectory.steps)
        assert longest.batches is not None
        indices, sizes = longest.batches.drawn(0, longest.steps)
        header["planes"] = planes.add((("batches", indices), ("batch_sizes", sizes)))
    return planes.written(header)


def ensembles(surface: Mapping[str, Any], seeds: Sequence[int], ensembles: Sequence[Ensemble]) -> Parts:
    """The same as float32 planes phi (draws, steps + 1, 2) and loss (draws, steps + 1)."""
    planes = Planes()
    described = [
        {"optimizer": optimizer(one.rule), **spread(one), "planes": planes.add((("phi", one.phi), ("loss", one.loss)))}
        for one in ensembles
    ]
    return planes.written({"surface": surface, "seeds": seeds, "ensembles": described})


def arrays(named: Mapping[str, Array]) -> Parts:
    """Arrays as float32 planes under their names."""
    planes = Planes()
    return planes.written({"planes": planes.add(list(named.items()))})
