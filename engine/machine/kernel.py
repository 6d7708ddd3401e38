"""The kernel: runs a list of instructions. Compiled once, at set-up; nothing is compiled per expression.

Instructions are unsigned integers, WORDS each (see instructions.py), and name places of one flat memory of doubles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from engine.machine.elementary import INLINE
from engine.machine.matrices import FIRST_MATRIX, execute_matrix
from engine.machine.pairs import NEXT, ONE, execute_pairs
from engine.machine.rows import FIVE, execute_row

KERNEL: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "boundscheck": False}


@njit(**INLINE)
def execute(q: Any, R: Any) -> None:
    """Run all of q (words,) on the memory R (places,)."""
    end = np.uint64(q.shape[0])
    k = execute_pairs(q, np.uint64(0), R)
    while k < end:
        if q[k] >= FIRST_MATRIX:
            execute_matrix(q, k, R)
        else:
            execute_row(q, k, np.uint64(0), R)
            for row in range(ONE, q[k + FIVE]):
                execute_row(q, k, row, R)
        k = execute_pairs(q, k + NEXT, R)
