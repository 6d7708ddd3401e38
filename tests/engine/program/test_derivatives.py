"""Derivatives against closed forms and the reference."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TracingError
from engine.program.derivatives import derive
from engine.program.program import Builder, Program
from engine.program.tracing import trace

CASES = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "reference" / "cases.json").read_text())["cases"]}


def of_two(function) -> Program:
    return trace(lambda phi: function(phi[0], phi[1]), {"phi": (2,)})


def test_the_notebooks_products_and_sums():
    a, b, d = 3.0, 5.0, 9.0
    gradient = derive(of_two(lambda x, y: x * y), 1)(phi=np.array([a, b]))["gradient"]
    assert gradient.tolist() == [b, a]
    gradient = derive(of_two(lambda x, y: x * y + x * d), 1)(phi=np.array([a, b]))["gradient"]
    assert gradient.tolist() == [b + d, a]


@pytest.mark.parametrize(
    ("case", "function"),
    [
        ("nano-sub-div-pow", lambda q, r: (q - r) / (q * q)),
        ("nano-exp-log-pow", lambda q, r: (np.exp(q) + np.log(q)) ** 3 + 0 * r),
    ],
)
def test_the_notebooks_expressions(case, function):
    inputs, outputs = CASES[case]["inputs"], CASES[case]["outputs"]
    found = derive(of_two(function), 1)(phi=np.array([inputs["q"], inputs.get("r", 1.0)]))
    assert found["loss"] == pytest.approx(outputs["v"], rel=1e-9)
    assert found["gradient"][0] == pytest.approx(outputs["dq"], rel=1e-9)
    if "dr" in outputs:
        assert found["gradient"][1] == pytest.approx(outputs["dr"], rel=1e-9)


def test_a_long_chain_is_swept_node_by_node_without_recursion():
    builder = Builder()
    phi = builder.input("phi", (2,))
    x = phi[0]
    for _ in range(5000):
        x = np.sin(x) + phi[1]
    derived = derive(builder.finish({"loss": x}), 1)
    assert len(derived.nodes) < 5000 * 6


def test_a_scalar_that_is_spread_over_a_row_collects_from_all_of_it():
    row = np.array([1.0, 2.0, 4.0])
    program = trace(lambda phi, row: np.sum(phi[0] * row + phi[1]), {"phi": (2,), "row": (3,)})
    assert derive(program, 1)(phi=np.array([2.0, 3.0]), row=row)["gradient"].tolist() == [7.0, 3.0]


def test_kinks_have_a_finite_documented_derivative():
    at_zero = np.zeros(2)
    assert derive(of_two(lambda x, y: abs(x) + abs(y)), 1)(phi=at_zero)["gradient"].tolist() == [0.0, 0.0]
    tie = derive(of_two(lambda x, y: np.maximum(x, y)), 1)(phi=np.ones(2))["gradient"]
    assert tie.tolist() == [0.0, 1.0]


@given(st.floats(-2, 2), st.floats(-2, 2))
def test_the_hessian_of_a_cubic_is_exact(x, y):
    hessian = derive(of_two(lambda x, y: x**3 - 3 * x * y**2), 2)(phi=np.array([x, y]))["hessian"]
    np.testing.assert_allclose(hessian, [6 * x, -6 * y, -6 * y, -6 * x], rtol=1e-14, atol=1e-14)


@given(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_the_derivative_of_a_sum_is_the_sum_of_derivatives(x, y):
    def f(x, y):
        return np.sin(x * y) + np.exp(x)

    def g(x, y):
        return np.tanh(x - y) * y

    phi = np.array([x, y])
    parts = sum(derive(of_two(h), 1)(phi=phi)["gradient"] for h in (f, g))
    whole = derive(of_two(lambda x, y: f(x, y) + g(x, y)), 1)(phi=phi)["gradient"]
    np.testing.assert_allclose(whole, parts, rtol=1e-12, atol=1e-12)


def test_the_sign_of_an_exact_zero_survives_simplification():
    derived = derive(of_two(lambda x, y: np.exp(1 / (-x - y))), 0)
    assert derived(phi=np.array([1.0, -1.0]))["loss"] == np.inf


def test_the_zeroth_power_is_flat_everywhere():
    assert derive(of_two(lambda x, y: x**0 + y), 1)(phi=np.zeros(2))["gradient"].tolist() == [0.0, 1.0]


def test_a_loss_of_phi_as_a_whole_is_refused_rather_than_differentiated_in_part():
    program = trace(lambda phi: np.sum(phi**2) + phi[0], {"phi": (2,)})
    with pytest.raises(TracingError, match="coordinates"):
        derive(program, 1)
