"""What is drawn for each step of a run: a batch of the data, or noise on the gradient.

Either is a loss that a step sees in place of the whole one, and rows of numbers that the step loop puts into the
memory before each step. The loop itself does not know of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.batches import Batches, DrawnBatches, counting
from engine.errors import OutOfRange
from engine.machine.code import Place, in_pairs
from engine.machine.linking import Losses
from engine.objective import Objective
from engine.randomness import NOISE, Indices, Stream

Array = NDArray[np.float64]
Rows = Mapping[str, Array]
KEPT = 2**18
"""Numbers drawn for blocks of steps that are kept: the optimisers of a request take turns on them."""


class Chance(Protocol):
    """What a run asks of it. `share` is the expected gradient in units of the whole loss's."""

    losses: Losses
    share: float
    batches: Batches | None

    def rows(self, first: int, steps: int) -> Rows:
        """The drawn inputs for the steps first, first + 1, ...: (steps, numbers) by name."""
        ...

    def table(self, first: int, clock: Array, places: Mapping[str, Place]) -> Array:
        """The same as the step loop is fed with them: (steps, pairs, 2), the clock's, then in the order of places."""
        ...


class BatchGradients:
    """Each step sees a batch of the data. With the sum over the batch its gradient is B/n of the whole in the mean."""

    def __init__(self, objective: Objective, batches: Batches) -> None:
        self.losses = objective.form.of_batches(batches.largest, batches.even)
        self.batches: Batches | None = batches
        self.inputs = objective.inputs
        mean = "batch_size" in self.losses.drawn
        self.share = 1.0 if mean else batches.mean_size / batches.samples
        self._kept: dict[tuple[Any, ...], tuple[Array | None, Array]] = {}

    def rows(self, first: int, steps: int) -> Rows:
        assert self.batches is not None
        return self._gathered(*self.batches.drawn(first, steps))

    def table(self, first: int, clock: Array, places: Mapping[str, Place]) -> Array:
        steps = len(clock)
        drawn = self._keep((first, steps, *places), None, lambda: in_pairs(self.rows(first, steps), places))
        if not clock.shape[1]:
            return drawn
        return self._keep((first, steps, *places, id(clock)), clock, lambda: _beside(clock, drawn))

    def _keep(self, key: tuple[Any, ...], clock: Array | None, made: Callable[[], Array]) -> Array:
        """A table that is kept under a key, with the clock that it was made of; the optimisers take turns on them."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] is clock:
            return kept[1]
        table = made()
        if table.size + sum(other.size for _, other in list(self._kept.values())) > KEPT:
            self._kept.clear()
        self._kept[key] = clock, table
        return table

    def _gathered(self, indices: Indices, sizes: Indices) -> Rows:
        x, y = (np.asarray(self.inputs[name])[indices] for name in ("data_x", "data_y"))
        weight, size = counting(indices, sizes)
        rows = {"batch_x": x, "batch_y": y, "batch_weight": weight, "batch_size": size}
        return {name: rows[name] for name in self.losses.drawn}


@lru_cache(maxsize=4)
def drawn_gradients(objective: Objective, batches: DrawnBatches) -> BatchGradients:
    """The gradients of batches that a seed decides; the last ones are kept: a slider that moves draws nothing anew."""
    return BatchGradients(objective, batches)


class GradientNoise:
    """Normal noise of mean 0 and a given standard deviation on each coordinate of the gradient, drawn for each step.

    The noise of step t is made of the words 4t to 4t + 3 of the stream NOISE.
    """

    batches: Batches | None = None
    share = 1.0

    def __init__(self, objective: Objective, standard_deviation: float, seed: int) -> None:
        if not 0 <= standard_deviation < math.inf:
            raise OutOfRange("standard_deviation must be a number that is not negative", field="gradient_noise")
        self.losses = objective.form.with_noise
        self.standard_deviation, self.seed = standard_deviation, seed

    def rows(self, first: int, steps: int) -> Rows:
        drawn = Stream(NOISE, self.seed, 4 * first).normal(2 * steps, self.standard_deviation)
        return {"noise": drawn.reshape(steps, 2)}

    def table(self, first: int, clock: Array, places: Mapping[str, Place]) -> Array:
        return _beside(clock, in_pairs(self.rows(first, len(clock)), places))


def _beside(clock: Array, drawn: Array) -> Array:
    """Two tables as one."""
    table = np.concatenate([clock, drawn], axis=1)
    table.setflags(write=False)  # the kernels are compiled for tables that nobody writes to
    return table
