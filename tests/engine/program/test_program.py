"""Programs: sharing, the oracle, tracing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TracingError
from engine.program.derivatives import derive
from engine.program.program import Builder
from engine.program.tracing import trace


def rosenbrock(phi, b):
    x, y = phi
    return (1 - x) ** 2 + b * (y - x**2) ** 2


def test_the_same_text_runs_on_numbers_and_under_tracing():
    program = trace(rosenbrock, {"phi": (2,), "b": ()})
    phi = np.array([-1.2, 1.0])
    assert program(phi=phi, b=100.0)["loss"] == rosenbrock(phi, 100.0)


def test_equal_operations_become_one_node():
    builder = Builder()
    x, y = builder.input("x"), builder.input("y")
    assert (x * y).index == (y * x).index
    assert (x - y).index != (y - x).index
    assert len(builder.finish({"loss": np.sin(x * y) + np.sin(y * x)}).nodes) == 5


def test_doubling_ten_times_takes_ten_nodes_not_a_thousand():
    builder = Builder()
    x = builder.input("x")
    doubled = x
    for _ in range(10):
        doubled = doubled + doubled
    program = builder.finish({"loss": doubled})
    assert len(program.nodes) == 11
    assert program(x=1.0)["loss"] == 1024.0


def test_zero_times_a_value_that_is_not_finite_is_not_simplified_away():
    builder = Builder(simplify=True)
    x = builder.input("x")
    program = builder.finish({"loss": 0.0 * np.log(x)})
    assert np.isnan(program(x=-1.0)["loss"])


def test_negative_zero_and_zero_are_different_constants():
    builder = Builder(simplify=True)
    x = builder.input("x")
    program = builder.finish({"a": x / builder.constant(0.0), "b": x / builder.constant(-0.0)})
    assert program(x=1.0)["a"] == np.inf
    assert program(x=1.0)["b"] == -np.inf


def test_values_of_two_programs_do_not_mix():
    with pytest.raises(TracingError, match="another program"):
        Builder().input("x") + Builder().input("x")


@pytest.mark.parametrize(("a", "b"), [(0.0, 0.0), (0.3, -0.7), (0.0, 1000.0), (1000.0, 0.0), (-1000.0, -1001.0)])
def test_logaddexp_is_traced_as_stable_as_numpy_s_and_smooth_where_both_are_equal(a, b):
    program = trace(lambda phi: np.logaddexp(phi[0], phi[1]), {"phi": (2,)})
    found = derive(program, 2)(phi=np.array([a, b]))
    share = np.exp([a, b] - np.logaddexp(a, b))
    assert found["loss"] == pytest.approx(np.logaddexp(a, b), rel=1e-15)
    np.testing.assert_allclose(found["gradient"], share, rtol=1e-12, atol=1e-300)
    curvature = share[0] * share[1] * np.array([1, -1, -1, 1])
    np.testing.assert_allclose(found["hessian"], curvature, rtol=1e-12, atol=1e-300)


def test_a_program_has_no_branches():
    with pytest.raises(TracingError, match=r"numpy\.where"):
        trace(lambda x: x if x > 0 else -x, {"x": ()})


def test_the_sum_of_a_row_adds_every_eighth_number_and_joins_the_eight_sums_in_pairs():
    row = np.array([1e16, 1.0, 3.0, 0.1, -1e16, 0.2, 0.3, 0.4, 1.0, 1e16])
    a, b, c, d, e, f, g, h = (row[0] + 1.0, row[1] + 1e16, *row[2:8])
    program = trace(lambda row: np.sum(row), {"row": (10,)})
    assert program(row=row)["loss"] == ((a + e) + (c + g)) + ((b + f) + (d + h))


def test_the_sums_down_the_columns_of_a_matrix_add_from_first_to_last():
    column = np.array([1e16, 1.0, -1e16, 1.0])
    program = trace(lambda a: np.sum(a, axis=0)[0], {"a": (4, 1)})
    assert program(a=column[:, None])["loss"] == ((1e16 + 1.0) - 1e16) + 1.0


@given(st.floats(), st.sampled_from([1.0, 2.0, 0.5, -4.0, 3.0, 0.1, 2.0**-900, -(2.0**990), 2.0**1010, 5e-324]))
def test_dividing_by_a_constant_has_the_same_bits_once_it_is_simplified(x, divisor):
    builder = Builder()
    program = builder.finish({"y": builder.input("x") / divisor})
    simpler = Builder.simplified(program)
    assert program(x=x)["y"].tobytes() == simpler(x=x)["y"].tobytes() or np.isnan(x)


def test_halves_are_products_and_thirds_are_not():
    for divisor, operation in ((2.0, "multiply"), (-8.0, "multiply"), (3.0, "divide"), (2.0**1020, "divide")):
        builder = Builder()
        simpler = Builder.simplified(builder.finish({"y": builder.input("x") / divisor}))
        assert simpler.nodes[-1].operation == operation


def test_side_by_side_a_program_means_the_same_and_nothing_stands_before_what_it_needs():
    def chains(a, b):
        return np.exp(np.sin(a) * a) + np.exp(np.sin(b) * b)

    program = trace(chains, {"a": (), "b": ()})
    moved = program.side_by_side()
    assert all(argument < k for k, node in enumerate(moved.nodes) for argument in node.arguments)
    assert moved(a=0.3, b=-2.0) == program(a=0.3, b=-2.0)
    names = [node.operation for node in moved.nodes]
    assert names.index("sin") + 1 == len(names) - names[::-1].index("sin") - 1, "the two sines, which share nothing"
    assert sorted(names) == sorted(node.operation for node in program.nodes)
