"""Numbers in single precision, for pictures: half the bytes, and seven digits are more than a screen shows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.machine.cache import forget_stale_kernels
from engine.machine.kernel import KERNEL

forget_stale_kernels()
LARGEST = float(np.finfo(np.float32).max)


def in_single_precision(arrays: list[NDArray[Any]]) -> NDArray[np.float32]:
    """Flat arrays in one row of float32. What it cannot hold is the largest that it can; what is not finite is NaN."""
    floats = np.empty(sum([array.size for array in arrays]), np.float32)
    at = 0
    for array in arrays:
        if array.dtype != np.float64 or not array.flags.writeable:  # the kernel is compiled for one kind of array
            array = np.array(array, np.float64)
        convert(array, floats[at : at + array.size])
        at += array.size
    return floats


@njit(**KERNEL)
def convert(numbers: Any, floats: Any) -> None:
    """Write numbers (n,) to floats (n,)."""
    for k in range(numbers.shape[0]):
        number = numbers[k]
        if not abs(number) <= LARGEST:
            number = math.copysign(LARGEST, number) if abs(number) < math.inf else math.nan
        floats[k] = np.float32(number)
