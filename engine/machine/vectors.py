"""Whole vector registers: a function of numbers applied to rows, eight numbers at a time.

All eight are read before any is written: so the compiler makes vector code of them without asking whether the rows
overlap, and a row of five numbers costs no more than one of eight. The rows' lengths are multiples of eight. A source
steps on by eight numbers, or by none: then it is eight times the same number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

from engine.machine.elementary import INLINE
from engine.machine.instructions import VECTOR

ONE, TWO, THREE, FOUR, FIVE, SIX, SEVEN, EIGHT = (np.uint64(k) for k in range(1, VECTOR + 1))


@njit(**INLINE)
def write(d: Any, eight: Any, R: Any) -> None:
    R[d] = eight[0]
    R[d + ONE] = eight[1]
    R[d + TWO] = eight[2]
    R[d + THREE] = eight[3]
    R[d + FOUR] = eight[4]
    R[d + FIVE] = eight[5]
    R[d + SIX] = eight[6]
    R[d + SEVEN] = eight[7]


@njit(**INLINE)
def unary(f: Any, d: Any, a: Any, length: Any, R: Any) -> None:
    """R[d:] = f(R[a:]) on rows of `length` numbers."""
    for _ in range(length // EIGHT):
        eight = (
            f(R[a]),
            f(R[a + ONE]),
            f(R[a + TWO]),
            f(R[a + THREE]),
            f(R[a + FOUR]),
            f(R[a + FIVE]),
            f(R[a + SIX]),
            f(R[a + SEVEN]),
        )
        write(d, eight, R)
        d, a = d + EIGHT, a + EIGHT


@njit(**INLINE)
def binary(f: Any, d: Any, a: Any, b: Any, a_step: Any, b_step: Any, length: Any, R: Any) -> None:
    """R[d:] = f(R[a:], R[b:])."""
    for _ in range(length // EIGHT):
        eight = (
            f(R[a], R[b]),
            f(R[a + ONE], R[b + ONE]),
            f(R[a + TWO], R[b + TWO]),
            f(R[a + THREE], R[b + THREE]),
            f(R[a + FOUR], R[b + FOUR]),
            f(R[a + FIVE], R[b + FIVE]),
            f(R[a + SIX], R[b + SIX]),
            f(R[a + SEVEN], R[b + SEVEN]),
        )
        write(d, eight, R)
        d, a, b = d + EIGHT, a + a_step, b + b_step


@njit(**INLINE)
def ternary(f: Any, d: Any, a: Any, b: Any, c: Any, a_step: Any, b_step: Any, c_step: Any, length: Any, R: Any) -> None:
    """R[d:] = f(R[a:], R[b:], R[c:])."""
    for _ in range(length // EIGHT):
        eight = (
            f(R[a], R[b], R[c]),
            f(R[a + ONE], R[b + ONE], R[c + ONE]),
            f(R[a + TWO], R[b + TWO], R[c + TWO]),
            f(R[a + THREE], R[b + THREE], R[c + THREE]),
            f(R[a + FOUR], R[b + FOUR], R[c + FOUR]),
            f(R[a + FIVE], R[b + FIVE], R[c + FIVE]),
            f(R[a + SIX], R[b + SIX], R[c + SIX]),
            f(R[a + SEVEN], R[b + SEVEN], R[c + SEVEN]),
        )
        write(d, eight, R)
        d, a, b, c = d + EIGHT, a + a_step, b + b_step, c + c_step


@njit(**INLINE)
def fused(
    f: Any, g: Any, d: Any, a: Any, b: Any, c: Any, a_step: Any, b_step: Any, c_step: Any, length: Any, R: Any
) -> None:
    """R[d:] = g(f(R[a:], R[b:]), R[c:])."""
    for _ in range(length // EIGHT):
        eight = (
            g(f(R[a], R[b]), R[c]),
            g(f(R[a + ONE], R[b + ONE]), R[c + ONE]),
            g(f(R[a + TWO], R[b + TWO]), R[c + TWO]),
            g(f(R[a + THREE], R[b + THREE]), R[c + THREE]),
            g(f(R[a + FOUR], R[b + FOUR]), R[c + FOUR]),
            g(f(R[a + FIVE], R[b + FIVE]), R[c + FIVE]),
            g(f(R[a + SIX], R[b + SIX]), R[c + SIX]),
            g(f(R[a + SEVEN], R[b + SEVEN]), R[c + SEVEN]),
        )
        write(d, eight, R)
        d, a, b, c = d + EIGHT, a + a_step, b + b_step, c + c_step


@njit(**INLINE)
def spread(d: Any, number: float, length: Any, R: Any) -> None:
    """R[d:] = number."""
    for _ in range(length // EIGHT):
        write(d, (number, number, number, number, number, number, number, number), R)
        d += EIGHT


@njit(**INLINE)
def add(a: float, b: float) -> float:
    return a + b


@njit(**INLINE)
def subtract(a: float, b: float) -> float:
    return a - b


@njit(**INLINE)
def multiply(a: float, b: float) -> float:
    return a * b


@njit(**INLINE)
def divide(a: float, b: float) -> float:
    return a / b


@njit(**INLINE)
def take_from(a: float, b: float) -> float:
    return b - a


@njit(**INLINE)
def divide_into(a: float, b: float) -> float:
    return b / a


@njit(**INLINE)
def negative(a: float) -> float:
    return -a


@njit(**INLINE)
def reciprocal(a: float) -> float:
    return 1.0 / a


@njit(**INLINE)
def root(a: float) -> float:
    return math.sqrt(a)


@njit(**INLINE)
def magnitude(a: float) -> float:
    return abs(a)


@njit(**INLINE)
def same(a: float) -> float:
    return a
