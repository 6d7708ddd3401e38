"""The vectorised elementary functions against forty-digit arithmetic."""

import math
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from engine import landscape
from engine.machine.elementary import fast_exp, fused, moderate_exp
from engine.machine.lowering import lower
from engine.program.program import Builder

CASES = {
    "exp": (np.concatenate([np.linspace(-740, 709.7, 3001), np.linspace(-1, 1, 2001)]), mpmath.exp),
    "log": (np.concatenate([np.geomspace(1e-310, 1e308, 3001), np.linspace(0.5, 2, 2001)]), mpmath.log),
    "sin": (np.concatenate([np.linspace(-9e4, 9e4, 3001), np.linspace(-4, 4, 2001)]), mpmath.sin),
    "cos": (np.concatenate([np.linspace(-9e4, 9e4, 3001), np.linspace(-4, 4, 2001)]), mpmath.cos),
    "tanh": (np.concatenate([np.linspace(-25, 25, 3001), np.geomspace(1e-12, 1, 2001)]), mpmath.tanh),
}


def over_lanes(name, x):
    """One operation of the table, executed by the machine over many lanes."""
    builder = Builder()
    code = lower(builder.finish({"y": builder.apply(name, builder.input("x"))}), {"x"}, lanes=256)
    return landscape.over_lanes(code, SimpleNamespace(inputs={}), {"x": x[None]})["y"][0]


@pytest.mark.parametrize("name", sorted(CASES))
def test_within_two_units_in_the_last_place(name):
    x, truth = CASES[name]
    found = over_lanes(name, x)
    with mpmath.workdps(40):
        exact = [truth(mpmath.mpf(v)) for v in x]
        worst = max(
            abs((mpmath.mpf(f) - e) / np.spacing(abs(float(e))))
            for f, e in zip(found, exact, strict=True)
            if abs(e) > 1e-300
        )
    assert worst <= 2.0, float(worst)


@pytest.mark.parametrize("name", sorted(CASES))
def test_special_values_are_those_of_numpy(name):
    x = np.array([0.0, np.inf, -np.inf, np.nan, 1e300, -1e300, -1.0, 5e-324])
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(x)
    np.testing.assert_allclose(over_lanes(name, x), expected, rtol=1e-15, atol=5e-324)


def test_large_arguments_of_sine_are_never_wrong():
    x = np.array([1e5, 1e15, 2.0**60, 9e299, 0.5])
    np.testing.assert_allclose(over_lanes("sin", x), [math.sin(v) for v in x], rtol=1e-15)


def test_sine_keeps_the_sign_of_zero():
    found = over_lanes("sin", np.array([-0.0, 0.0]))
    assert np.signbit(found).tolist() == [True, False]


def test_results_below_the_normal_range_do_not_vanish():
    x = np.array([-709.0, -720.0, -744.4])
    np.testing.assert_allclose(over_lanes("exp", x), [math.exp(v) for v in x], rtol=0, atol=5e-324)


@given(st.floats(-699.9, 699.9))
def test_far_from_overflow_exp_has_the_same_bits_without_looking_at_its_number(x):
    assert moderate_exp(x) == fast_exp(x)


@njit
def product_and_sum(a, b, c):
    return fused(a, b, c)


@given(*[st.floats(-1e9, 1e9, allow_subnormal=False).map(lambda x: round(x, 6)) for _ in range(3)])
def test_a_fused_product_and_sum_are_rounded_once(a, b, c):
    assert product_and_sum(a, b, c) == float(Fraction(a) * Fraction(b) + Fraction(c))
