"""One lane: every value of one or two numbers sits in two neighbouring places of the memory.

One instruction updates both, so a step of x and y costs as much as a step of x alone. In a single number's second
place stands the same number again, or, where nothing reads it, anything. Rows that fit one vector of eight, and sums of
rows, are dispatched here too: a call for each would take as long as its work.
Without fast-math and without contraction of a * b + c the results equal NumPy, operation by operation, bit for bit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from engine.machine import instructions as code
from engine.machine.code import Words
from engine.machine.elementary import INLINE, sigmoid, softplus
from engine.machine.instructions import CALL, HELD, NUMBER, OCTET, VECTOR, WORDS
from engine.machine.sums import summed
from engine.machine.vectors import ARITHMETIC, INDEX, address, shuffled, sources_of, vector

ONE, TWO, THREE, FOUR = (np.uint64(k) for k in (1, 2, 3, 4))


def pack(builder: Any, a: Any, b: Any) -> Any:
    return shuffled(builder, a, b, [0, 2])


def spread(builder: Any, a: Any) -> Any:
    return shuffled(builder, a, a, [0, 0])


def spread_widely(builder: Any, a: Any) -> Any:
    return shuffled(builder, a, a, [0] * VECTOR)


PAIRS = ARITHMETIC | {"PACK": pack, "SPREAD": spread}
OCTETS = ARITHMETIC | {"SPREAD": spread_widely}
"""The same on rows that are a single vector of eight."""
SOURCES = 3
_READERS, _MAKERS = np.zeros(CALL + 1, np.uint64), np.zeros(CALL + 1, np.uint64)
_READERS[[NUMBER[name] for name in PAIRS]] = 1
_MAKERS[[NUMBER[name] for name in (*PAIRS, "ROW_SUM", "ROW_DOT")]] = 1
_SHARES = np.array([HELD << source for source in range(SOURCES)], np.uint64)


def hold(body: Words) -> None:
    """Mark, in instructions (n, words) that follow one another, the sources that the instruction before has computed.

    Such a source stays in a register: what is read back from the memory comes later by half an operation's time.
    """
    readers, makers = _READERS[body[1:, 0]], _MAKERS[body[:-1, 0]]
    held = (body[1:, 2 : 2 + SOURCES] == body[:-1, 1:2]) * _SHARES
    body[1:, 0] += held.sum(axis=1) * readers * makers


@intrinsic
def arithmetic_of_pairs(typing: Any, q: Any, k: Any, end: Any, R: Any) -> Any:
    """Run instructions from the word k of q up to the first that is none of arithmetic, or the end; gives that word."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        words, first, end, memory = arguments
        words = context.make_array(signature.args[0])(context, builder, words).data
        data = context.make_array(signature.args[3])(context, builder, memory).data
        two, eight, before = vector(2), vector(VECTOR), builder.block
        loop, fetch, done = (builder.append_basic_block(name) for name in ("loop", "fetch", "done"))
        builder.branch(loop)
        builder.position_at_end(loop)
        at, last = builder.phi(INDEX), builder.phi(two)
        at.add_incoming(first, before)
        last.add_incoming(ir.Constant(two, [0.0, 0.0]), before)
        builder.cbranch(builder.icmp_unsigned("<", at, end), fetch, done)
        builder.position_at_end(fetch)

        def word(number: int) -> Any:
            return builder.load(builder.gep(words, [builder.add(at, ir.Constant(INDEX, number))]))

        cases = builder.switch(word(0), done)
        for name, compute in PAIRS.items():
            count = sources_of(compute)
            for held in range(1 << count):
                case = builder.append_basic_block(name.lower())
                cases.add_case(ir.Constant(INDEX, NUMBER[name] + HELD * held), case)
                builder.position_at_end(case)
                sources = [
                    last if held >> k & 1 else builder.load(address(builder, data, word(2 + k), two), align=8)
                    for k in range(count)
                ]
                found = compute(builder, *sources)
                builder.store(found, address(builder, data, word(1), two), align=8)
                at.add_incoming(builder.add(at, ir.Constant(INDEX, WORDS)), case)
                last.add_incoming(found, case)
                builder.branch(loop)
        for name in ("ROW_SUM", "ROW_DOT"):
            case = builder.append_basic_block(name.lower())
            cases.add_case(ir.Constant(INDEX, NUMBER[name]), case)
            builder.position_at_end(case)
            total = summed(builder, data, word(2), word(5), word(3) if name == "ROW_DOT" else None)
            total = shuffled(builder, total, total, [0, 0])
            builder.store(total, address(builder, data, word(1), two), align=8)
            at.add_incoming(builder.add(at, ir.Constant(INDEX, WORDS)), builder.block)
            last.add_incoming(total, builder.block)
            builder.branch(loop)
        for name, compute in OCTETS.items():
            case = builder.append_basic_block(f"{name.lower()}_of_eight")
            cases.add_case(ir.Constant(INDEX, NUMBER[name] + OCTET), case)
            builder.position_at_end(case)
            sources = [
                builder.load(address(builder, data, word(2 + k), eight), align=8) for k in range(sources_of(compute))
            ]
            builder.store(compute(builder, *sources), address(builder, data, word(1), eight), align=8)
            at.add_incoming(builder.add(at, ir.Constant(INDEX, WORDS)), case)
            last.add_incoming(last, case)
            builder.branch(loop)
        builder.position_at_end(done)
        return at

    return types.uint64(q, k, end, R), generate


@njit(**INLINE)
def library_of_pair(q: Any, k: Any, R: Any) -> None:
    """Run the instruction of the C library at the word k of q."""
    o, d, a, b = q[k], q[k + ONE], q[k + TWO], q[k + THREE]
    two = q[k + FOUR]  # whether the value is two numbers
    x, y = R[a + ONE], R[b + ONE]
    R[d] = library(o, R[a], R[b])
    R[d + ONE] = library(o, x, y) if two else R[d]


@njit(error_model="numpy")
def library(o: Any, x: float, y: float) -> float:
    """The C library's functions, one number at a time."""
    if o == code.POWER:
        return x**y
    if o == code.EXP:
        return math.exp(x)
    if o == code.LOG:
        return math.log(x)
    if o == code.LOG1P:
        return math.log1p(x)
    if o == code.EXPM1:
        return math.expm1(x)
    if o == code.SIN:
        return math.sin(x)
    if o == code.COS:
        return math.cos(x)
    if o == code.TAN:
        return math.tan(x)
    if o == code.ARCSIN:
        return math.asin(x)
    if o == code.ARCCOS:
        return math.acos(x)
    if o == code.ARCTAN:
        return math.atan(x)
    if o == code.SINH:
        return math.sinh(x)
    if o == code.COSH:
        return math.cosh(x)
    if o == code.TANH:
        return math.tanh(x)
    if o == code.SIGMOID:
        return sigmoid(x)
    if o == code.SOFTPLUS:
        return softplus(x)
    if o == code.ERF:
        return math.erf(x)
    return math.nan
