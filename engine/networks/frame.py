"""A frame: what there is to see of a network while it learns, at one phi.

What it predicts on a grid of inputs, how the numbers of its layers are spread over the training samples, and how good
it is on each part of the data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from engine.catalog import Prediction
from engine.data.samples import PARTS, Part, Samples
from engine.networks.evaluation import Evaluation
from engine.networks.layer_statistics import LayerSpreads, spreads_of_layers
from engine.networks.model import Model
from engine.randomness import SAMPLE, Stream

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Grid:
    """Inputs in the units of the data: each of x (nx,), or each pair of x and y (ny,)."""

    x: Array
    y: Array | None = None

    @property
    def points(self) -> Array:
        """The inputs (n, 1) or (n, 2); x runs fastest."""
        if self.y is None:
            return self.x[:, None]
        return np.stack([np.tile(self.x, len(self.y)), np.repeat(self.y, len(self.x))], axis=1)


@dataclass(frozen=True)
class Scores:
    """How good a model is on a part of the data: its loss, reduced as in training; of several targets what each adds to
    it, real ones first, then the class; the share of samples whose class is the most probable one; the root mean square
    error of the mean in the data's units. None: there is no such target, or the outputs are not finite."""

    loss: float
    loss_parts: list[float] | None
    accuracy: float | None
    rmse: float | None


@dataclass(frozen=True, eq=False)
class Frame:
    """phi (P,) and what it means; `prediction` and `sample` on the grid are in the units of the data, as is what is
    `predicted` for each part that there is; None where that is not finite."""

    phi: Array
    prediction: Prediction | None
    sample: Array | None
    layers: list[LayerSpreads] | None
    scores: Mapping[str, Scores | None]
    predicted: Mapping[str, Prediction | None]


@dataclass(eq=False)
class Frames:
    """Makes frames of a model on samples. `seed`: a sample of the prediction is drawn at each point, from the same
    random numbers at each phi. Not `layers`: what needs a gradient is left out."""

    model: Model
    samples: Samples
    grid: Grid | None = None
    seed: int | None = None
    layers: bool = True

    @cached_property
    def inputs(self) -> Array | None:
        """The grid as the network sees it (D_in, n)."""
        return None if self.grid is None else self.samples.x_of(self.grid.points)

    @cached_property
    def parts(self) -> dict[str, tuple[Part, Array, Array, Evaluation]]:
        """Each part that there is, as it was given and as the model sees it: x (D_in, n), y (K, n), the loss on it."""
        found = {}
        for name, part in self.samples.parts.items():
            x, y = self.samples.seen(part, self.model.likelihood)
            found[name] = (part, x, y, Evaluation(self.model, x, y))
        return found

    def of(self, phi: Array) -> Frame:
        """The frame of phi (P,)."""
        model, prediction, sample, layers = self.model, None, None, None
        with np.errstate(all="ignore"):
            passes = {name: model.forward(phi, x) for name, (_, x, _, _) in self.parts.items()}
            predicted = {name: self._predicted(phi, found.outputs) for name, found in passes.items()}
            scores = {name: self._scores(name, phi, found.outputs, predicted[name]) for name, found in passes.items()}
            if self.layers:
                _, x, y, _ = self.parts["training"]
                gradient = model.gradient(phi, x, y)[1]
                layers = spreads_of_layers(model.network, phi, gradient, passes["training"])
            if self.inputs is not None:
                outputs = model.forward(phi, self.inputs).outputs
                prediction = self.samples.restored(model.predict(phi, outputs))
                if self.seed is not None:
                    drawn = model.sample(phi, outputs, Stream(SAMPLE, self.seed))
                    sample = self.samples.y_back(drawn)
        return Frame(phi, prediction, sample, layers, {name: scores.get(name) for name in PARTS}, predicted)

    def unit(self, phi: Array, layer: int, unit: int) -> Array:
        """What a unit computes on the grid (n,): its activation."""
        assert self.inputs is not None
        with np.errstate(all="ignore"):
            activation: Array = self.model.forward(phi, self.inputs).after[layer][unit]
        return activation

    def _predicted(self, phi: Array, outputs: Array) -> Prediction | None:
        return self.samples.restored(self.model.predict(phi, outputs)) if np.isfinite(outputs).all() else None

    def _scores(self, name: str, phi: Array, outputs: Array, found: Prediction | None) -> Scores:
        part, _, y, evaluation = self.parts[name]
        loss = float(evaluation(phi[None])[0])
        if found is None:
            return Scores(loss, None, None, None)
        targets, accuracy, rmse = self.samples.targets, None, None
        parts = self.model.parts(phi, outputs, y)
        told = None if parts is None or not np.isfinite(parts).all() else parts.tolist()
        if self.samples.classes:
            accuracy = float(np.mean(found.mode[-1] == part.y[:, -1]))
        if targets:
            rmse = float(np.sqrt(np.mean((found.mean[:targets].T - part.y[:, :targets]) ** 2)))
        return Scores(loss, told, accuracy, rmse)
