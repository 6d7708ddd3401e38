"""The sum of a row, as vector code written down directly: additions that wait for one another take four cycles each.

Eight partial sums, each of every eighth number in turn, are joined in pairs: the first with the fifth and so on, then
the first of those with the third, then both. Where numbers are missing in the last eight, zeros are added.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from engine.machine.instructions import VECTOR
from engine.machine.vectors import INDEX, address, repeated, shuffled, vector

EIGHT = vector(VECTOR)
ZEROS = ir.Constant(EIGHT, [0.0] * VECTOR)


@intrinsic
def sum_of_row(typing: Any, R: Any, a: Any, count: Any) -> Any:
    """The sum of `count` numbers from R[a] on, at least one; up to seven behind them are read, and not used."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        memory, a, count = arguments
        data = context.make_array(signature.args[0])(context, builder, memory).data
        return builder.extract_element(summed(builder, data, a, count), ir.Constant(ir.IntType(32), 0))

    return types.float64(R, a, count), generate


def summed(builder: Any, data: Any, a: Any, count: Any, b: Any = None) -> Any:
    """The same where code is written down: a vector of one number. The builder stands in another block behind it.

    With `b` it is the sum of the products with the numbers from there on, each of them rounded.
    """
    eight = ir.Constant(INDEX, VECTOR)
    apart = None if b is None else builder.sub(b, a)

    def term(at: Any) -> Any:
        numbers = builder.load(address(builder, data, at, EIGHT), align=8)
        if apart is None:
            return numbers
        return builder.fmul(numbers, builder.load(address(builder, data, builder.add(at, apart), EIGHT), align=8))

    before = builder.block
    loop, rest = (builder.append_basic_block(name) for name in ("sum", "summed"))
    builder.cbranch(builder.icmp_unsigned(">", count, eight), loop, rest)
    builder.position_at_end(loop)
    left, at = builder.phi(INDEX), builder.phi(INDEX)
    sums = builder.phi(EIGHT)
    added = builder.fadd(sums, term(at))
    after = builder.sub(left, eight), builder.add(at, eight)
    for value, first, then in ((left, count, after[0]), (at, a, after[1]), (sums, ZEROS, added)):
        value.add_incoming(first, before)
        value.add_incoming(then, loop)
    builder.cbranch(builder.icmp_unsigned(">", after[0], eight), loop, rest)
    builder.position_at_end(rest)
    ends = [builder.phi(kind) for kind in (INDEX, INDEX, EIGHT)]
    for value, first, then in zip(ends, (count, a, ZEROS), (*after, added), strict=True):
        value.add_incoming(first, before)
        value.add_incoming(then, loop)
    left, at, sums = ends
    numbers = ir.VectorType(INDEX, VECTOR)
    there = builder.icmp_unsigned("<", ir.Constant(numbers, list(range(VECTOR))), repeated(builder, left, numbers))
    sums = builder.fadd(sums, builder.select(there, term(at), ZEROS))
    for half in (4, 2, 1):
        low, high = (shuffled(builder, sums, sums, list(range(k, k + half))) for k in (0, half))
        sums = builder.fadd(low, high)
    return sums
