"""Matrices: instructions on values (m, n) of one lane, row after row in the memory.

Each writes exactly the numbers of its result, so that it may stand in the midst of a longer row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from engine.machine import instructions as code
from engine.machine.elementary import INLINE, maximum
from engine.machine.instructions import MATRIX
from engine.machine.pairs import FOUR, ONE, THREE, TWO
from engine.machine.rows import EIGHT, NINE, SEVEN, SIX
from engine.machine.sums import sum_of_row
from engine.machine.tiles import tile_of_eight_rows, tile_of_four_rows, tile_of_one_row

FIRST_MATRIX = np.uint64(MATRIX)
ZERO = np.uint64(0)


@njit(error_model="numpy", _nrt=False)
def execute_matrix(q: Any, k: Any, R: Any) -> None:
    """Run the matrix instruction at the word k of q; its dimensions m, n and p stand behind its places."""
    o, d, a, b = q[k] - FIRST_MATRIX, q[k + ONE], q[k + TWO], q[k + THREE]
    m, n, p, flag = q[k + SIX], q[k + SEVEN], q[k + EIGHT], q[k + NINE]
    if o == code.MATMUL:
        if flag:
            _product(d, a, b, m, n, p, ONE, m, R)
        else:
            _product(d, a, b, m, n, p, p, ONE, R)
    elif o == code.TRANSPOSE:
        for j in range(n):
            for i in range(m):
                R[d + j * m + i] = R[a + i * n + j]
    elif o == code.EXPAND_COLUMN:
        for i in range(m):
            for j in range(n):
                R[d + i * n + j] = R[a + i]
    elif o == code.EXPAND_ROW:
        for i in range(m):
            for j in range(n):
                R[d + i * n + j] = R[a + j]
    elif o == code.SUM_COLUMNS:
        for i in range(m):
            R[d + i] = sum_of_row(R, a + i * n, n)
    elif o == code.MAX_ROWS:
        for j in range(n):
            R[d + j] = R[a + j]
        for i in range(ONE, m):
            for j in range(n):
                R[d + j] = maximum(R[d + j], R[a + i * n + j])
    elif o == code.GATHER:
        for j in range(p):
            column = a + np.uint64(R[b + j])
            for i in range(m):
                R[d + i * p + j] = R[column + i * n]
    elif o == code.SCATTER:
        for j in range(m * n):
            R[d + j] = 0.0
        for j in range(p):
            column = d + np.uint64(R[b + j])
            for i in range(m):
                R[column + i * n] += R[a + i * p + j]
    elif o == code.EMBED:
        for j in range(m):
            R[d + j] = 0.0
        for j in range(p):
            R[d + n + j] = R[a + j]
    elif o == code.MOVE:
        for j in range(m):
            R[d + j] = R[a + j]


@njit(**INLINE)
def _product(d: Any, a: Any, b: Any, m: Any, n: Any, p: Any, row: Any, column: Any, R: Any) -> None:
    """(m, p) times (p, n), in tiles of eight columns."""
    for j in range(ZERO, n, EIGHT):
        width = min(n - j, EIGHT)
        i = ZERO
        while i + EIGHT <= m:
            tile_of_eight_rows(R, a + i * row, row, column, b + j, n, p, d + i * n + j, width)
            i += EIGHT
        if i + FOUR <= m:
            tile_of_four_rows(R, a + i * row, row, column, b + j, n, p, d + i * n + j, width)
            i += FOUR
        while i < m:
            tile_of_one_row(R, a + i * row, row, column, b + j, n, p, d + i * n + j, width)
            i += ONE
