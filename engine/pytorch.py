"""What an optimiser is in PyTorch: the class of torch.optim that takes the same path; and numbers as floats."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class TorchCall:
    """A class of torch.optim with its settings; its lr is our learning rate times `rate`.

    `note` is one sentence on what is translated. `listed` is the point that our record lists, in terms of its `phi` and
    `optimizer`. With `constant_rate` the paths are the same only while the learning rate stays.
    """

    name: str
    settings: Mapping[str, object] = field(default_factory=dict)
    rate: float = 1.0
    note: str = ""
    listed: str = "phi"
    constant_rate: bool = False


ARITHMETIC = {ast.Add: np.add, ast.Sub: np.subtract, ast.Mult: np.multiply, ast.Div: np.divide, ast.Pow: np.power}
NUMBERS = {"pi": np.pi, "e": np.e, "inf": np.inf, "nan": np.nan}
EXACT = 2.0**53
"""Whole numbers up to here are floats too."""


def in_floats(line: str) -> str:
    """A line of Python in which all arithmetic is that of floats.

    Python's own whole numbers have no end, so 9**9**9 takes hours; 1/0 raises; the root of -1 is complex. Where numbers
    alone would lead there they are made tensors. A zero keeps its sign.
    """
    written = line.encode()
    for number in sorted(_strange(ast.parse(line)), key=lambda number: -number.col_offset):
        start, end = number.col_offset, number.end_col_offset
        written = written[:start] + b"real(" + written[start:end] + b")" + written[end:]
    return re.sub(r"-0(?![\w.])", "-0.0", written.decode())


def _strange(tree: ast.AST) -> Iterator[ast.expr]:
    """The numbers of operations that leave the floats."""
    if isinstance(tree, ast.expr) and (known := _worth(tree)) is not None:
        if not known[1]:
            yield from (part for part in ast.walk(tree) if isinstance(part, ast.Constant | ast.Name))
        return
    for part in ast.iter_child_nodes(tree):
        yield from _strange(part)


def _worth(tree: ast.expr) -> tuple[float, bool] | None:
    """The value of an expression of numbers alone, and whether Python gets there too."""
    if isinstance(tree, ast.Constant):
        return float(tree.value), True  # type: ignore[arg-type]
    if isinstance(tree, ast.Name) and tree.id in NUMBERS:
        return NUMBERS[tree.id], True
    if isinstance(tree, ast.UnaryOp) and (inner := _worth(tree.operand)) is not None:
        return -inner[0], inner[1]
    if isinstance(tree, ast.BinOp):
        left, right = _worth(tree.left), _worth(tree.right)
        if left is not None and right is not None:
            with np.errstate(all="ignore"):
                value = float(ARITHMETIC[type(tree.op)](left[0], right[0]))
            return value, left[1] and right[1] and abs(value) <= EXACT
    return None
