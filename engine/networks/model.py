"""A model: a network and the likelihood that its outputs are parameters of, as programs of phi.

phi (P,) holds the network's parameters and behind them those that the likelihood learns, such as log σ. Programs are
made once for each number of samples, and kept with the model. They are pure functions of the model's form, so that
models of one form share them: who moves a slider makes no program anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.catalog import Likelihood, Prediction, Stream
from engine.errors import OutOfRange, UnknownName
from engine.machine.linking import Losses
from engine.machine.loop import run_once
from engine.networks.forward import Forward
from engine.networks.network import Network, Piece, block
from engine.program.tracing import trace
from engine.room import MEGABYTE, keeping

Array = NDArray[np.float64]
Reduction = Literal["sum", "mean"]
Settings = tuple[tuple[str, Any], ...]
SHARED = 25_000
"""Samples times units up to which a program is shared: larger ones take longer to run than to make, and much memory."""
ROOM, ROOM_FORWARD = 12 * MEGABYTE, 6 * MEGABYTE
"""Bytes of programs that are kept for others: those used last."""


class Form(NamedTuple):
    """What the programs of a model depend on, besides the number of samples."""

    widths: tuple[int, ...]
    activation: Callable[..., Any]
    of_activation: Settings
    likelihood: Likelihood
    of_likelihood: Settings
    targets: int
    reduction: Reduction


@dataclass(frozen=True, eq=False)
class Model:
    """A network with a likelihood of targets (K, n), K `targets` rows; `settings` are the likelihood's h."""

    network: Network
    likelihood: Likelihood
    settings: SimpleNamespace
    targets: int
    reduction: Reduction = "mean"
    _losses: dict[tuple[int, int | None, bool], Losses] = field(default_factory=dict, repr=False)

    @cached_property
    def form(self) -> Form:
        network, likelihood, own = self.network, self.likelihood, tuple(vars(self.settings).items())
        settings = tuple(network.settings.items())
        return Form(network.widths, network.activation, settings, likelihood, own, self.targets, self.reduction)

    @classmethod
    def of(cls, form: Form) -> Model:
        """A model of a form."""
        network = Network(form.widths, form.activation, dict(form.of_activation))
        return cls(network, form.likelihood, SimpleNamespace(**dict(form.of_likelihood)), form.targets, form.reduction)

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

    def begin(
        self,
        weights: Array,
        learnt: Mapping[str, Sequence[float]] | None = None,
        where: str = "initial_likelihood_parameters",
    ) -> Array:
        """phi (P,): the network's parameters, and behind them where the likelihood's begin: at the numbers `learnt`
        that programs exchange, those left out where the likelihood says.

        Raises OutOfRange where the numbers do not fit the likelihood or are not finite, UnknownName where it learns no
        such.
        """
        given = dict(learnt or {})
        pieces = [weights]
        for name, (_, shape) in self.learnt.items():
            start = np.full(math.prod(shape), self.likelihood.learnt[name].start)
            numbers = np.asarray(given.pop(name, start), dtype=np.float64)
            if numbers.shape != start.shape:
                message = f"{name} has {numbers.size} numbers; {start.size} are needed."
                raise OutOfRange(message, field=f"{where}.{name}")
            if not np.isfinite(numbers).all():
                raise OutOfRange("all numbers must be finite", field=f"{where}.{name}")
            pieces.append(numbers)
        for name in given:
            known = ", ".join(self.learnt) or "nothing besides"
            raise UnknownName(f"the likelihood learns no {ascii(name[:40])[1:-1]}; it learns {known}", field=where)
        return np.concatenate(pieces)

    def learnt_of(self, phi: Any) -> SimpleNamespace:
        return SimpleNamespace(**{name: block(phi, piece) for name, piece in self.learnt.items()})

    def loss(self, phi: Any, x: Any, y: Any, weight: Any = None, count: Any = None) -> Any:
        """The loss of samples x (D_in, n) with targets y (K, n); `weight` (n,) leaves samples out, `count` are left."""
        losses = self.likelihood.loss(self.network(phi, x), y, self.settings, self.learnt_of(phi))
        total = np.sum(losses if weight is None else losses * weight)
        if self.reduction == "sum":
            return total
        return total / (float(x.shape[1]) if count is None else count)

    def losses(self, samples: int, batch: int | None = None, even: bool = True) -> Losses:
        """The loss of phi, x and y on so many samples, or on a batch of `batch` of them whose indices are drawn; not
        even: some batches are shorter."""
        if samples * sum(self.network.widths) <= SHARED:
            return _shared_losses(self.form, samples, batch, even)
        asked = samples, batch, even
        if asked not in self._losses:
            self._losses[asked] = self.traced(samples, batch, even)
        return self._losses[asked]

    @property
    def nbytes(self) -> int:
        """The bytes of the programs that it does not share."""
        return sum(losses.nbytes for losses in list(self._losses.values()))

    def traced(self, samples: int, batch: int | None, even: bool) -> Losses:
        """The same, made anew."""
        shapes: dict[str, tuple[int, ...]] = {"phi": (self.size,)}
        shapes |= {"x": (self.network.widths[0], samples), "y": (self.targets, samples)}
        if batch is None:
            return Losses(trace(self.loss, shapes))

        def of_batch(phi: Any, x: Any, y: Any, indices: Any, weight: Any = None, count: Any = None) -> Any:
            return self.loss(phi, np.take(x, indices, axis=1), np.take(y, indices, axis=1), weight, count)

        drawn: dict[str, tuple[int, ...]] = {"indices": (batch,)}
        if not even:
            drawn |= {"weight": (batch,)} | ({"count": ()} if self.reduction == "mean" else {})
        return Losses(trace(of_batch, shapes | drawn), drawn=drawn)

    @cached_property
    def forward(self) -> Forward:
        """What each layer computes for inputs, by the machine."""
        return _shared_forward(self.form)

    def predict(self, phi: Array, outputs: Array) -> Prediction:
        """What outputs (D_out, n) say of the targets, as the model sees them."""
        return self.likelihood.predict(outputs, self.settings, self.learnt_of(phi))

    def parts(self, phi: Array, outputs: Array, y: Array) -> Array | None:
        """The loss of each target apart (targets,), for outputs (D_out, n): real ones, then the class. Reduced as the
        loss, to which they add up; None for a single target."""
        if self.likelihood.parts is None:
            return None
        losses = self.likelihood.parts(outputs, y, self.settings, self.learnt_of(phi))
        if len(losses) < 2:
            return None
        found: Array = losses.sum(axis=1) if self.reduction == "sum" else losses.mean(axis=1)
        return found

    def sample(self, phi: Array, outputs: Array, stream: Stream) -> Array:
        """Targets drawn for outputs (D_out, n), with the rows of the mode."""
        return self.likelihood.sample(outputs, self.settings, self.learnt_of(phi), stream)

    def gradient(self, phi: Array, x: Array, y: Array) -> tuple[float, Array]:
        """The loss of samples and its gradient (P,), by the machine."""
        code = self.losses(x.shape[1]).code("loss", "gradient")
        found = run_once(code, {"phi": phi, "x": x.ravel(), "y": y.ravel()})
        return float(found["loss"][0]), found["gradient"]


@keeping(ROOM)
def _shared_losses(form: Form, samples: int, batch: int | None, even: bool) -> Losses:
    return Model.of(form).traced(samples, batch, even)


@keeping(ROOM_FORWARD)
def _shared_forward(form: Form) -> Forward:
    model = Model.of(form)
    return Forward(model.network, model.size)
