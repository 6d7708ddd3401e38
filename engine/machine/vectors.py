"""Arithmetic on a few numbers at once, as vector code written down directly for the compiler.

Loops over numbers leave it to the compiler to find vectors, and it finds some of them; here it has no choice. Each
operation of IEEE arithmetic is one rounding, so a vector has the bits that its numbers would have one by one. What is
computed stands here once: for the pairs of one lane, vectors of two, and for rows, vectors of eight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir

from engine.machine.instructions import FIRST, SECOND

INDEX, LANE, NUMBER = ir.IntType(64), ir.IntType(32), ir.DoubleType()
Compute = Callable[..., Any]
"""(LLVM builder, one to three vectors) -> vector."""


def vector(size: int) -> Any:
    """The type of a vector of some numbers."""
    return ir.VectorType(NUMBER, size)


def address(builder: Any, data: Any, at: Any, kind: Any) -> Any:
    """Where a vector begins."""
    return builder.bitcast(builder.gep(data, [at]), kind.as_pointer())


def shuffled(builder: Any, a: Any, b: Any, order: list[int]) -> Any:
    """The numbers of two vectors, one behind the other, in an order."""
    return builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(LANE, len(order)), order))


def repeated(builder: Any, number: Any, kind: Any) -> Any:
    """A vector whose elements are one number."""
    empty = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(empty, number, ir.Constant(LANE, 0))
    return shuffled(builder, first, empty, [0] * kind.count)


def sources_of(compute: Compute) -> int:
    """How many vectors a `compute` reads."""
    return compute.__code__.co_argcount - 1


def _all(number: float, a: Any) -> Any:
    """A vector like a, of one constant."""
    return ir.Constant(a.type, [number] * a.type.count)


# ---- what is computed; not a number stays what it is


def add(builder: Any, a: Any, b: Any) -> Any:
    return builder.fadd(a, b)


def subtract(builder: Any, a: Any, b: Any) -> Any:
    return builder.fsub(a, b)


def multiply(builder: Any, a: Any, b: Any) -> Any:
    return builder.fmul(a, b)


def divide(builder: Any, a: Any, b: Any) -> Any:
    return builder.fdiv(a, b)


def take_from(builder: Any, a: Any, b: Any) -> Any:
    return builder.fsub(b, a)


def divide_into(builder: Any, a: Any, b: Any) -> Any:
    return builder.fdiv(b, a)


def negative(builder: Any, a: Any) -> Any:
    return builder.fneg(a)


def reciprocal(builder: Any, a: Any) -> Any:
    return builder.fdiv(_all(1.0, a), a)


def root(builder: Any, a: Any) -> Any:
    return _library(builder, "sqrt", a)


def magnitude(builder: Any, a: Any) -> Any:
    return _library(builder, "fabs", a)


def floor(builder: Any, a: Any) -> Any:
    return _library(builder, "floor", a)


def same(builder: Any, a: Any) -> Any:
    return a


def sign(builder: Any, a: Any) -> Any:
    zero = _all(0.0, a)
    below = builder.select(builder.fcmp_ordered("<", a, zero), _all(-1.0, a), a)
    return builder.select(builder.fcmp_ordered(">", a, zero), _all(1.0, a), below)


def step(builder: Any, a: Any) -> Any:
    unknown = builder.select(builder.fcmp_unordered("uno", a, a), a, _all(0.0, a))
    return builder.select(builder.fcmp_ordered(">", a, _all(0.0, a)), _all(1.0, a), unknown)


def relu(builder: Any, a: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", a, _all(0.0, a)), _all(0.0, a), a)


def minimum(builder: Any, a: Any, b: Any) -> Any:
    return _chosen(builder, "<=", a, b)


def maximum(builder: Any, a: Any, b: Any) -> Any:
    return _chosen(builder, ">=", a, b)


def greater(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), _all(1.0, a), _all(0.0, a))


def less(builder: Any, a: Any, b: Any) -> Any:
    return greater(builder, b, a)


def choose(builder: Any, condition: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_unordered("!=", condition, _all(0.0, a)), a, b)


def _chosen(builder: Any, comparison: str, a: Any, b: Any) -> Any:
    first = builder.or_(builder.fcmp_ordered(comparison, a, b), builder.fcmp_unordered("uno", a, a))
    return builder.select(first, a, b)


def _library(builder: Any, name: str, a: Any) -> Any:
    """An operation of LLVM's own, on a vector."""
    module, full = builder.module, f"llvm.{name}.v{a.type.count}f64"
    function = module.globals.get(full) or ir.Function(module, ir.FunctionType(a.type, [a.type]), full)
    return builder.call(function, [a])


def _fused(first: Compute, second: Compute) -> Compute:
    """second(first(a, b), c); both roundings are kept."""

    def compute(builder: Any, a: Any, b: Any, c: Any) -> Any:
        return second(builder, first(builder, a, b), c)

    return compute


_FIRST = dict(zip(FIRST, (add, subtract, multiply, divide), strict=True))
_SECOND = dict(zip(SECOND, (add, subtract, take_from, multiply, divide, divide_into), strict=True))

ARITHMETIC: dict[str, Compute] = {
    **_FIRST,
    **{f"{first}_{second}": _fused(_FIRST[first], _SECOND[second]) for first in FIRST for second in SECOND},
    "NEGATIVE": negative,
    "RECIPROCAL": reciprocal,
    "SQRT": root,
    "COPY": same,
    "ABSOLUTE": magnitude,
    "SIGN": sign,
    "STEP": step,
    "FLOOR": floor,
    "RELU": relu,
    "MINIMUM": minimum,
    "MAXIMUM": maximum,
    "GREATER": greater,
    "LESS": less,
    "WHERE": choose,
}
"""What each instruction of arithmetic computes."""
