"""A model: a network and the likelihood that its outputs are parameters of, as programs of phi.

phi (P,) holds the network's parameters and behind them those that the likelihood learns, such as log σ. Programs are
made once for each form (widths, activation, likelihood, number of samples) and kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.catalog import Likelihood
from engine.machine.code import Code, write
from engine.machine.linking import Losses
from engine.machine.loop import run_once
from engine.machine.lowering import lower
from engine.network import Network, Piece, block
from engine.program.derivatives import derive
from engine.program.program import Program
from engine.program.tracing import trace

Array = NDArray[np.float64]
Reduction = Literal["sum", "mean"]


@dataclass(frozen=True, eq=False)
class Model:
    """A network with a likelihood of targets (K, n), K `targets` rows; `settings` are the likelihood's h."""

    network: Network
    likelihood: Likelihood
    settings: SimpleNamespace
    targets: int
    reduction: Reduction = "mean"

    @cached_property
    def learnt(self) -> dict[str, Piece]:
        """Where the numbers that the likelihood learns stand in phi."""
        found: dict[str, Piece] = {}
        first = self.network.size
        for name, quantity in self.likelihood.learnt.items():
            shape = quantity.shape(self.settings.targets)
            found[name] = (first, shape)
            first += math.prod(shape)
        return found

    @property
    def size(self) -> int:
        """How many numbers are learnt."""
        return self.network.size + sum(math.prod(shape) for _, shape in self.learnt.values())

    def begin(self, weights: Array) -> Array:
        """phi (P,): the network's parameters, and behind them where the likelihood's begin."""
        learnt = self.likelihood.learnt
        starts = [np.full(math.prod(shape), learnt[name].start) for name, (_, shape) in self.learnt.items()]
        return np.concatenate([weights, *starts])

    def learnt_of(self, phi: Any) -> SimpleNamespace:
        return SimpleNamespace(**{name: block(phi, piece) for name, piece in self.learnt.items()})

    def loss(self, phi: Any, x: Any, y: Any, weight: Any = None, count: Any = None) -> Any:
        """The loss of samples x (D_in, n) with targets y (K, n); `weight` (n,) leaves samples out, `count` are left."""
        losses = self.likelihood.loss(self.network(phi, x), y, self.settings, self.learnt_of(phi))
        total = np.sum(losses if weight is None else losses * weight)
        if self.reduction == "sum":
            return total
        return total / (float(x.shape[1]) if count is None else count)

    # ---- programs, by the number of samples

    def _shapes(self, samples: int) -> dict[str, tuple[int, ...]]:
        inputs = self.network.widths[0]
        return {"phi": (self.size,), "x": (inputs, samples), "y": (self.targets, samples)}

    @cached_property
    def _programs(self) -> Any:
        return lru_cache(maxsize=64)(self._program)

    def _program(self, samples: int) -> Program:
        return trace(self.loss, self._shapes(samples))

    def program(self, samples: int) -> Program:
        """The loss of phi, x and y."""
        program: Program = self._programs(samples)
        return program

    @cached_property
    def losses(self) -> Any:
        """`losses(samples, batch, even)`: the loss on all samples, or on a batch whose indices are drawn."""
        return lru_cache(maxsize=64)(self._losses)

    def _losses(self, samples: int, batch: int | None, even: bool) -> Losses:
        if batch is None:
            return Losses(self.program(samples))

        def of_batch(phi: Any, x: Any, y: Any, indices: Any, weight: Any = None, count: Any = None) -> Any:
            return self.loss(phi, np.take(x, indices, axis=1), np.take(y, indices, axis=1), weight, count)

        shapes = self._shapes(samples) | {"indices": (batch,)}
        if not even:
            shapes |= {"weight": (batch,)} | ({"count": ()} if self.reduction == "mean" else {})
        drawn = [name for name in ("indices", "weight", "count") if name in shapes]
        return Losses(trace(of_batch, shapes), drawn=drawn)

    @cached_property
    def evaluation(self) -> Any:
        """`evaluation(samples)`: the lowered loss of phi."""
        return lru_cache(maxsize=64)(lambda samples: lower(self.program(samples), {"phi"}))

    @cached_property
    def inside(self) -> Any:
        """`inside(samples)`: lowered code whose outputs are all that happens in a pass forward and backward."""
        return lru_cache(maxsize=16)(self._inside)

    def _inside(self, samples: int) -> Code:
        return lower(derive(self.program(samples), 1), {"phi"})

    def gradient(self, phi: Array, x: Array, y: Array) -> tuple[float, Array]:
        """The loss of samples and its gradient (P,), by the machine."""
        found = run(self.inside(x.shape[1]), {"phi": phi, "x": x, "y": y})
        return float(found["loss"][0]), found["gradient"]


def run(code: Code, values: dict[str, Array]) -> dict[str, Array]:
    """The outputs of lowered code, flat, for values of its inputs."""
    memory = code.image.copy()
    write(memory, code.inputs, {name: np.ravel(value) for name, value in values.items()})
    run_once(code.prologue.ravel(), code.body.ravel(), memory)
    return {name: memory[p.at : p.at + max(p.size, 1)].copy() for name, p in code.outputs.items()}
