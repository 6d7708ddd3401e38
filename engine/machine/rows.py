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
    greater,
    maximum,
    minimum,
    relu,
    sign,
    step,
)
from engine.machine.instructions import ROW
from engine.machine.pairs import FOUR, ONE, THREE, TWO, library

FIRST_ROW = np.uint64(ROW)
FIVE, SIX, SEVEN, EIGHT, NINE = (np.uint64(k) for k in (5, 6, 7, 8, 9))


@njit(error_model="numpy")
def execute_row(q: Any, k: Any, R: Any) -> None:
    """Run the row instruction at the word k of q: `rows` times on `length` numbers, sources moving on in between."""
    o, d, a, b, c = q[k] - FIRST_ROW, q[k + ONE], q[k + TWO], q[k + THREE], q[k + FOUR]
    rows, length = q[k + FIVE], q[k + SIX]
    if o == code.SUM:
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
    if o == code.MULTIPLY:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j]
    elif o == code.ADD:
        for j in range(length):
            R[d + j] = R[a + j] + R[b + j]
    elif o == code.SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] - R[b + j]
    elif o == code.DIVIDE:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j]
    elif o == code.MULTIPLY_ADD:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] + R[c + j]
    elif o == code.MULTIPLY_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - R[a + j] * R[b + j]
    elif o == code.MULTIPLY_MULTIPLY:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] * R[c + j]
    elif o == code.MULTIPLY_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] - R[c + j]
    elif o == code.ADD_ADD:
        for j in range(length):
            R[d + j] = R[a + j] + R[b + j] + R[c + j]
    elif o == code.ADD_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] + R[b + j] - R[c + j]
    elif o == code.ADD_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - (R[a + j] + R[b + j])
    elif o == code.ADD_MULTIPLY:
        for j in range(length):
            R[d + j] = (R[a + j] + R[b + j]) * R[c + j]
    elif o == code.ADD_DIVIDE:
        for j in range(length):
            R[d + j] = (R[a + j] + R[b + j]) / R[c + j]
    elif o == code.ADD_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] + R[b + j])
    elif o == code.SUBTRACT_ADD:
        for j in range(length):
            R[d + j] = R[a + j] - R[b + j] + R[c + j]
    elif o == code.SUBTRACT_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] - R[b + j] - R[c + j]
    elif o == code.SUBTRACT_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - (R[a + j] - R[b + j])
    elif o == code.SUBTRACT_MULTIPLY:
        for j in range(length):
            R[d + j] = (R[a + j] - R[b + j]) * R[c + j]
    elif o == code.SUBTRACT_DIVIDE:
        for j in range(length):
            R[d + j] = (R[a + j] - R[b + j]) / R[c + j]
    elif o == code.SUBTRACT_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] - R[b + j])
    elif o == code.MULTIPLY_DIVIDE:
        for j in range(length):
            R[d + j] = R[a + j] * R[b + j] / R[c + j]
    elif o == code.MULTIPLY_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] * R[b + j])
    elif o == code.DIVIDE_ADD:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] + R[c + j]
    elif o == code.DIVIDE_SUBTRACT:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] - R[c + j]
    elif o == code.DIVIDE_FROM:
        for j in range(length):
            R[d + j] = R[c + j] - R[a + j] / R[b + j]
    elif o == code.DIVIDE_MULTIPLY:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] * R[c + j]
    elif o == code.DIVIDE_DIVIDE:
        for j in range(length):
            R[d + j] = R[a + j] / R[b + j] / R[c + j]
    elif o == code.DIVIDE_INTO:
        for j in range(length):
            R[d + j] = R[c + j] / (R[a + j] / R[b + j])
    elif o == code.SPREAD:
        for j in range(length):
            R[d + j] = R[a]
    elif o == code.NEGATIVE:
        for j in range(length):
            R[d + j] = -R[a + j]
    elif o == code.RECIPROCAL:
        for j in range(length):
            R[d + j] = 1.0 / R[a + j]
    elif o == code.SQRT:
        for j in range(length):
            R[d + j] = math.sqrt(R[a + j])
    elif o == code.COPY:
        for j in range(length):
            R[d + j] = R[a + j]
    elif o == code.ABSOLUTE:
        for j in range(length):
            R[d + j] = abs(R[a + j])
    elif o == code.SIGN:
        for j in range(length):
            R[d + j] = sign(R[a + j])
    elif o == code.STEP:
        for j in range(length):
            R[d + j] = step(R[a + j])
    elif o == code.RELU:
        for j in range(length):
            R[d + j] = relu(R[a + j])
    elif o == code.MINIMUM:
        for j in range(length):
            R[d + j] = minimum(R[a + j], R[b + j])
    elif o == code.MAXIMUM:
        for j in range(length):
            R[d + j] = maximum(R[a + j], R[b + j])
    elif o == code.GREATER:
        for j in range(length):
            R[d + j] = greater(R[a + j], R[b + j])
    elif o == code.LESS:
        for j in range(length):
            R[d + j] = greater(R[b + j], R[a + j])
    elif o == code.WHERE:
        for j in range(length):
            R[d + j] = choose(R[a + j], R[b + j], R[c + j])
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
    else:
        for j in range(length):
            R[d + j] = library(o, R[a + j], R[b + j])


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
            R[d + j] = math.sin(R[a + j]) if o == code.FAST_SIN else math.cos(R[a + j])
