"""How the numbers of a layer are spread: its activations, pre-activations, weights and gradients."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.networks.forward import Pass
from engine.networks.network import Network, block

Array = NDArray[np.float64]
BINS = 24


@dataclass(frozen=True, eq=False)
class Spread:
    """Numbers in short: `deviation` has the divisor n, `counts` (BINS,) are of equal bins from `low` to `high`, each
    with its lower end and the last with both; `zero` is the share that is exactly 0.

    Where all numbers are equal, the first bin has them.
    """

    mean: float
    deviation: float
    low: float
    high: float
    counts: NDArray[np.int64]
    zero: float

    @classmethod
    def of(cls, numbers: Array) -> Spread | None:
        """The spread of one or more numbers; None where one of them is not finite."""
        numbers = numbers.ravel()
        low, high = float(numbers.min()), float(numbers.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            return None
        zero = float(np.count_nonzero(numbers == 0) / len(numbers))
        if low == high:
            return cls(low, 0.0, low, high, np.bincount([0], [len(numbers)], BINS).astype(np.int64), zero)
        exponent = max(math.frexp(max(-low, high))[1], -1000)
        small = numbers * math.ldexp(1.0, -exponent)  # squares of the largest floats overflow
        mean, deviation = (math.ldexp(float(value), exponent) for value in (small.mean(), small.std()))
        return cls(mean, deviation, low, high, np.histogram(small, BINS)[0], zero)


class LayerSpreads(NamedTuple):
    """A layer over samples, and the gradient of a loss with respect to its weights and biases."""

    activations: Spread | None
    preactivations: Spread | None
    weights: Spread | None
    gradients: Spread | None


def spreads_of_layers(network: Network, phi: Array, gradient: Array, computed: Pass) -> list[LayerSpreads]:
    """The spreads of each layer for phi and a gradient (P,) and what the network computed for some samples."""
    found = []
    for layer, before, after in zip(network.layers, computed.before, computed.after, strict=True):
        activations = Spread.of(after)
        preactivations = activations if after is before else Spread.of(before)
        (first, _), (last, (count,)) = layer
        weights = Spread.of(block(phi, layer.weights))
        found.append(LayerSpreads(activations, preactivations, weights, Spread.of(gradient[first : last + count])))
    return found
