"""Minibatches: which samples each step sees, as rows of data that the clock puts into the memory.

The seed decides everything: an epoch's order of the samples, or a step's, is the next one of the stream BATCHES.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

import numpy as np

from engine.errors import OutOfRange
from engine.randomness import BATCHES, Array, Indices, orders

Sampling = Literal["epochs", "fresh"]
SAMPLINGS: tuple[Sampling, ...] = ("epochs", "fresh")


class Batches(Protocol):
    """A rule that says which of `samples` samples a step sees; `largest` is the size of the largest batch."""

    @property
    def samples(self) -> int: ...

    @property
    def largest(self) -> int: ...

    @property
    def even(self) -> bool:
        """Whether all batches have one size."""
        ...

    @property
    def mean_size(self) -> float: ...

    def drawn(self, first: int, steps: int) -> tuple[Indices, Indices]:
        """The samples of the steps first, first + 1, ...: indices (steps, largest) and batch sizes (steps,).

        Behind the end of a short batch its first index is repeated.
        """
        ...

    def seen(self, step: int) -> int:
        """How many samples the steps before this one see."""
        ...


def epochs(batches: Batches, first: int, steps: int) -> Array:
    """How many times the data have been seen before each of the steps first, first + 1, ... (steps,)."""
    drawn = np.cumsum(batches.drawn(first, steps)[1])
    return (batches.seen(first) + np.concatenate([[0], drawn])[:steps]) / batches.samples


def listed(indices: Indices, sizes: Indices) -> list[list[int]]:
    """Drawn batches as lists, without what stands behind the end of a short one."""
    return [row[:size] for row, size in zip(indices.tolist(), sizes.tolist(), strict=True)]


def counting(indices: Indices, sizes: Indices) -> tuple[Array, Array]:
    """Which entries of drawn batches count (steps, largest), 1 or 0, and how many they are (steps, 1)."""
    weight = (np.arange(indices.shape[1]) < sizes[:, None]).astype(np.float64)
    return weight, sizes[:, None].astype(np.float64)


@dataclass(frozen=True)
class DrawnBatches:
    """Batches of `size` out of `samples`, drawn without replacement.

    "epochs": each epoch is a new order of all samples, cut into batches; a short last batch is kept. "fresh": each
    step draws anew from all samples, so that a sample may be missed for long. What was drawn last is kept: the paths of
    a request, and what is told of them, ask for the same.
    """

    samples: int
    size: int
    sampling: Sampling
    seed: int
    _kept: list[tuple[int, Indices, Indices]] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.sampling not in SAMPLINGS:
            raise OutOfRange(f"sampling must be {' or '.join(SAMPLINGS)}", field="batches.sampling")
        if not 1 <= self.size <= self.samples:
            message = f"size is {self.size}; a batch has from 1 to {self.samples} samples, as many as there are data"
            raise OutOfRange(message, field="batches.size")

    @property
    def largest(self) -> int:
        return self.size

    @property
    def even(self) -> bool:
        return self.sampling == "fresh" or self.samples % self.size == 0

    @property
    def mean_size(self) -> float:
        return self.size if self.even else self.samples / self.per_epoch

    @property
    def per_epoch(self) -> int:
        """Steps of one pass over the data."""
        return -(-self.samples // self.size)

    def drawn(self, first: int, steps: int) -> tuple[Indices, Indices]:
        kept = self._kept[0] if self._kept else None  # one look: other threads may keep others meanwhile
        if kept is None or not 0 <= first - kept[0] <= len(kept[2]) - steps:
            kept = (first, *self._draw(first, steps))
            self._kept[:] = [kept]
        begin, indices, sizes = kept
        asked = slice(first - begin, first - begin + steps)
        return indices[asked], sizes[asked]

    def seen(self, step: int) -> int:
        if self.even:
            return step * self.size
        epochs, steps = divmod(step, self.per_epoch)
        return epochs * self.samples + steps * self.size

    def _draw(self, first: int, steps: int) -> tuple[Indices, Indices]:
        if self.sampling == "fresh":
            table = orders(BATCHES, self.seed, first, steps, self.samples)[:, : self.size]
            return table, np.full(steps, self.size)
        epoch, skipped = divmod(first, self.per_epoch)
        epochs = -(-(skipped + steps) // self.per_epoch)
        table = orders(BATCHES, self.seed, epoch, epochs, self.samples)
        missing = self.per_epoch * self.size - self.samples
        sizes = np.full((epochs, self.per_epoch), self.size)
        if missing:
            sizes[:, -1] -= missing
            start = self.samples - (self.size - missing)
            table = np.concatenate([table, np.repeat(table[:, start : start + 1], missing, axis=1)], axis=1)
        batches = table.reshape(-1, self.size)[skipped : skipped + steps]
        return batches, sizes.ravel()[skipped : skipped + steps]


@dataclass(frozen=True, eq=False)
class GivenBatches:
    """Batches used as they are given: one list of indices a step; an index may be repeated.

    The record looks at one step more than it takes: that one has the last batch again.
    """

    samples: int
    indices: Sequence[Sequence[int]]

    def __post_init__(self) -> None:
        for step, batch in enumerate(self.indices):
            field = f"batches.indices[{step}]"
            if not batch:
                raise OutOfRange(f"the batch of step {step} is empty", field=field)
            if not 0 <= min(batch) <= max(batch) < self.samples:
                raise OutOfRange(
                    f"the batch of step {step} has an index outside 0 to {self.samples - 1}: there are "
                    f"{self.samples} data points",
                    field=field,
                )

    @cached_property
    def largest(self) -> int:
        return max(map(len, self.indices), default=1)

    @cached_property
    def even(self) -> bool:
        return len(set(map(len, self.indices))) <= 1

    @property
    def mean_size(self) -> float:
        return float(np.mean(self._table[1][:-1]))

    @cached_property
    def _table(self) -> tuple[Indices, Indices]:
        batches = [*self.indices, self.indices[-1]]
        rows = [[*batch, *[batch[0]] * (self.largest - len(batch))] for batch in batches]
        return np.array(rows, dtype=np.int64), np.array([len(batch) for batch in batches])

    def drawn(self, first: int, steps: int) -> tuple[Indices, Indices]:
        if first + steps > len(self.indices) + 1:
            most = len(self.indices)
            message = f"there are {most} batches, enough for {most} steps; give one list of indices a step"
            raise OutOfRange(message, field="batches.indices")
        table, sizes = self._table
        return table[first : first + steps], sizes[first : first + steps]

    def seen(self, step: int) -> int:
        return int(self._table[1][:step].sum())
