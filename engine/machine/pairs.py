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

from engine.machine.elementary import INLINE, choose, greater, maximum, minimum, relu, sigmoid, sign, softplus, step
from engine.machine.instructions import CODES, ROW, WORDS

ONE, TWO, THREE, FOUR, NEXT = (np.uint64(k) for k in (1, 2, 3, 4, WORDS))
FIRST_ROW = np.uint64(ROW)

MULTIPLY = CODES["MULTIPLY"]
ADD = CODES["ADD"]
SUBTRACT = CODES["SUBTRACT"]
DIVIDE = CODES["DIVIDE"]
MULTIPLY_ADD = CODES["MULTIPLY_ADD"]
MULTIPLY_FROM = CODES["MULTIPLY_FROM"]
MULTIPLY_MULTIPLY = CODES["MULTIPLY_MULTIPLY"]
MULTIPLY_SUBTRACT = CODES["MULTIPLY_SUBTRACT"]
ADD_ADD = CODES["ADD_ADD"]
ADD_SUBTRACT = CODES["ADD_SUBTRACT"]
ADD_FROM = CODES["ADD_FROM"]
ADD_MULTIPLY = CODES["ADD_MULTIPLY"]
ADD_DIVIDE = CODES["ADD_DIVIDE"]
ADD_INTO = CODES["ADD_INTO"]
SUBTRACT_ADD = CODES["SUBTRACT_ADD"]
SUBTRACT_SUBTRACT = CODES["SUBTRACT_SUBTRACT"]
SUBTRACT_FROM = CODES["SUBTRACT_FROM"]
SUBTRACT_MULTIPLY = CODES["SUBTRACT_MULTIPLY"]
SUBTRACT_DIVIDE = CODES["SUBTRACT_DIVIDE"]
SUBTRACT_INTO = CODES["SUBTRACT_INTO"]
MULTIPLY_DIVIDE = CODES["MULTIPLY_DIVIDE"]
MULTIPLY_INTO = CODES["MULTIPLY_INTO"]
DIVIDE_ADD = CODES["DIVIDE_ADD"]
DIVIDE_SUBTRACT = CODES["DIVIDE_SUBTRACT"]
DIVIDE_FROM = CODES["DIVIDE_FROM"]
DIVIDE_MULTIPLY = CODES["DIVIDE_MULTIPLY"]
DIVIDE_DIVIDE = CODES["DIVIDE_DIVIDE"]
DIVIDE_INTO = CODES["DIVIDE_INTO"]
PACK = CODES["PACK"]
SPREAD = CODES["SPREAD"]
NEGATIVE = CODES["NEGATIVE"]
RECIPROCAL = CODES["RECIPROCAL"]
SQRT = CODES["SQRT"]
COPY = CODES["COPY"]
ABSOLUTE = CODES["ABSOLUTE"]
SIGN = CODES["SIGN"]
STEP = CODES["STEP"]
RELU = CODES["RELU"]
MINIMUM = CODES["MINIMUM"]
MAXIMUM = CODES["MAXIMUM"]
GREATER = CODES["GREATER"]
LESS = CODES["LESS"]
WHERE = CODES["WHERE"]
POWER = CODES["POWER"]
EXP = CODES["EXP"]
LOG = CODES["LOG"]
LOG1P = CODES["LOG1P"]
EXPM1 = CODES["EXPM1"]
SIN = CODES["SIN"]
COS = CODES["COS"]
TAN = CODES["TAN"]
ARCSIN = CODES["ARCSIN"]
ARCCOS = CODES["ARCCOS"]
ARCTAN = CODES["ARCTAN"]
SINH = CODES["SINH"]
COSH = CODES["COSH"]
TANH = CODES["TANH"]
SIGMOID = CODES["SIGMOID"]
SOFTPLUS = CODES["SOFTPLUS"]


@njit(**INLINE)
def execute_pairs(q: Any, start: Any, R: Any) -> Any:
    """Run instructions from the word `start` of q up to the next row instruction or the end; returns where that is."""
    k = start
    end = np.uint64(q.shape[0])
    while k < end:
        o, d, a, b, c = q[k], q[k + ONE], q[k + TWO], q[k + THREE], q[k + FOUR]
        x, x_, y, y_ = R[a], R[a + ONE], R[b], R[b + ONE]
        if o == MULTIPLY:
            R[d], R[d + ONE] = x * y, x_ * y_
        elif o == ADD:
            R[d], R[d + ONE] = x + y, x_ + y_
        elif o == SUBTRACT:
            R[d], R[d + ONE] = x - y, x_ - y_
        elif o == DIVIDE:
            R[d], R[d + ONE] = x / y, x_ / y_
        elif o == MULTIPLY_ADD:
            R[d], R[d + ONE] = x * y + R[c], x_ * y_ + R[c + ONE]
        elif o == MULTIPLY_FROM:
            R[d], R[d + ONE] = R[c] - x * y, R[c + ONE] - x_ * y_
        elif o == MULTIPLY_MULTIPLY:
            R[d], R[d + ONE] = x * y * R[c], x_ * y_ * R[c + ONE]
        elif o == MULTIPLY_SUBTRACT:
            R[d], R[d + ONE] = x * y - R[c], x_ * y_ - R[c + ONE]
        elif o == ADD_ADD:
            R[d], R[d + ONE] = x + y + R[c], x_ + y_ + R[c + ONE]
        elif o == ADD_SUBTRACT:
            R[d], R[d + ONE] = x + y - R[c], x_ + y_ - R[c + ONE]
        elif o == ADD_FROM:
            R[d], R[d + ONE] = R[c] - (x + y), R[c + ONE] - (x_ + y_)
        elif o == ADD_MULTIPLY:
            R[d], R[d + ONE] = (x + y) * R[c], (x_ + y_) * R[c + ONE]
        elif o == ADD_DIVIDE:
            R[d], R[d + ONE] = (x + y) / R[c], (x_ + y_) / R[c + ONE]
        elif o == ADD_INTO:
            R[d], R[d + ONE] = R[c] / (x + y), R[c + ONE] / (x_ + y_)
        elif o == SUBTRACT_ADD:
            R[d], R[d + ONE] = x - y + R[c], x_ - y_ + R[c + ONE]
        elif o == SUBTRACT_SUBTRACT:
            R[d], R[d + ONE] = x - y - R[c], x_ - y_ - R[c + ONE]
        elif o == SUBTRACT_FROM:
            R[d], R[d + ONE] = R[c] - (x - y), R[c + ONE] - (x_ - y_)
        elif o == SUBTRACT_MULTIPLY:
            R[d], R[d + ONE] = (x - y) * R[c], (x_ - y_) * R[c + ONE]
        elif o == SUBTRACT_DIVIDE:
            R[d], R[d + ONE] = (x - y) / R[c], (x_ - y_) / R[c + ONE]
        elif o == SUBTRACT_INTO:
            R[d], R[d + ONE] = R[c] / (x - y), R[c + ONE] / (x_ - y_)
        elif o == MULTIPLY_DIVIDE:
            R[d], R[d + ONE] = x * y / R[c], x_ * y_ / R[c + ONE]
        elif o == MULTIPLY_INTO:
            R[d], R[d + ONE] = R[c] / (x * y), R[c + ONE] / (x_ * y_)
        elif o == DIVIDE_ADD:
            R[d], R[d + ONE] = x / y + R[c], x_ / y_ + R[c + ONE]
        elif o == DIVIDE_SUBTRACT:
            R[d], R[d + ONE] = x / y - R[c], x_ / y_ - R[c + ONE]
        elif o == DIVIDE_FROM:
            R[d], R[d + ONE] = R[c] - x / y, R[c + ONE] - x_ / y_
        elif o == DIVIDE_MULTIPLY:
            R[d], R[d + ONE] = x / y * R[c], x_ / y_ * R[c + ONE]
        elif o == DIVIDE_DIVIDE:
            R[d], R[d + ONE] = x / y / R[c], x_ / y_ / R[c + ONE]
        elif o == DIVIDE_INTO:
            R[d], R[d + ONE] = R[c] / (x / y), R[c + ONE] / (x_ / y_)
        elif o == PACK:
            R[d], R[d + ONE] = x, y
        elif o == SPREAD:
            R[d], R[d + ONE] = x, x
        elif o == NEGATIVE:
            R[d], R[d + ONE] = -x, -x_
        elif o == RECIPROCAL:
            R[d], R[d + ONE] = 1.0 / x, 1.0 / x_
        elif o == SQRT:
            R[d], R[d + ONE] = math.sqrt(x), math.sqrt(x_)
        elif o == COPY:
            R[d], R[d + ONE] = x, x_
        elif o == ABSOLUTE:
            R[d], R[d + ONE] = abs(x), abs(x_)
        elif o == SIGN:
            R[d], R[d + ONE] = sign(x), sign(x_)
        elif o == STEP:
            R[d], R[d + ONE] = step(x), step(x_)
        elif o == RELU:
            R[d], R[d + ONE] = relu(x), relu(x_)
        elif o == MINIMUM:
            R[d], R[d + ONE] = minimum(x, y), minimum(x_, y_)
        elif o == MAXIMUM:
            R[d], R[d + ONE] = maximum(x, y), maximum(x_, y_)
        elif o == GREATER:
            R[d], R[d + ONE] = greater(x, y), greater(x_, y_)
        elif o == LESS:
            R[d], R[d + ONE] = greater(y, x), greater(y_, x_)
        elif o == WHERE:
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
    if o == POWER:
        return x**y
    if o == EXP:
        return math.exp(x)
    if o == LOG:
        return math.log(x)
    if o == LOG1P:
        return math.log1p(x)
    if o == EXPM1:
        return math.expm1(x)
    if o == SIN:
        return math.sin(x)
    if o == COS:
        return math.cos(x)
    if o == TAN:
        return math.tan(x)
    if o == ARCSIN:
        return math.asin(x)
    if o == ARCCOS:
        return math.acos(x)
    if o == ARCTAN:
        return math.atan(x)
    if o == SINH:
        return math.sinh(x)
    if o == COSH:
        return math.cosh(x)
    if o == TANH:
        return math.tanh(x)
    if o == SIGMOID:
        return sigmoid(x)
    if o == SOFTPLUS:
        return softplus(x)
    return math.nan
