"""Numbers in single precision: NumPy's rounding, with the largest for what is too large and NaN for what is not finite."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.machine.single import convert, in_single_precision

LARGEST = float.fromhex("0x1.fffffep127")


@given(st.lists(st.floats(width=64), max_size=40), st.lists(st.floats(-1e39, 1e39), max_size=5))
def test_each_number_is_the_nearest_that_there_is(first, second):
    found = in_single_precision([np.array(first), np.array(second)])
    assert found.dtype == np.float32
    for number, single in zip(first + second, found.tolist(), strict=True):
        if not math.isfinite(number):
            assert math.isnan(single)
        elif abs(number) > LARGEST:
            assert single == math.copysign(LARGEST, number)
        else:
            assert single == float(np.float32(number)) and math.copysign(1, single) == math.copysign(1, number)


@pytest.mark.parametrize("kind", [np.int64, np.float32, np.float64])
def test_any_array_is_converted_by_the_kernel_that_there_is(kind):
    numbers = np.arange(7).astype(kind)
    numbers.setflags(write=False)
    assert in_single_precision([numbers[::2].ravel()]).tolist() == [0, 2, 4, 6]
    assert in_single_precision([numbers]).tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert len(convert.signatures) == 1, "nothing is compiled for it"
