"""A record: what consecutive steps of a run found, in one row of numbers as the step loop wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Record:
    """Consecutive entries of a run: `first` is the index of the first, `count` how many there are.

    In `numbers` lie, one behind the other, phi (count, 2), each quantity of the state (count, 2), the loss (count,),
    the gradient (count, 2) and, where they were asked for, each of the internals (count, 2). What is read of it are
    views.
    """

    first: int
    count: int
    numbers: Array
    state_names: tuple[str, ...]
    internal_names: tuple[str, ...]

    @property
    def phi(self) -> Array:
        return self.numbers[: 2 * self.count].reshape(self.count, 2)

    @property
    def loss(self) -> Array:
        begin = 2 * self.count * (1 + len(self.state_names))
        return self.numbers[begin : begin + self.count]

    @property
    def gradient(self) -> Array:
        return self._behind_loss(0)

    @property
    def state(self) -> dict[str, Array]:
        names, count = self.state_names, self.count
        rows = self.numbers[2 * count : 2 * count * (1 + len(names))].reshape(len(names), count, 2)
        return dict(zip(names, rows, strict=True))

    @property
    def internals(self) -> dict[str, Array]:
        return {name: self._behind_loss(1 + place) for place, name in enumerate(self.internal_names)}

    def _behind_loss(self, place: int) -> Array:
        count = self.count
        begin = count * (2 * (1 + len(self.state_names) + place) + 1)
        return self.numbers[begin : begin + 2 * count].reshape(count, 2)

    @property
    def quantities(self) -> list[tuple[str, tuple[int, ...]]]:
        """Names and shapes of what lies in the numbers, in their order: `state.<name>`, `internal.<name>`."""
        pair = self.count, 2
        return [
            ("phi", pair),
            *[(f"state.{name}", pair) for name in self.state_names],
            ("loss", (self.count,)),
            ("gradient", pair),
            *[(f"internal.{name}", pair) for name in self.internal_names],
        ]

    def cut(self, count: int) -> Record:
        """The first `count` entries alone."""
        return _joined(self, count, [self])

    def closed(self, gradient: Array) -> Record:
        """The same with another gradient (2,) at its last entry."""
        record = Record(self.first, self.count, self.numbers.copy(), self.state_names, self.internal_names)
        record.gradient[-1] = gradient
        return record

    def finite(self) -> int:
        """How many entries come before the first with a number that is not finite; the internals do not count."""
        finite = np.isfinite(self.loss)
        for rows in (self.phi, self.gradient, *self.state.values()):
            finite &= np.isfinite(rows).all(axis=1)
        return len(finite) if finite.all() else int(np.argmin(finite))


def joined(records: Sequence[Record]) -> Record:
    """Records that follow one another as one."""
    if len(records) == 1:
        return records[0]
    return _joined(records[0], sum(record.count for record in records), records)


def _joined(first: Record, count: int, records: Sequence[Record]) -> Record:
    """The first `count` entries of records that follow one another, quantity by quantity."""
    rows = []
    for name in range(len(first.quantities)):
        parts = [_parts(record)[name] for record in records]
        rows.append((parts[0] if len(parts) == 1 else np.concatenate(parts))[:count].ravel())
    return Record(first.first, count, np.concatenate(rows), first.state_names, first.internal_names)


def _parts(record: Record) -> list[Array]:
    """All quantities of a record, in the order in which they lie."""
    return [record.phi, *record.state.values(), record.loss, record.gradient, *record.internals.values()]
