"""The multilayer perceptron as a function of flat parameters.

As in the lecture, layer l computes h = σ(W h' + b); the last layer has no activation. Samples are columns: the input is
(D_in, n), W is (D_out, D_in), b (D_out,). All numbers stand in one row phi (P,): layer after layer its weights, row by
row, then its biases. The text runs on arrays and under tracing.

Source: S. Prince, Understanding Deep Learning, 2023, equation 4.15.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.catalog import Initializer, Setting
from engine.errors import OutOfRange
from engine.program.tracing import Traced
from engine.randomness import WEIGHTS, Stream

Array = NDArray[np.float64]
Piece = tuple[int, tuple[int, ...]]


class Layer(NamedTuple):
    """Where a layer's numbers stand in phi."""

    weights: Piece
    biases: Piece


def block(phi: Any, piece: Piece) -> Any:
    """A stretch of phi in its shape; of many phi (..., P) at once, if they are arrays."""
    if isinstance(phi, Traced):
        return phi.apply("block", phi, attribute=piece)
    first, shape = piece
    return np.reshape(phi[..., first : first + math.prod(shape)], (*np.shape(phi)[:-1], *shape))


@dataclass(frozen=True)
class Network:
    """A network of `widths` (D_in, hidden units of each layer, D_out), with one activation for all hidden layers."""

    widths: tuple[int, ...]
    activation: Callable[..., Any]
    settings: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        found, first = [], 0
        for inputs, outputs in itertools.pairwise(self.widths):
            biases = first + inputs * outputs
            found.append(Layer((first, (outputs, inputs)), (biases, (outputs,))))
            first = biases + outputs
        return tuple(found)

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum((inputs + 1) * outputs for inputs, outputs in itertools.pairwise(self.widths))

    def through(self, phi: Any, x: Any) -> tuple[list[Any], list[Any]]:
        """The pre-activations (D, n) of each layer and the activations of each hidden one, for inputs (D_in, n)."""
        before, after = [], []
        for layer in self.layers:
            before.append(block(phi, layer.weights) @ x + block(phi, layer.biases)[:, None])
            if layer is not self.layers[-1]:
                x = self.activation(before[-1], **self.settings)
                after.append(x)
        return before, after

    def __call__(self, phi: Any, x: Any) -> Any:
        """The outputs (D_out, n)."""
        return self.through(phi, x)[0][-1]

    def drawn(self, initializer: Initializer, values: Mapping[str, Setting], seed: int) -> Array:
        """phi (P,) as an initialiser draws it, layer after layer from one stream of the seed."""
        stream, pieces = Stream(WEIGHTS, seed), []
        bias = initializer.start_of_biases(values)
        for inputs, outputs in itertools.pairwise(self.widths):
            normal = stream.normal(inputs * outputs).reshape(inputs, outputs)
            weights = np.asarray(initializer.weights(normal, inputs, outputs, **values), dtype=np.float64)
            pieces += [weights.T.ravel(), np.full(outputs, bias)]
        return np.concatenate(pieces)

    def parameters(self, phi: Array) -> list[dict[str, Any]]:
        """phi as programs exchange it: for each layer weights (D_in, D_out) and biases (D_out,)."""
        return [
            {"weights": block(phi, layer.weights).T.tolist(), "biases": block(phi, layer.biases).tolist()}
            for layer in self.layers
        ]

    def flat(self, parameters: Sequence[Mapping[str, Any]], where: str = "initial_parameters") -> Array:
        """phi (P,) of parameters as programs exchange them.

        Raises OutOfRange where they do not fit the network or are not finite.
        """
        if len(parameters) != len(self.layers):
            message = f"There are parameters of {len(parameters)} layers; this network has {len(self.layers)}."
            raise OutOfRange(message, field=where)
        phi = np.empty(self.size)
        for k, (layer, given) in enumerate(zip(self.layers, parameters, strict=True)):
            for name, (first, shape) in (("weights", layer.weights), ("biases", layer.biases)):
                spot = f"{where}[{k}].{name}"
                wanted = shape[::-1]
                numbers = _numbers(given[name], spot)
                if numbers.shape != wanted:
                    given_size, needed = (" by ".join(map(str, size)) for size in (numbers.shape, wanted))
                    message = f"{name} of layer {k + 1} are {given_size} numbers; {needed} are needed."
                    raise OutOfRange(message, field=spot)
                phi[first : first + numbers.size] = numbers.T.ravel()
        return phi


def _numbers(given: Any, spot: str) -> Array:
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except ValueError:
        row = next(row for row, known in enumerate(given) if len(known) != len(given[0]))
        message = f"row {row} has {len(given[row])} numbers, and row 0 has {len(given[0])}"
        raise OutOfRange(message, field=f"{spot}[{row}]") from None
    if not np.isfinite(numbers).all():
        raise OutOfRange("all numbers must be finite", field=spot)
    return numbers
