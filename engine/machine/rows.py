"""Rows: one instruction on rows of numbers, in loops that the compiler turns into vector code.

A row is the numbers of one long value on one lane, or one number on each of many lanes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from engine.machine import instructions as code
from engine.machine.elementary import INLINE, fast_exp, fast_log, fast_sine, fast_tanh
from engine.machine.instructions import ROW
from engine.machine.pairs import FOUR, ONE, THREE, TWO, library
from engine.machine.vectors import (
    add,
    choose,
    divide,
    divide_into,
    fused,
    greater,
    less,
    magnitude,
    maximum,
    minimum,
    multiply,
    negative,
    reciprocal,
    relu,
    root,
    same,
    sign,
    step,
    subtract,
    take_from,
)
from engine.machine.vectors import row as row_of

FIRST_ROW = np.uint64(ROW)
FIVE, SIX, SEVEN, EIGHT, NINE = (np.uint64(k) for k in (5, 6, 7, 8, 9))

add_add = fused(add, add)
add_divide = fused(add, divide)
add_divide_into = fused(add, divide_into)
add_multiply = fused(add, multiply)
add_row = row_of(add)
add_subtract = fused(add, subtract)
add_take_from = fused(add, take_from)
choose_row = row_of(choose)
divide_add = fused(divide, add)
divide_divide = fused(divide, divide)
divide_divide_into = fused(divide, divide_into)
divide_multiply = fused(divide, multiply)
divide_row = row_of(divide)
divide_subtract = fused(divide, subtract)
divide_take_from = fused(divide, take_from)
greater_row = row_of(greater)
less_row = row_of(less)
magnitude_row = row_of(magnitude)
maximum_row = row_of(maximum)
minimum_row = row_of(minimum)
multiply_add = fused(multiply, add)
multiply_divide = fused(multiply, divide)
multiply_divide_into = fused(multiply, divide_into)
multiply_multiply = fused(multiply, multiply)
multiply_row = row_of(multiply)
multiply_subtract = fused(multiply, subtract)
multiply_take_from = fused(multiply, take_from)
negative_row = row_of(negative)
reciprocal_row = row_of(reciprocal)
relu_row = row_of(relu)
root_row = row_of(root)
same_row = row_of(same)
sign_row = row_of(sign)
step_row = row_of(step)
subtract_add = fused(subtract, add)
subtract_divide = fused(subtract, divide)
subtract_divide_into = fused(subtract, divide_into)
subtract_multiply = fused(subtract, multiply)
subtract_row = row_of(subtract)
subtract_subtract = fused(subtract, subtract)
subtract_take_from = fused(subtract, take_from)


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
    if o == code.MULTIPLY:
        multiply_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ADD:
        add_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SUBTRACT:
        subtract_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.DIVIDE:
        divide_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MULTIPLY_ADD:
        multiply_add(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MULTIPLY_FROM:
        multiply_take_from(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MULTIPLY_MULTIPLY:
        multiply_multiply(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MULTIPLY_SUBTRACT:
        multiply_subtract(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ADD_ADD:
        add_add(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ADD_SUBTRACT:
        add_subtract(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ADD_FROM:
        add_take_from(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ADD_MULTIPLY:
        add_multiply(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ADD_DIVIDE:
        add_divide(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ADD_INTO:
        add_divide_into(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SUBTRACT_ADD:
        subtract_add(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SUBTRACT_SUBTRACT:
        subtract_subtract(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SUBTRACT_FROM:
        subtract_take_from(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SUBTRACT_MULTIPLY:
        subtract_multiply(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SUBTRACT_DIVIDE:
        subtract_divide(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SUBTRACT_INTO:
        subtract_divide_into(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MULTIPLY_DIVIDE:
        multiply_divide(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MULTIPLY_INTO:
        multiply_divide_into(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.DIVIDE_ADD:
        divide_add(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.DIVIDE_SUBTRACT:
        divide_subtract(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.DIVIDE_FROM:
        divide_take_from(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.DIVIDE_MULTIPLY:
        divide_multiply(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.DIVIDE_DIVIDE:
        divide_divide(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.DIVIDE_INTO:
        divide_divide_into(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SPREAD:
        number = R[a]
        for j in range(length):
            R[d + j] = number
    elif o == code.NEGATIVE:
        negative_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.RECIPROCAL:
        reciprocal_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SQRT:
        root_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.COPY:
        same_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.ABSOLUTE:
        magnitude_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.SIGN:
        sign_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.STEP:
        step_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.FLOOR:
        for j in range(length):
            R[d + j] = np.floor(R[a + j])
    elif o == code.RELU:
        relu_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MINIMUM:
        minimum_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.MAXIMUM:
        maximum_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.GREATER:
        greater_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.LESS:
        less_row(R, d, a, b, c, a_step, b_step, c_step, length)
    elif o == code.WHERE:
        choose_row(R, d, a, b, c, a_step, b_step, c_step, length)
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
        _sum(d, a, count, length, R)
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
