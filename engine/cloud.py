"""The cloud of batch gradients at one point: what single samples and batches say about the slope.

For batches of B out of n samples drawn without replacement, the mean of the batch sum is B/n of the whole gradient, and
its covariance B (1 − B/n) S with S the covariance of the samples' gradients (divisor n − 1). With the mean over the
batch both are those of the sum over B, divided by B and B².
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.deadline import look_at_clock
from engine.errors import OutOfRange
from engine.landscape import over_lanes
from engine.objective import Objective
from engine.randomness import CLOUD, Indices, orders

Array = NDArray[np.float64]
BLOCK = 2**18
"""Numbers that are drawn between two looks at the clock: a few milliseconds."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """Gradients at one phi: of each sample (n, 2), of batches (m, B) as (m, 2), and what theory says of them.

    `complete` tells that the batches are all there are; `expected` (2,) and `covariance` (2, 2) are exact.
    """

    per_sample: Array
    batches: Indices
    gradients: Array
    complete: bool
    gradient: Array
    expected: Array
    covariance: Array


def cloud(
    objective: Objective,
    phi: tuple[float, float],
    size: int,
    count: int,
    seed: int,
    *,
    deadline: float | None = None,
) -> Cloud:
    """All batches of `size` samples, or `count` random ones where there are more; the seed decides which.

    `deadline` is a time of `time.monotonic()`. Raises: OutOfRange where the objective has no data, or fewer than
    `size`; DeadlineExceeded where the deadline passes before the end.
    """
    losses = objective.form.of_batches(1, True)
    n = objective.form.samples
    if not 1 <= size <= n:
        raise OutOfRange(f"size is {size}; a batch has from 1 to {n} samples", field="batches.size")
    x, y = (np.asarray(objective.inputs[name])[None] for name in ("data_x", "data_y"))
    one = np.ones((1, n))
    given = {"phi": np.repeat(np.array(phi)[:, None], n, axis=1), "batch_x": x, "batch_y": y, "batch_size": one}
    per_sample = over_lanes(objective.form.of_samples, objective, given, deadline)["gradient"].T
    complete = math.comb(n, size) <= count
    if complete:
        batches = np.array(list(itertools.combinations(range(n), size)))
    else:
        batches = _drawn(n, size, count, seed, deadline)
    mean = "batch_size" in losses.drawn
    gradients = _sums(per_sample, batches, deadline) / (size if mean else 1)
    whole = per_sample.sum(axis=0)
    scatter = np.cov(per_sample.T) if n > 1 else np.zeros((2, 2))
    covariance = size * (1 - size / n) * scatter / (size**2 if mean else 1)
    expected = whole / n if mean else whole * (size / n)
    return Cloud(per_sample, batches, gradients, complete, whole / (n if mean else 1), expected, covariance)


def _drawn(samples: int, size: int, count: int, seed: int, deadline: float | None) -> Indices:
    """Random batches (count, size)."""
    batches = np.empty((count, size), np.int64)
    for part in _blocks(count, samples, deadline):
        batches[part] = orders(CLOUD, seed, part.start, part.stop - part.start, samples)[:, :size]
    return batches


def _sums(per_sample: Array, batches: Indices, deadline: float | None) -> Array:
    """The sum of the gradients of each batch (batches, 2)."""
    sums = np.empty((len(batches), 2))
    for part in _blocks(len(batches), batches.shape[1], deadline):
        sums[part] = per_sample[batches[part]].sum(axis=1)
    return sums


def _blocks(rows: int, numbers: int, deadline: float | None) -> Iterator[slice]:
    """Blocks of rows of so many numbers; the clock is looked at before each."""
    block = max(1, BLOCK // numbers)
    for first in range(0, rows, block):
        look_at_clock(deadline, first, rows, "batches")
        yield slice(first, min(first + block, rows))
