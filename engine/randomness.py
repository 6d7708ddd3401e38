"""Random numbers that a seed decides: our own use of NumPy's PCG64, whose words are the same on every platform.

Each purpose has a stream of its own, PCG64(SeedSequence([purpose, seed])), so that drawing for one never moves another.
A uniform number is the upper 53 bits of a word of 64 bits; a normal one is made of two uniform ones by Box and Muller's
transform; a random order of n samples is the stable sorting order of n words.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Words = NDArray[np.uint64]
BATCHES, NOISE, CLOUD, DATA, SPLIT, WEIGHTS, SAMPLE, DIRECTIONS = range(1, 9)
"""The purposes of random streams."""


class Stream:
    """The stream of a purpose, from its word `first` on: what is drawn next depends on how much was drawn before."""

    def __init__(self, purpose: int, seed: int, first: int = 0) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence([purpose, seed]))
        self._bits.advance(first)

    def words(self, count: int) -> Words:
        """The next words (count,)."""
        return np.asarray(self._bits.random_raw(count), dtype=np.uint64)

    def uniform(self, count: int) -> Array:
        """Uniform numbers (count,) from 0 on, below 1: a word each."""
        return np.asarray((self.words(count) >> np.uint64(11)) * 2.0**-53, dtype=np.float64)

    def normal(self, count: int, standard_deviation: float = 1.0) -> Array:
        """Normal numbers (count,) of mean 0: two words each."""
        uniform = self.uniform(2 * count).reshape(count, 2)
        radius: Array = standard_deviation * np.sqrt(-2 * np.log1p(-uniform[:, 0]))
        return radius * np.cos(2 * np.pi * uniform[:, 1])

    def around(self, means: Array, standard_deviation: Any) -> Array:
        """Normal numbers about `means`, in their shape; the standard deviation is a number, or one for each."""
        drawn: Array = means + standard_deviation * self.normal(means.size).reshape(means.shape)
        return drawn

    def order(self, samples: int) -> Indices:
        """A random order of `samples` samples (samples,): a word each."""
        return np.argsort(self.words(samples), kind="stable")


def words(purpose: int, seed: int, first: int, count: int) -> Words:
    """The words first, first + 1, ... (count,) of the stream of a purpose."""
    return Stream(purpose, seed, first).words(count)


def orders(purpose: int, seed: int, first: int, count: int, samples: int) -> Indices:
    """Random orders of `samples` samples (count, samples), numbered from `first` on in the stream of a purpose."""
    table = words(purpose, seed, first * samples, count * samples).reshape(count, samples)
    return np.argsort(table, axis=1, kind="stable")
