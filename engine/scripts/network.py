"""A network as a script for PyTorch has it: data, layers, the loss of a likelihood, and where the weights begin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from engine.catalog import Activation, Array
from engine.errors import OutOfRange
from engine.networks.model import Model
from engine.networks.network import block
from engine.networks.training import Task

WIDE = 110
"""Characters of a line, about."""
ELEMENTWISE = '''class Elementwise(nn.Module):
    """A function as a layer."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, z):
        return self.function(z)
'''


def torch_module(activation: Activation, values: Mapping[str, Any]) -> str:
    """The module of PyTorch that is an activation with these values of its parameters.

    Raises OutOfRange where there is none.
    """
    if not activation.torch:
        raise OutOfRange(f"{activation.label} has no counterpart in PyTorch", field="network.activation")
    return activation.torch.format(**values)


def data_text(task: Task) -> str:
    """The samples as the model sees them, a row a sample; a class as its number."""
    model = task.model
    y = task.y
    if model.settings.classes and not model.likelihood.binary:
        real = model.settings.targets
        y = np.concatenate([y[:real], y[real:].argmax(axis=0)[None].astype(np.float64)])
    rows = {"X": task.x.T.tolist(), "Y": y.T.tolist()}
    return "\n".join(f"{name} = torch.tensor({list_text(map(repr, table))})" for name, table in rows.items())


def model_text(model: Model, module: str) -> str:
    """The network as a class that returns the loss of each sample.

    Raises OutOfRange where the likelihood has no counterpart.
    """
    likelihood, pairs = model.likelihood, zip(model.network.widths, model.network.widths[1:], strict=False)
    if likelihood.torch is None:
        raise OutOfRange(f"{likelihood.label} has no counterpart in PyTorch", field="likelihood.name")
    layers = f"{module}\n".join(f"nn.Linear({inputs}, {outputs})\n" for inputs, outputs in pairs).splitlines()
    learnt = [
        f"        self.{name} = nn.Parameter(torch.zeros({shape[0]}))" for name, (_, shape) in model.learnt.items()
    ]
    lines = [f"{name} = self.{name}" for name in model.learnt] + likelihood.torch(model.settings).split("\n")
    return "\n".join(
        [
            *([ELEMENTWISE] if any("Elementwise" in layer for layer in layers) else []),
            "class Model(nn.Module):",
            '    """A network, and the loss of each sample: the negative logarithm of its likelihood."""',
            "",
            "    def __init__(self):",
            "        super().__init__()",
            "        self.network = nn.Sequential(",
            *(f"            {layer}," for layer in layers),
            "        )",
            *learnt,
            "",
            "    def forward(self, x, y):",
            "        f = self.network(x)",
            *(f"        {line}" for line in lines),
            "",
            "model = Model()",
        ]
    )


def start_text(model: Model, phi: Array) -> str:
    """Parameters by the names that PyTorch gives them."""
    named = {name: np.ravel(block(phi, piece)).tolist() for name, piece in model.learnt.items()}
    for number, layer in enumerate(model.network.layers):
        for name, piece in (("weight", layer.weights), ("bias", layer.biases)):
            named[f"network.{2 * number}.{name}"] = block(phi, piece).tolist()
    lines = [f'    "{name}": torch.tensor({list_text(map(repr, rows), 8)}),' for name, rows in named.items()]
    return "\n".join(["{", *lines, "}"])


def list_text(items: Iterable[str], indent: int = 4) -> str:
    """A list in the script, in lines of a readable width."""
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > WIDE:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{item},"
    if len(lines) == 1:
        return f"[{lines[0].rstrip(',')}]"
    return "\n".join(["[", *(f"{' ' * indent}{line}" for line in lines), f"{' ' * (indent - 4)}]"])
