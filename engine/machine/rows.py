"""Rows: one instruction on rows of numbers, eight at a time.

A row is the numbers of one long value on one lane, or one number on each of many lanes. The rows' lengths are multiples
of eight. A source steps on by eight numbers, or by none: then it is eight times the same number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from engine.machine import instructions as code
from engine.machine.elementary import (
    INLINE,
    fast_exp,
    fast_log,
    fast_sine,
    fast_sine_and_cosine,
    fast_tanh,
    moderate_exp,
)
from engine.machine.instructions import NUMBER, ROW, VECTOR
from engine.machine.pairs import FOUR, ONE, THREE, TWO, library
from engine.machine.vectors import ARITHMETIC, INDEX, Compute, address, repeated, sources_of, vector

FIRST_ROW = np.uint64(ROW)
FIVE, SIX, SEVEN, EIGHT, NINE = (np.uint64(k) for k in (5, 6, 7, 8, 9))
BIT = ir.IntType(1)
MAGNITUDE = 0x7FFF_FFFF_FFFF_FFFF
LARGE, INFINITE, EXTREME = (int(np.array(number).view(np.int64)) for number in (1e5, np.inf, 700.0))


@intrinsic
def arithmetic_row(
    typing: Any, o: Any, R: Any, d: Any, a: Any, b: Any, c: Any, i: Any, j: Any, k: Any, length: Any
) -> Any:
    """R[d:] is instruction o of R[a:], R[b:], R[c:], which step on by i, j, k; false if o is none of arithmetic."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        o, memory, d, *sources, length = arguments
        data = context.make_array(signature.args[1])(context, builder, memory).data
        before, done = builder.block, builder.append_basic_block("computed")
        cases = builder.switch(o, done)
        ends = []
        for name, compute in ARITHMETIC.items():
            case = builder.append_basic_block(name.lower())
            cases.add_case(ir.Constant(INDEX, NUMBER[name]), case)
            builder.position_at_end(case)
            _loop(builder, compute, data, d, sources, length)
            ends.append(builder.block)
            builder.branch(done)
        builder.position_at_end(done)
        known = builder.phi(BIT)
        known.add_incoming(ir.Constant(BIT, 0), before)
        for end in ends:
            known.add_incoming(ir.Constant(BIT, 1), end)
        return known

    return types.boolean(o, R, d, a, b, c, i, j, k, length), generate


def _loop(builder: Any, compute: Compute, data: Any, d: Any, sources: Any, length: Any) -> None:
    """Compute `length` numbers; the sources are where they begin, and then by how much they step on."""
    count, eight = sources_of(compute), ir.Constant(INDEX, VECTOR)
    starts, steps = sources[:count], sources[3 : 3 + count]
    before, (loop, done) = builder.block, (builder.append_basic_block(name) for name in ("row", "rest"))
    builder.branch(loop)
    builder.position_at_end(loop)
    left, at, *places = (builder.phi(INDEX) for _ in range(2 + count))
    vectors = [builder.load(address(builder, data, place, vector(VECTOR)), align=8) for place in places]
    builder.store(compute(builder, *vectors), address(builder, data, at, vector(VECTOR)), align=8)
    after = [builder.sub(left, eight), builder.add(at, eight), *map(builder.add, places, steps)]
    for value, first, then in zip((left, at, *places), (length, d, *starts), after, strict=True):
        value.add_incoming(first, before)
        value.add_incoming(then, loop)
    builder.cbranch(builder.icmp_unsigned("!=", after[0], ir.Constant(INDEX, 0)), loop, done)
    builder.position_at_end(done)


@intrinsic
def none_within(typing: Any, R: Any, a: Any, length: Any, low: Any, high: Any) -> Any:
    """Whether no number of R[a : a + length] has a magnitude from `low` to below `high`, which are bits of doubles."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        memory, a, length, low, high = arguments
        data = context.make_array(signature.args[0])(context, builder, memory).data
        whole = ir.VectorType(INDEX, VECTOR)
        low, span = (repeated(builder, number, whole) for number in (low, builder.sub(high, low)))
        before, (loop, done) = builder.block, (builder.append_basic_block(name) for name in ("look", "looked"))
        builder.branch(loop)
        builder.position_at_end(loop)
        left, at, found = (builder.phi(kind) for kind in (INDEX, INDEX, ir.VectorType(BIT, VECTOR)))
        bits = builder.load(address(builder, data, at, whole), align=8)
        magnitudes = builder.and_(bits, ir.Constant(whole, [MAGNITUDE] * VECTOR))
        within = builder.icmp_unsigned("<", builder.sub(magnitudes, low), span)
        eight = ir.Constant(INDEX, VECTOR)
        after = builder.sub(left, eight), builder.add(at, eight), builder.or_(found, within)
        none = ir.Constant(found.type, [0] * VECTOR)
        for value, first, then in zip((left, at, found), (length, a, none), after, strict=True):
            value.add_incoming(first, before)
            value.add_incoming(then, loop)
        builder.cbranch(builder.icmp_unsigned("!=", after[0], ir.Constant(INDEX, 0)), loop, done)
        builder.position_at_end(done)
        together = ir.IntType(VECTOR)
        return builder.icmp_unsigned("==", builder.bitcast(after[2], together), ir.Constant(together, 0))

    return types.boolean(R, a, length, types.int64, types.int64), generate


@njit(error_model="numpy", _nrt=False)  # it allocates nothing; counting references costs as much as eight sums
def execute_row(q: Any, k: Any, row: Any, R: Any) -> None:
    """Run the row instruction at the word k of q on `length` numbers; its sources have moved on `row` times.

    Within a single row its last words are the steps of its sources. A single vector takes no step: it is computed
    without a loop, by the same text with other constants.
    """
    o, length = q[k] - FIRST_ROW, q[k + SIX]
    if length == EIGHT and q[k + FIVE] <= ONE:
        d, a, b, c = q[k + ONE], q[k + TWO], q[k + THREE], q[k + FOUR]
        _operate(o, d, a, b, c, EIGHT, EIGHT, EIGHT, EIGHT, q[k + NINE], R)
        return
    d, a = q[k + ONE] + row * length, q[k + TWO] + row * q[k + SEVEN]
    b, c = q[k + THREE] + row * q[k + EIGHT], q[k + FOUR] + row * q[k + NINE]
    a_step = b_step = c_step = EIGHT
    if q[k + FIVE] == ONE:
        a_step, b_step, c_step = q[k + SEVEN], q[k + EIGHT], q[k + NINE]
    _operate(o, d, a, b, c, a_step, b_step, c_step, length, q[k + NINE], R)


@njit(**INLINE, _nrt=False)
def _operate(
    o: Any, d: Any, a: Any, b: Any, c: Any, a_step: Any, b_step: Any, c_step: Any, length: Any, count: Any, R: Any
) -> None:
    """Write `length` numbers to d."""
    if arithmetic_row(o, R, d, a, b, c, a_step, b_step, c_step, length):
        return
    if o == code.SPREAD:
        number = R[a]
        for j in range(length):
            R[d + j] = number
    elif o == code.FAST_EXP:
        _exp_row(d, a, length, R)
    elif o == code.FAST_LOG:
        for j in range(length):
            R[d + j] = fast_log(R[a + j])
    elif o == code.FAST_TANH:
        for j in range(length):
            R[d + j] = fast_tanh(R[a + j])
    elif o == code.FAST_SIGMOID:
        for j in range(length):
            R[d + j] = 1.0 / (1.0 + fast_exp(-R[a + j]))
    elif o == code.FAST_SIN or o == code.FAST_COS:
        _sine_row(o, d, a, length, R)
    elif o == code.FAST_SIN_COS:
        _sine_and_cosine_row(d, c, a, length, R)
    elif o == code.SUM:
        _sum(d, a, count, length, R)
    else:
        for j in range(length):
            R[d + j] = library(o, R[a + j * a_step // EIGHT], R[b + j * b_step // EIGHT])


@njit(**INLINE)
def _sum(d: Any, a: Any, count: Any, length: Any, R: Any) -> None:
    """The sum of `count` rows of `length` numbers that follow one another."""
    for j in range(length):
        R[d + j] = R[a + j]
    for _ in range(ONE, count):
        a += length
        for j in range(length):
            R[d + j] += R[a + j]


@njit(**INLINE)
def _exp_row(d: Any, a: Any, length: Any, R: Any) -> None:
    """exp; most rows are far from where it becomes infinite or loses bits, and need not look at each number."""
    if none_within(R, a, length, EXTREME, MAGNITUDE):
        for j in range(length):
            R[d + j] = moderate_exp(R[a + j])
    else:
        for j in range(length):
            R[d + j] = fast_exp(R[a + j])


@njit(**INLINE)
def _sine_row(o: Any, d: Any, a: Any, length: Any, R: Any) -> None:
    """Sine or cosine; the polynomials hold for moderate arguments, else the C library is asked."""
    quarter = np.int64(0) if o == code.FAST_SIN else np.int64(1)
    if none_within(R, a, length, LARGE, INFINITE):
        for j in range(length):
            R[d + j] = fast_sine(R[a + j], quarter)
    else:
        for j in range(length):
            if abs(R[a + j]) < 1e5:
                R[d + j] = fast_sine(R[a + j], quarter)
            else:
                R[d + j] = math.sin(R[a + j]) if o == code.FAST_SIN else math.cos(R[a + j])


@njit(**INLINE)
def _sine_and_cosine_row(sine: Any, cosine: Any, a: Any, length: Any, R: Any) -> None:
    """Both, for little more than one of them alone."""
    if none_within(R, a, length, LARGE, INFINITE):
        for j in range(length):
            R[sine + j], R[cosine + j] = fast_sine_and_cosine(R[a + j])
    else:
        _sine_row(code.FAST_SIN, sine, a, length, R)
        _sine_row(code.FAST_COS, cosine, a, length, R)
