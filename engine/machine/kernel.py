"""The kernel: runs a list of instructions. Compiled once, at set-up; nothing is compiled per expression.

Instructions are unsigned integers, WORDS each (see instructions.py), and name places of one flat memory of doubles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from engine.machine.elementary import INLINE
from engine.machine.instructions import WORDS
from engine.machine.matrices import FIRST_MATRIX, execute_matrix
from engine.machine.pairs import ONE, arithmetic_of_pairs, library_of_pair
from engine.machine.rows import FIRST_ROW, FIVE, execute_row

NEXT = np.uint64(WORDS)
KERNEL: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "boundscheck": False}


@njit(**INLINE)
def execute(q: Any, R: Any) -> None:
    """Run all of q (words,) on the memory R (places,)."""
    k, end = np.uint64(0), np.uint64(q.shape[0])
    while True:
        k = arithmetic_of_pairs(q, k, end, R)
        if k >= end:
            return
        if q[k] >= FIRST_MATRIX:
            execute_matrix(q, k, R)
        elif q[k] >= FIRST_ROW:
            execute_row(q, k, np.uint64(0), R)
            for row in range(ONE, q[k + FIVE]):
                execute_row(q, k, row, R)
        else:
            library_of_pair(q, k, R)
        k += NEXT
