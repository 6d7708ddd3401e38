"""One lane: every value of one or two numbers sits in two neighbouring places of the memory.

One instruction updates both, so a step of x and y costs as much as a step of x alone. In a single number's second
place stands the same number again, or, where nothing reads it, anything.
Without fast-math and without contraction of a * b + c the results equal NumPy, operation by operation, bit for bit.
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
    floor,
    greater,
    maximum,
    minimum,
    relu,
    sigmoid,
    sign,
    softplus,
    step,
)
from engine.machine.instructions import ROW, WORDS

ONE, TWO, THREE, FOUR, NEXT = (np.uint64(k) for k in (1, 2, 3, 4, WORDS))
FIRST_ROW = np.uint64(ROW)


@njit(**INLINE)
def execute_pairs(q: Any, start: Any, R: Any) -> Any:
    """Run instructions from the word `start` of q up to the next row instruction or the end; returns where that is."""
    k = start
    end = np.uint64(q.shape[0])
    while k < end:
        o, d, a, b, c = q[k], q[k + ONE], q[k + TWO], q[k + THREE], q[k + FOUR]
        x, x_, y, y_ = R[a], R[a + ONE], R[b], R[b + ONE]
        if o == code.MULTIPLY:
            R[d], R[d + ONE] = x * y, x_ * y_
        elif o == code.ADD:
            R[d], R[d + ONE] = x + y, x_ + y_
        elif o == code.SUBTRACT:
            R[d], R[d + ONE] = x - y, x_ - y_
        elif o == code.DIVIDE:
            R[d], R[d + ONE] = x / y, x_ / y_
        elif o == code.MULTIPLY_ADD:
            R[d], R[d + ONE] = x * y + R[c], x_ * y_ + R[c + ONE]
        elif o == code.MULTIPLY_FROM:
            R[d], R[d + ONE] = R[c] - x * y, R[c + ONE] - x_ * y_
        elif o == code.MULTIPLY_MULTIPLY:
            R[d], R[d + ONE] = x * y * R[c], x_ * y_ * R[c + ONE]
        elif o == code.MULTIPLY_SUBTRACT:
            R[d], R[d + ONE] = x * y - R[c], x_ * y_ - R[c + ONE]
        elif o == code.ADD_ADD:
            R[d], R[d + ONE] = x + y + R[c], x_ + y_ + R[c + ONE]
        elif o == code.ADD_SUBTRACT:
            R[d], R[d + ONE] = x + y - R[c], x_ + y_ - R[c + ONE]
        elif o == code.ADD_FROM:
            R[d], R[d + ONE] = R[c] - (x + y), R[c + ONE] - (x_ + y_)
        elif o == code.ADD_MULTIPLY:
            R[d], R[d + ONE] = (x + y) * R[c], (x_ + y_) * R[c + ONE]
        elif o == code.ADD_DIVIDE:
            R[d], R[d + ONE] = (x + y) / R[c], (x_ + y_) / R[c + ONE]
        elif o == code.ADD_INTO:
            R[d], R[d + ONE] = R[c] / (x + y), R[c + ONE] / (x_ + y_)
        elif o == code.SUBTRACT_ADD:
            R[d], R[d + ONE] = x - y + R[c], x_ - y_ + R[c + ONE]
        elif o == code.SUBTRACT_SUBTRACT:
            R[d], R[d + ONE] = x - y - R[c], x_ - y_ - R[c + ONE]
        elif o == code.SUBTRACT_FROM:
            R[d], R[d + ONE] = R[c] - (x - y), R[c + ONE] - (x_ - y_)
        elif o == code.SUBTRACT_MULTIPLY:
            R[d], R[d + ONE] = (x - y) * R[c], (x_ - y_) * R[c + ONE]
        elif o == code.SUBTRACT_DIVIDE:
            R[d], R[d + ONE] = (x - y) / R[c], (x_ - y_) / R[c + ONE]
        elif o == code.SUBTRACT_INTO:
            R[d], R[d + ONE] = R[c] / (x - y), R[c + ONE] / (x_ - y_)
        elif o == code.MULTIPLY_DIVIDE:
            R[d], R[d + ONE] = x * y / R[c], x_ * y_ / R[c + ONE]
        elif o == code.MULTIPLY_INTO:
            R[d], R[d + ONE] = R[c] / (x * y), R[c + ONE] / (x_ * y_)
        elif o == code.DIVIDE_ADD:
            R[d], R[d + ONE] = x / y + R[c], x_ / y_ + R[c + ONE]
        elif o == code.DIVIDE_SUBTRACT:
            R[d], R[d + ONE] = x / y - R[c], x_ / y_ - R[c + ONE]
        elif o == code.DIVIDE_FROM:
            R[d], R[d + ONE] = R[c] - x / y, R[c + ONE] - x_ / y_
        elif o == code.DIVIDE_MULTIPLY:
            R[d], R[d + ONE] = x / y * R[c], x_ / y_ * R[c + ONE]
        elif o == code.DIVIDE_DIVIDE:
            R[d], R[d + ONE] = x / y / R[c], x_ / y_ / R[c + ONE]
        elif o == code.DIVIDE_INTO:
            R[d], R[d + ONE] = R[c] / (x / y), R[c + ONE] / (x_ / y_)
        elif o == code.PACK:
            R[d], R[d + ONE] = x, y
        elif o == code.SPREAD:
            R[d], R[d + ONE] = x, x
        elif o == code.NEGATIVE:
            R[d], R[d + ONE] = -x, -x_
        elif o == code.RECIPROCAL:
            R[d], R[d + ONE] = 1.0 / x, 1.0 / x_
        elif o == code.SQRT:
            R[d], R[d + ONE] = math.sqrt(x), math.sqrt(x_)
        elif o == code.COPY:
            R[d], R[d + ONE] = x, x_
        elif o == code.ABSOLUTE:
            R[d], R[d + ONE] = abs(x), abs(x_)
        elif o == code.SIGN:
            R[d], R[d + ONE] = sign(x), sign(x_)
        elif o == code.STEP:
            R[d], R[d + ONE] = step(x), step(x_)
        elif o == code.RELU:
            R[d], R[d + ONE] = relu(x), relu(x_)
        elif o == code.MINIMUM:
            R[d], R[d + ONE] = minimum(x, y), minimum(x_, y_)
        elif o == code.MAXIMUM:
            R[d], R[d + ONE] = maximum(x, y), maximum(x_, y_)
        elif o == code.GREATER:
            R[d], R[d + ONE] = greater(x, y), greater(x_, y_)
        elif o == code.LESS:
            R[d], R[d + ONE] = greater(y, x), greater(y_, x_)
        elif o == code.WHERE:
            R[d], R[d + ONE] = choose(x, y, R[c]), choose(x_, y_, R[c + ONE])
        elif o >= FIRST_ROW:
            return k
        else:
            R[d] = library(o, x, y)
            R[d + ONE] = library(o, x_, y_) if c else R[d]  # c tells whether the value is two numbers
        k += NEXT
    return k


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
    if o == code.FLOOR:
        return floor(x)
    if o == code.ERF:
        return math.erf(x)
    return math.nan
