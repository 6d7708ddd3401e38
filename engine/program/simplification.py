"""The same value for less: what is rewritten while a program is built for speed.

Constants are folded, multiplications by one dropped, signs gathered. Only rewrites that keep every value,
not-a-number and infinity included, are made: never `0 * x -> 0`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.program.operation import Operation

if TYPE_CHECKING:
    from engine.program.program import Builder, Value

LARGEST_EXPONENT = 1000


def simpler(builder: Builder, row: Operation, values: Sequence[Value], attribute: Any) -> Value | None:
    """The same value for less, where there is one: constants folded, ones dropped, signs gathered."""
    name = row.name
    if row.elementwise:
        nodes = builder.nodes
        if all(nodes[v.index].operation == "constant" for v in values):
            given = [np.float64(v.constant) for v in values]
            with np.errstate(all="ignore"):
                worth = row.evaluate(*given) if attribute is None else row.evaluate(*given, attribute)
            return builder.constant(float(worth))
        if name in ("multiply", "divide"):
            return _simpler_product(builder, name, *values)
        if name in ("add", "subtract"):
            return _simpler_sum(builder, name, *values)
        if name == "integer_power":
            return values[0] if attribute == 1 else None
        if name == "negative":
            opposite = _opposite(builder, values[0])
            return _flipped(builder, values[0]) if opposite is None else opposite
        return None
    return _simpler_view(builder, name, values, attribute)


def _simpler_view(builder: Builder, name: str, values: Sequence[Value], attribute: Any) -> Value | None:
    """The same for what only shows numbers in another shape."""
    if name in ("reshape", "expand") and values[0].shape == attribute:
        return values[0]
    if name == "reshape" and values[0].node.operation == "reshape":
        return builder.apply("reshape", builder.at(values[0].node.arguments[0]), attribute=attribute)
    if name == "transpose" and values[0].node.operation == "transpose":
        return builder.at(values[0].node.arguments[0])
    return None


def _opposite(builder: Builder, value: Value) -> Value | None:
    """What a value is the negative of, where it is one."""
    node = value.node
    return builder.at(node.arguments[0]) if node.operation == "negative" else None


def _flipped(builder: Builder, value: Value, depth: int = 3) -> Value | None:
    """The negative of a value that is, or has as a near factor, a constant: the sign goes into the constant."""
    if value.constant is not None:
        return builder.constant(-value.constant)
    if value.node.operation != "multiply" or depth == 0:
        return None
    a, b = (builder.at(k) for k in value.node.arguments)
    flipped = _flipped(builder, b, depth - 1)
    if flipped is not None:
        return builder.apply("multiply", a, flipped)
    flipped = _flipped(builder, a, depth - 1)
    return None if flipped is None else builder.apply("multiply", flipped, b)


def _simpler_product(builder: Builder, name: str, a: Value, b: Value) -> Value | None:
    if name == "multiply" and a.constant is not None:
        a, b = b, a
    if b.constant == 1.0:
        return a
    if b.constant == -1.0:
        return builder.apply("negative", a)
    if name == "divide" and b.constant is not None and (factor := exact_reciprocal(b.constant)) is not None:
        return builder.apply("multiply", a, factor)
    for k, value in enumerate((a, b)):
        opposite = _opposite(builder, value)
        if opposite is not None:
            return builder.apply("negative", builder.apply(name, *((opposite, b) if k == 0 else (a, opposite))))
    return None


def _simpler_sum(builder: Builder, name: str, a: Value, b: Value) -> Value | None:
    opposite = _opposite(builder, b)
    if opposite is not None:
        return builder.apply("subtract" if name == "add" else "add", a, opposite)
    opposite = _opposite(builder, a) if name == "add" else None  # -a - b is not -(a + b): their zeros differ in sign
    return None if opposite is None else builder.apply("subtract", b, opposite)


def exact_reciprocal(number: float) -> float | None:
    """1 / number, where multiplying by it gives the bits that dividing does: for powers of two, save extreme ones."""
    mantissa, exponent = math.frexp(number)
    return 1.0 / number if abs(mantissa) == 0.5 and abs(exponent) < LARGEST_EXPONENT else None
