"""The forward pass of a network by the machine: what each of its layers computes for some inputs.

One program of `COLUMNS` inputs serves any number of them; the columns of a product do not know of each other, so how
inputs are cut changes no bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.machine.loop import run_once
from engine.machine.lowering import lower
from engine.networks.network import Network
from engine.program.program import Builder

Array = NDArray[np.float64]
COLUMNS = 512


class Pass(NamedTuple):
    """The pre-activations (D, n) of each layer, and its activations; those of the last are its pre-activations."""

    before: list[Array]
    after: list[Array]

    @property
    def outputs(self) -> Array:
        return self.after[-1]


class Forward:
    """A network as a program of phi, of `size` numbers, and of inputs."""

    def __init__(self, network: Network, size: int) -> None:
        builder, widths = Builder(), network.widths
        phi, x = builder.input("phi", (size,)), builder.input("x", (widths[0], COLUMNS))
        before, after = network.through(phi, x)
        self.widths = widths[1:]
        self.before = [f"before {k}" for k in range(len(before))]
        self.after = [f"after {k}" for k in range(len(after))]
        outputs = zip([*self.before, *self.after], [*before, *after], strict=True)
        self.code = lower(builder.finish(dict(outputs)), {"phi", "x"})

    @property
    def nbytes(self) -> int:
        """The bytes of its program."""
        return self.code.nbytes

    def __call__(self, phi: Array, x: Array) -> Pass:
        """What each layer computes for inputs (D_in, n)."""
        n = x.shape[1]
        before, after = ([np.empty((width, n)) for width in self.widths] for _ in range(2))
        after[-1] = before[-1]
        columns = np.zeros((len(x), COLUMNS))
        for first in range(0, n, COLUMNS):
            count = min(COLUMNS, n - first)
            columns[:, :count] = x[:, first : first + count]
            found = run_once(self.code, {"phi": phi, "x": columns.ravel()})
            for names, arrays in ((self.before, before), (self.after, after)):
                for name, array in zip(names, arrays, strict=False):
                    array[:, first : first + count] = found[name].reshape(len(array), COLUMNS)[:, :count]
        return Pass(before, after)
