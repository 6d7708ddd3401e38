"""Tiles of a matrix product: vector code written down directly, since no compiler finds it in loops over numbers.

A tile is some rows and eight columns of the product; it stays in vector registers while the sum runs, so a number is
loaded once for all rows. Each number of the product is summed from 0, first to last, and both roundings of a * b + c
are kept: the result is the same on every processor.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from engine.machine.instructions import VECTOR
from engine.machine.vectors import INDEX, address, repeated, vector

EIGHT = vector(VECTOR)
ZEROS = ir.Constant(EIGHT, [0.0] * VECTOR)


def _store(builder: Any, value: Any, address: Any, mask: Any) -> None:
    """Store the first elements of a vector; behind them stays what is there."""
    there = builder.load(address, align=8)
    builder.store(builder.select(mask, value, there), address, align=8)


def _tile(rows: int) -> Any:
    """`tile(R, a, row, column, b, n, count, d, width)` computes `rows` rows and up to eight columns of a product.

    The left matrix begins at R[a], its rows lie `row` and its columns `column` places apart; the right one begins at
    R[b] and the product at R[d], both with rows of n numbers. `count` numbers are summed; `width` columns are stored.
    """

    @intrinsic
    def tile(typing: Any, R: Any, a: Any, row: Any, column: Any, b: Any, n: Any, count: Any, d: Any, width: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            memory, a, row, column, b, n, count, d, width = arguments
            data = context.make_array(signature.args[0])(context, builder, memory).data
            before = builder.block
            loop, done = (builder.append_basic_block(name) for name in ("tile", "tiled"))
            builder.branch(loop)
            builder.position_at_end(loop)
            left, at, below = (builder.phi(INDEX) for _ in range(3))
            sums = [builder.phi(EIGHT) for _ in range(rows)]
            eight = builder.load(address(builder, data, below, EIGHT), align=8)
            added, place = [], at
            for k in range(rows):
                factor = repeated(builder, builder.load(builder.gep(data, [place])), EIGHT)
                added.append(builder.fadd(sums[k], builder.fmul(factor, eight)))
                place = builder.add(place, row)
            after = (builder.sub(left, ir.Constant(INDEX, 1)), builder.add(at, column), builder.add(below, n))
            for value, first, then in zip((left, at, below), (count, a, b), after, strict=True):
                value.add_incoming(first, before)
                value.add_incoming(then, loop)
            for value, then in zip(sums, added, strict=True):
                value.add_incoming(ZEROS, before)
                value.add_incoming(then, loop)
            builder.cbranch(builder.icmp_unsigned("!=", after[0], ir.Constant(INDEX, 0)), loop, done)
            builder.position_at_end(done)
            numbers = ir.VectorType(INDEX, VECTOR)
            limit = repeated(builder, width, numbers)
            mask = builder.icmp_unsigned("<", ir.Constant(numbers, list(range(VECTOR))), limit)
            place = d
            for value in added:
                _store(builder, value, address(builder, data, place, EIGHT), mask)
                place = builder.add(place, n)
            return context.get_dummy_value()

        return types.void(R, a, row, column, b, n, count, d, width), generate

    return tile


tile_of_eight_rows, tile_of_four_rows, tile_of_one_row = _tile(8), _tile(4), _tile(1)
