"""Rows: one instruction on rows of numbers, in loops that the compiler turns into vector code.

A row is the numbers of one long value on one lane, or one number on each of many lanes.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from engine.machine.elementary import (
    INLINE,
    choose,
    fast_exp,
    fast_log,
    fast_sine,
    fast_tanh,
    greater,
    maximum,
    minimum,
    relu,
    sign,
    step,
)
from engine.machine.instructions import CODES, ROW
from engine.machine.pairs import FOUR, ONE, THREE, TWO, library

FIRST_ROW = np.uint64(ROW)
FIVE, SIX, SEVEN, EIGHT, NINE = (np.uint64(k) for k in (5, 6, 7, 8, 9))

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
SUM = CODES["SUM"]
FAST_EXP = CODES["FAST_EXP"]
FAST_LOG = CODES["FAST_LOG"]
FAST_TANH = CODES["FAST_TANH"]
FAST_SIGMOID = CODES["FAST_SIGMOID"]
FAST_SIN = CODES["FAST_SIN"]
FAST_COS = CODES["FAST_COS"]


@njit(error_model="numpy")
def execute_row(q: Any, k: Any, R: Any) -> None:
    """Run the row instruction at the word k of q: `rows` times on `length` numbers, sources moving on in between."""
    o, d, a, b, c = q[k] - FIRST_ROW, q[k + ONE], q[k + TWO], q[k + THREE], q[k + FOUR]
    rows, length = q[k + FIVE], q[k + SIX]
    if o == SUM:
        for j in range(length):
            R[d + j] = R[a + j]
        for _ in range(ONE, rows):
            a += q[k + SEVEN]
            for j in range(length):
                R[d + j] += R[a + j]
        return
    for _ in range(rows):
        _one_row(o, d, a, b, c, length, R)
        d += length
        a += q[k + SEVEN]
        b += q[k + EIGHT]
        c += q[k + NINE]


@njit(**INLINE)
def _one_row(o: Any, d: Any, a: Any, b: Any, c: Any, length: Any, R: Any) -> None:
    if o == MULTIPLY:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j]
    elif o == ADD:
        for j in range(length):
            R[d + j] = R[a + j] + R[b + j]
    elif o == SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] - R[b + j]
    elif o == DIVIDE:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j]
    elif o == MULTIPLY_ADD:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] + R[c + j]
    elif o == MULTIPLY_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - R[a + j] * R[b + j]
    elif o == MULTIPLY_MULTIPLY:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] * R[c + j]
    elif o == MULTIPLY_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] - R[c + j]
    elif o == ADD_ADD:
        for j in range(length):
            R[d + j] = R[a + j] + R[b + j] + R[c + j]
    elif o == ADD_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] + R[b + j] - R[c + j]
    elif o == ADD_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - (R[a + j] + R[b + j])
    elif o == ADD_MULTIPLY:
        for j in range(length):
            R[d + j] = (R[a + j] + R[b + j]) * R[c + j]
    elif o == ADD_DIVIDE:
        for j in range(length):
            R[d + j] = (R[a + j] + R[b + j]) / R[c + j]
    elif o == ADD_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] + R[b + j])
    elif o == SUBTRACT_ADD:
        for j in range(length):
            R[d + j] = R[a + j] - R[b + j] + R[c + j]
    elif o == SUBTRACT_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] - R[b + j] - R[c + j]
    elif o == SUBTRACT_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - (R[a + j] - R[b + j])
    elif o == SUBTRACT_MULTIPLY:
        for j in range(length):
            R[d + j] = (R[a + j] - R[b + j]) * R[c + j]
    elif o == SUBTRACT_DIVIDE:
        for j in range(length):
            R[d + j] = (R[a + j] - R[b + j]) / R[c + j]
    elif o == SUBTRACT_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] - R[b + j])
    elif o == MULTIPLY_DIVIDE:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] / R[c + j]
    elif o == MULTIPLY_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] * R[b + j])
    elif o == DIVIDE_ADD:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] + R[c + j]
    elif o == DIVIDE_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] - R[c + j]
    elif o == DIVIDE_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - R[a + j] / R[b + j]
    elif o == DIVIDE_MULTIPLY:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] * R[c + j]
    elif o == DIVIDE_DIVIDE:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] / R[c + j]
    elif o == DIVIDE_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] / R[b + j])
    elif o == SPREAD:
        for j in range(length):
            R[d + j] = R[a]
    elif o == NEGATIVE:
        for j in range(length):
            R[d + j] = -R[a + j]
    elif o == RECIPROCAL:
        for j in range(length):
            R[d + j] = 1.0 / R[a + j]
    elif o == SQRT:
        for j in range(length):
            R[d + j] = math.sqrt(R[a + j])
    elif o == COPY:
        for j in range(length):
            R[d + j] = R[a + j]
    elif o == ABSOLUTE:
        for j in range(length):
            R[d + j] = abs(R[a + j])
    elif o == SIGN:
        for j in range(length):
            R[d + j] = sign(R[a + j])
    elif o == STEP:
        for j in range(length):
            R[d + j] = step(R[a + j])
    elif o == RELU:
        for j in range(length):
            R[d + j] = relu(R[a + j])
    elif o == MINIMUM:
        for j in range(length):
            R[d + j] = minimum(R[a + j], R[b + j])
    elif o == MAXIMUM:
        for j in range(length):
            R[d + j] = maximum(R[a + j], R[b + j])
    elif o == GREATER:
        for j in range(length):
            R[d + j] = greater(R[a + j], R[b + j])
    elif o == LESS:
        for j in range(length):
            R[d + j] = greater(R[b + j], R[a + j])
    elif o == WHERE:
        for j in range(length):
            R[d + j] = choose(R[a + j], R[b + j], R[c + j])
    elif o == FAST_EXP:
        for j in range(length):
            R[d + j] = fast_exp(R[a + j])
    elif o == FAST_LOG:
        for j in range(length):
            R[d + j] = fast_log(R[a + j])
    elif o == FAST_TANH:
        for j in range(length):
            R[d + j] = fast_tanh(R[a + j])
    elif o == FAST_SIGMOID:
        for j in range(length):
            R[d + j] = 1.0 / (1.0 + fast_exp(-R[a + j]))
    elif o == FAST_SIN or o == FAST_COS:
        _sine_row(o, d, a, length, R)
    else:
        for j in range(length):
            R[d + j] = library(o, R[a + j], R[b + j])


@njit(**INLINE)
def _sine_row(o: Any, d: Any, a: Any, length: Any, R: Any) -> None:
    """Sine or cosine; the polynomials hold for moderate arguments, else the C library is asked."""
    quarter = np.int64(0) if o == FAST_SIN else np.int64(1)
    largest = 0.0
    for j in range(length):
        largest = max(largest, abs(R[a + j]))
    if largest < 1e5:
        for j in range(length):
            R[d + j] = fast_sine(R[a + j], quarter)
    else:
        for j in range(length):
            R[d + j] = math.sin(R[a + j]) if o == FAST_SIN else math.cos(R[a + j])
