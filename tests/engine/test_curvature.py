"""Curvature in closed form beside LAPACK's."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.curvature import curvature, newton_length

NUMBERS = st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_eigenvalues_and_the_axis_are_those_of_lapack(a, b, d):
    matrix = np.array([[a, b], [b, d]])
    found = curvature(matrix.tolist())
    largest = np.abs(matrix).max()
    np.testing.assert_allclose([found.low, found.high], np.linalg.eigvalsh(matrix), rtol=1e-12, atol=1e-14 * largest)
    axis = np.array(found.axis)
    np.testing.assert_allclose(matrix @ axis, found.high * axis, rtol=1e-9, atol=1e-12 * max(largest, 1e-300))


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_newton_s_step_is_as_long_as_the_solution_of_the_equations(a, b, d, gx, gy):
    matrix = np.array([[a, b], [b, d]])
    if np.linalg.matrix_rank(matrix, tol=1e-6 * np.abs(matrix).max()) == 2:
        step = np.linalg.solve(matrix, [gx, gy])
        assert math.isclose(newton_length(curvature(matrix), (gx, gy)), np.hypot(*step), rel_tol=1e-6)


def test_a_slope_without_curvature_is_far_from_its_end_and_infinities_have_no_curvature():
    assert newton_length(curvature([[2.0, 0.0], [0.0, 0.0]]), (4.0, 0.0)) == 2.0
    assert newton_length(curvature([[2.0, 0.0], [0.0, 0.0]]), (0.0, 4.0)) > 1e9
    assert newton_length(curvature([[0.0, 0.0], [0.0, 0.0]]), (4.0, 5.0)) == math.inf
    assert newton_length(curvature([[0.0, 0.0], [0.0, 0.0]]), (0.0, 0.0)) == 0.0
    assert curvature([[math.inf, 0.0], [0.0, 1.0]]) is None
    assert curvature([[1.0, math.nan], [math.nan, 1.0]]) is None
