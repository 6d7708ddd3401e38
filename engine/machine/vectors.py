"""Rows of numbers as vector code, eight numbers at a time, written down directly for the compiler.

Loops over numbers leave it to the compiler to find vectors, and it finds some of them; here it has no choice. Each
operation of IEEE arithmetic is one rounding, so vectors of eight have the bits that eight numbers would have. The rows'
lengths are multiples of eight. A source steps on by eight numbers, or by none: then it is eight times the same number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from engine.machine.instructions import VECTOR

INDEX, LANE, NUMBER = ir.IntType(64), ir.IntType(32), ir.DoubleType()
EIGHT = ir.VectorType(NUMBER, VECTOR)
ZEROS, ONES, MINUS_ONES = (ir.Constant(EIGHT, [number] * VECTOR) for number in (0.0, 1.0, -1.0))
Compute = Callable[..., Any]
"""(LLVM builder, vectors) -> vector."""


def address(builder: Any, data: Any, at: Any) -> Any:
    """Where eight numbers begin."""
    return builder.bitcast(builder.gep(data, [at]), EIGHT.as_pointer())


def repeated(builder: Any, number: Any, kind: Any = EIGHT) -> Any:
    """A vector whose eight elements are one number."""
    empty = ir.Constant(kind, ir.Undefined)
    first = builder.insert_element(empty, number, ir.Constant(LANE, 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(LANE, VECTOR), [0] * VECTOR))


def row(compute: Compute) -> Any:
    """`f(R, d, a, b, c, a_step, b_step, c_step, length)`: R[d:] = compute(R[a:], R[b:], R[c:]).

    A `compute` of fewer vectors leaves the last sources unread.
    """
    sources = compute.__code__.co_argcount - 1

    @intrinsic
    def whole_row(typing: Any, R: Any, d: Any, a: Any, b: Any, c: Any, i: Any, j: Any, k: Any, length: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            memory, d, *given = arguments
            starts, steps, length = given[:sources], given[3 : 3 + sources], given[6]
            data = context.make_array(signature.args[0])(context, builder, memory).data
            before, (loop, done) = builder.block, (builder.append_basic_block(name) for name in ("row", "rest"))
            builder.branch(loop)
            builder.position_at_end(loop)
            left, at, *places = (builder.phi(INDEX) for _ in range(2 + sources))
            vectors = [builder.load(address(builder, data, place), align=8) for place in places]
            builder.store(compute(builder, *vectors), address(builder, data, at), align=8)
            eight = ir.Constant(INDEX, VECTOR)
            after = [builder.sub(left, eight), builder.add(at, eight), *map(builder.add, places, steps)]
            for value, first, then in zip((left, at, *places), (length, d, *starts), after, strict=True):
                value.add_incoming(first, before)
                value.add_incoming(then, loop)
            builder.cbranch(builder.icmp_unsigned("!=", after[0], ir.Constant(INDEX, 0)), loop, done)
            builder.position_at_end(done)
            return context.get_dummy_value()

        return types.void(R, d, a, b, c, i, j, k, length), generate

    return whole_row


def fused(first: Compute, second: Compute) -> Any:
    """second(first(a, b), c); both roundings are kept."""

    def compute(builder: Any, a: Any, b: Any, c: Any) -> Any:
        return second(builder, first(builder, a, b), c)

    return row(compute)


# ---- what is computed of eight numbers; not a number stays what it is


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
    return builder.fdiv(ONES, a)


def root(builder: Any, a: Any) -> Any:
    return _library(builder, "llvm.sqrt.v8f64", a)


def same(builder: Any, a: Any) -> Any:
    return a


def magnitude(builder: Any, a: Any) -> Any:
    return _library(builder, "llvm.fabs.v8f64", a)


def sign(builder: Any, a: Any) -> Any:
    below = builder.select(builder.fcmp_ordered("<", a, ZEROS), MINUS_ONES, a)
    return builder.select(builder.fcmp_ordered(">", a, ZEROS), ONES, below)


def step(builder: Any, a: Any) -> Any:
    unknown = builder.select(builder.fcmp_unordered("uno", a, a), a, ZEROS)
    return builder.select(builder.fcmp_ordered(">", a, ZEROS), ONES, unknown)


def relu(builder: Any, a: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", a, ZEROS), ZEROS, a)


def minimum(builder: Any, a: Any, b: Any) -> Any:
    return _chosen(builder, "<=", a, b)


def maximum(builder: Any, a: Any, b: Any) -> Any:
    return _chosen(builder, ">=", a, b)


def greater(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), ONES, ZEROS)


def less(builder: Any, a: Any, b: Any) -> Any:
    return greater(builder, b, a)


def choose(builder: Any, condition: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_unordered("!=", condition, ZEROS), a, b)


def _chosen(builder: Any, comparison: str, a: Any, b: Any) -> Any:
    first = builder.or_(builder.fcmp_ordered(comparison, a, b), builder.fcmp_unordered("uno", a, a))
    return builder.select(first, a, b)


def _library(builder: Any, name: str, a: Any) -> Any:
    """An operation of LLVM's own, on a vector."""
    module = builder.module
    function = module.globals.get(name) or ir.Function(module, ir.FunctionType(EIGHT, [EIGHT]), name)
    return builder.call(function, [a])
