"""Rows: one instruction on rows of numbers, in loops that the compiler turns into vector code.

A row is the numbers of one long value on one lane, or one number on each of many lanes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from engine.machine import instructions as code
from engine.machine.elementary import (
    INLINE,
    choose,
    fast_exp,
    fast_log,
    fast_sine,
    fast_tanh,
    floor,
    greater,
    maximum,
    minimum,
    relu,
    sign,
    step,
)
from engine.machine.instructions import ROW
from engine.machine.pairs import FOUR, ONE, THREE, TWO, library
from engine.machine.vectors import (
    add,
    binary,
    divide,
    divide_into,
    fused,
    magnitude,
    multiply,
    negative,
    reciprocal,
    root,
    same,
    spread,
    subtract,
    take_from,
    ternary,
    unary,
)

FIRST_ROW = np.uint64(ROW)
FIVE, SIX, SEVEN, EIGHT, NINE = (np.uint64(k) for k in (5, 6, 7, 8, 9))


@njit(error_model="numpy", _nrt=False)  # it allocates nothing; counting references costs as much as eight sums
def execute_row(q: Any, k: Any, row: Any, R: Any) -> None:
    """Run the row instruction at the word k of q on `length` numbers; its sources have moved on `row` times.

    Within a single row its last words are the steps of its sources.
    """
    o, length = q[k] - FIRST_ROW, q[k + SIX]
    d, a = q[k + ONE] + row * length, q[k + TWO] + row * q[k + SEVEN]
    b, c = q[k + THREE] + row * q[k + EIGHT], q[k + FOUR] + row * q[k + NINE]
    a_step = b_step = c_step = EIGHT
    if q[k + FIVE] == ONE:
        a_step, b_step, c_step = q[k + SEVEN], q[k + EIGHT], q[k + NINE]
    if o == code.MULTIPLY:
        binary(multiply, d, a, b, a_step, b_step, length, R)
    elif o == code.ADD:
        binary(add, d, a, b, a_step, b_step, length, R)
    elif o == code.SUBTRACT:
        binary(subtract, d, a, b, a_step, b_step, length, R)
    elif o == code.DIVIDE:
        binary(divide, d, a, b, a_step, b_step, length, R)
    elif o == code.MULTIPLY_ADD:
        fused(multiply, add, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.MULTIPLY_FROM:
        fused(multiply, take_from, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.MULTIPLY_MULTIPLY:
        fused(multiply, multiply, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.MULTIPLY_SUBTRACT:
        fused(multiply, subtract, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.ADD_ADD:
        fused(add, add, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.ADD_SUBTRACT:
        fused(add, subtract, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.ADD_FROM:
        fused(add, take_from, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.ADD_MULTIPLY:
        fused(add, multiply, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.ADD_DIVIDE:
        fused(add, divide, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.ADD_INTO:
        fused(add, divide_into, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.SUBTRACT_ADD:
        fused(subtract, add, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.SUBTRACT_SUBTRACT:
        fused(subtract, subtract, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.SUBTRACT_FROM:
        fused(subtract, take_from, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.SUBTRACT_MULTIPLY:
        fused(subtract, multiply, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.SUBTRACT_DIVIDE:
        fused(subtract, divide, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.SUBTRACT_INTO:
        fused(subtract, divide_into, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.MULTIPLY_DIVIDE:
        fused(multiply, divide, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.MULTIPLY_INTO:
        fused(multiply, divide_into, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.DIVIDE_ADD:
        fused(divide, add, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.DIVIDE_SUBTRACT:
        fused(divide, subtract, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.DIVIDE_FROM:
        fused(divide, take_from, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.DIVIDE_MULTIPLY:
        fused(divide, multiply, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.DIVIDE_DIVIDE:
        fused(divide, divide, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.DIVIDE_INTO:
        fused(divide, divide_into, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.SPREAD:
        spread(d, R[a], length, R)
    elif o == code.NEGATIVE:
        unary(negative, d, a, length, R)
    elif o == code.RECIPROCAL:
        unary(reciprocal, d, a, length, R)
    elif o == code.SQRT:
        unary(root, d, a, length, R)
    elif o == code.COPY:
        unary(same, d, a, length, R)
    elif o == code.ABSOLUTE:
        unary(magnitude, d, a, length, R)
    elif o == code.SIGN:
        unary(sign, d, a, length, R)
    elif o == code.STEP:
        unary(step, d, a, length, R)
    elif o == code.FLOOR:
        unary(floor, d, a, length, R)
    elif o == code.RELU:
        unary(relu, d, a, length, R)
    elif o == code.MINIMUM:
        binary(minimum, d, a, b, a_step, b_step, length, R)
    elif o == code.MAXIMUM:
        binary(maximum, d, a, b, a_step, b_step, length, R)
    elif o == code.GREATER:
        binary(greater, d, a, b, a_step, b_step, length, R)
    elif o == code.LESS:
        binary(greater, d, b, a, b_step, a_step, length, R)
    elif o == code.WHERE:
        ternary(choose, d, a, b, c, a_step, b_step, c_step, length, R)
    elif o == code.FAST_EXP:
        for j in range(length):
            R[d + j] = fast_exp(R[a + j])
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
    elif o == code.SUM:
        _sum(d, a, q[k + NINE], length, R)
    else:
        for j in range(length):
            R[d + j] = library(o, R[a + j * a_step // EIGHT], R[b + j * b_step // EIGHT])


@njit(**INLINE)
def _sum(d: Any, a: Any, count: Any, length: Any, R: Any) -> None:
    """The sum of `count` rows of `length` numbers that follow one another."""
    if length == ONE:
        total = R[a]
        for j in range(ONE, count):
            total += R[a + j]
        R[d] = total
        return
    for j in range(length):
        R[d + j] = R[a + j]
    for _ in range(ONE, count):
        a += length
        for j in range(length):
            R[d + j] += R[a + j]


@njit(**INLINE)
def _sine_row(o: Any, d: Any, a: Any, length: Any, R: Any) -> None:
    """Sine or cosine; the polynomials hold for moderate arguments, else the C library is asked."""
    quarter = np.int64(0) if o == code.FAST_SIN else np.int64(1)
    largest = 0.0
    for j in range(length):
        largest = max(largest, abs(R[a + j]))
    if largest < 1e5:
        for j in range(length):
            R[d + j] = fast_sine(R[a + j], quarter)
    else:
        for j in range(length):
            if abs(R[a + j]) < 1e5:
                R[d + j] = fast_sine(R[a + j], quarter)
            else:
                R[d + j] = math.sin(R[a + j]) if o == code.FAST_SIN else math.cos(R[a + j])
