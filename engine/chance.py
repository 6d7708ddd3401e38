"""What is drawn for each step of a run: a batch of the data, or noise on the gradient.

Either is a loss that a step sees in place of the whole one, and rows of numbers that the step loop puts into the
memory before each step. The loop itself does not know of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Protocol

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

    def table(self, first: int, steps: int, places: Mapping[str, Place]) -> Array:
        """The same as the step loop is fed with them, in the order of their places: (steps, pairs, 2)."""
        ...


class BatchGradients:
    """Each step sees a batch of the data. With the sum over the batch its gradient is B/n of the whole in the mean."""

    def __init__(self, objective: Objective, batches: Batches) -> None:
        self.losses = objective.form.of_batches(batches.largest, batches.even)
        self.batches: Batches | None = batches
        self.inputs = objective.inputs
        mean = "batch_size" in self.losses.drawn
        self.share = 1.0 if mean else batches.mean_size / batches.samples
        self._kept: dict[tuple[int, int, tuple[str, ...]], Array] = {}

    def rows(self, first: int, steps: int) -> Rows:
        assert self.batches is not None
        return self._gathered(*self.batches.drawn(first, steps))

    def table(self, first: int, steps: int, places: Mapping[str, Place]) -> Array:
        key = first, steps, tuple(places)
        table = self._kept.get(key)
        if table is None:
            table = in_pairs(self.rows(first, steps), places)
            if table.size + sum(kept.size for kept in list(self._kept.values())) > KEPT:
                self._kept.clear()
            self._kept[key] = table
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

    def table(self, first: int, steps: int, places: Mapping[str, Place]) -> Array:
        return in_pairs(self.rows(first, steps), places)
