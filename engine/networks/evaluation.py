"""The loss of a model on some samples, of many phi in one call: what a training run records besides its steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.machine.code import in_pairs, pairs, write
from engine.machine.loop import NO_MOVES, NOTHING, record_steps
from engine.networks.model import Model

Array = NDArray[np.float64]
HELD = 256 * 1024
"""Bytes of a memory that is held from one call to the next: a larger one is filled anew."""


class Evaluation:
    """The loss of phi on some samples, of many phi in one call."""

    def __init__(self, model: Model, x: Array, y: Array) -> None:
        self.code, self.x, self.y = model.losses(x.shape[1]).code("loss"), x, y
        self.memory = np.empty(0)
        self.phi = self.code.inputs["phi"]
        self.found = np.array([self.code.outputs["loss"].at], dtype=np.uint64)

    def __call__(self, phi: Array) -> Array:
        """Losses (m,) of phi (m, P)."""
        table = in_pairs({"phi": phi}, {"phi": self.phi})
        record = np.empty((1, len(phi)))
        memory, prologue = self.memory, NOTHING
        if not len(memory):
            memory, prologue = self.code.image.copy(), self.code.prologue.ravel()
            write(memory, self.code.inputs, {"x": self.x.ravel(), "y": self.y.ravel()})
            self.memory = memory if memory.nbytes <= HELD else self.memory
        words = prologue, self.code.body.ravel()
        record_steps(*words, memory, pairs(self.phi), table, NOTHING, self.found, 0, NO_MOVES, record)
        losses: Array = record[0]
        return losses
