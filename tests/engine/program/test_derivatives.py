"""Derivatives against closed forms and the reference."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TracingError
from engine.program.derivatives import derive, gradient
from engine.program.program import Builder, Program
from engine.program.tracing import trace

CASES = {c["id"]: c for c in json.loads((Path(__file__).parents[2] / "reference" / "cases.json").read_text())["cases"]}


def of_two(function) -> Program:
    return trace(lambda phi: function(phi[0], phi[1]), {"phi": (2,)})


def test_the_notebooks_product():
    outputs = CASES["nano-a-times-b"]["outputs"]
    a, b = (outputs[name] for name in "ab")
    found = derive(of_two(lambda x, y: x * y), 1)(phi=np.array([a["v"], b["v"]]))
    assert found["loss"] == outputs["f"]["v"]
    assert found["gradient"].tolist() == [a["grad"], b["grad"]]


def graph(values):
    """The notebook's c = a b, e = a d, f = c + e: its builder and its values by their names."""
    builder = Builder()
    found = {name: builder.input(name) for name in "abd"}
    found["c"], found["e"] = found["a"] * found["b"], found["a"] * found["d"]
    found["f"] = found["c"] + found["e"]
    return builder, found, {name: np.array(values[name]) for name in "abd"}


def test_what_arrives_at_a_value_along_all_paths_adds_up_to_its_derivative():
    """The notebook's backprop visits a twice, once for each path; a sweep over the nodes visits it once."""
    arrived = {}
    for name, part in CASES["nano-call-sequence"]["outputs"]["backprop_calls"]:
        arrived[name] = arrived.get(name, 0.0) + part
    builder, values, numbers = graph({"a": 3.0, "b": 5.0, "d": 9.0})
    slopes = {name: gradient(values["f"], [value])[0] for name, value in values.items()}
    found = builder.finish(slopes)(**numbers)
    assert {name: float(found[name]) for name in arrived} == arrived


def test_two_passes_back_and_two_with_minus_one_leave_no_gradient():
    outputs = CASES["nano-zero-by-minus-one"]["outputs"]
    builder, values, numbers = graph({name: outputs[name]["v"] for name in "abd"})
    once = {name: gradient(values["f"], [value])[0] for name, value in values.items()}
    back = {name: gradient(-values["f"], [value])[0] for name, value in values.items()}
    told = {name: once[name] + once[name] + back[name] + back[name] for name in values}
    found = builder.finish(told | {f"value of {name}": value for name, value in values.items()})(**numbers)
    for name, expected in outputs.items():
        assert (float(found[f"value of {name}"]), float(found[name])) == (expected["v"], expected["grad"])


def test_finite_differences_err_by_rounding_below_a_width_and_the_derivative_does_not():
    case = CASES["nano-finite-difference"]
    a, outputs, tolerance = case["inputs"]["a"], case["outputs"], case["tolerance"]
    for of, at, told in ((lambda x: x * 5.0, a, "fd"), (lambda x: x * x, 4.0, "a_squared_at_4")):
        program = derive(of_two(lambda x, y, of=of: of(x) + 0 * y), 1)
        for width, expected in zip(case["inputs"]["da"], outputs[told], strict=True):
            ends = [program(phi=np.array([x, 0.0]))["loss"] for x in (at, at + width)]
            difference = (ends[1] - ends[0]) / width
            assert difference == pytest.approx(expected, rel=tolerance["rel"], abs=tolerance["abs"])
    assert derive(of_two(lambda x, y: x * 5.0 + 0 * y), 1)(phi=np.array([a, 0.0]))["gradient"][0] == outputs["exact"]


def test_a_value_on_many_paths_is_swept_once():
    """x + x, n times over: 2^(n+1) − 1 calls of the notebook's recursion, n + 1 nodes of a sweep in their order."""
    outputs = CASES["nano-path-explosion"]["outputs"]
    for n, slope, nodes in zip(
        CASES["nano-path-explosion"]["inputs"]["n"], outputs["grad"], outputs["topological_calls"], strict=True
    ):
        builder = Builder()
        x = value = builder.input("x")
        for _ in range(n):
            value = value + value
        before = len(builder.nodes)
        assert before <= 2 * nodes
        (found,) = gradient(value, [x])
        assert len(builder.nodes) - before <= 2 * nodes
        assert float(builder.finish({"slope": found})(x=np.array(1.0))["slope"]) == slope


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
