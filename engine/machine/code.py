"""Lowered code: flat arrays of instructions, and where its inputs and outputs live in the memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.machine.instructions import VECTOR

Words = NDArray[np.uint64]
Array = NDArray[np.float64]


NAMED = 8 * 1024
"""Bytes of a lowered program besides its arrays, about."""


class Place(NamedTuple):
    """Where a value lives: its first place, and how many numbers it has (0: a single number)."""

    at: int
    size: int


def places(size: int, lanes: int) -> int:
    """The places that a value of `size` numbers has (0: a single number); with lanes each is a row of them."""
    return padded(size) if lanes == 1 else max(size, 1)


def padded(size: int) -> int:
    """The places of a value on one lane: numbers and pairs take two, rows fill whole vector registers.

    What is computed in the places behind a row's end is never read.
    """
    return 2 if size <= 2 else -(-size // VECTOR) * VECTOR


def write(memory: Array, places: Mapping[str, Place], values: Mapping[str, float | Array], lanes: int = 1) -> None:
    """Put values at the places of their names; on one lane a single number is written twice."""
    single = 2 if lanes == 1 else 1
    for name, value in values.items():
        place = places.get(name)
        if place is None:
            continue
        at, size = place
        if size or lanes > 1 or not isinstance(value, float):
            memory[at : at + (size or single)] = value
        else:  # the usual case, in a third of the time
            memory[at] = memory[at + 1] = value


def pairs(place: Place) -> Words:
    """The pairs of places, by their first ones, that hold a value on one lane."""
    return np.arange(place.at, place.at + max(place.size, 1), 2, dtype=np.uint64)


def in_pairs(rows: Mapping[str, Array], places: Mapping[str, Place]) -> Array:
    """Values (steps, numbers) of places, side by side as pairs (steps, pairs, 2); a single number is written twice."""
    widths = [-(-rows[name].shape[1] // 2) for name in places]
    table = np.zeros((len(next(iter(rows.values()))), sum(widths), 2))
    flat, at = table.reshape(len(table), 2 * sum(widths)), 0
    for (name, place), width in zip(places.items(), widths, strict=True):
        numbers = rows[name].shape[1]
        flat[:, at : at + numbers] = rows[name]
        if place.size == 0:
            flat[:, at + 1] = flat[:, at]
        at += 2 * width
    table.setflags(write=False)  # the kernels are compiled for tables that nobody writes to
    return table


@dataclass(frozen=True, eq=False)
class Code:
    """A lowered program.

    `image` (places,) holds its constants. `fed` are the values of the clock that the body reads, `clock_reads` the
    inputs that they depend on, `calls` the instructions of the body still to be linked. With lanes each place is a
    row of `lanes` numbers.
    """

    prologue: Words
    clock: Words
    body: Words
    image: Array
    inputs: Mapping[str, Place]
    outputs: Mapping[str, Place]
    fed: tuple[Place, ...]
    clock_reads: frozenset[str]
    calls: tuple[tuple[int, str], ...]
    lanes: int

    @property
    def nbytes(self) -> int:
        """The bytes of its arrays, and about what its names take besides."""
        return self.image.nbytes + self.body.nbytes + self.prologue.nbytes + self.clock.nbytes + NAMED
