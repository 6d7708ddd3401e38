"""Verdicts: when a path has arrived, in whatever units, and the same verdict from a path in pieces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog import load_catalog
from engine.objective import objective_of_formula
from engine.trajectory import Rule, run
from engine.verdict import Course

GD = load_catalog().optimizers["gd"]


def descend(formula, start, learning_rate, steps, half_width=2.0):
    objective = objective_of_formula(formula, (-half_width, half_width), (-half_width, half_width))
    (record,) = run(objective, start, [Rule(GD, {"learning_rate": learning_rate})], steps)
    return record


@pytest.mark.parametrize("steps", [20, 50, 70, 400])
@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e4])
def test_the_unit_of_the_loss_makes_no_difference(scale, steps):
    plain = descend("x**2 + 5*y**2", (1.0, 1.0), 0.1, steps)
    scaled = descend(f"{scale}*(x**2 + 5*y**2)", (1.0, 1.0), 0.1 / scale, steps)
    assert scaled.status == plain.status == ("converged" if steps > 60 else "running")


@pytest.mark.parametrize("steps", [20, 50, 70, 400])
@pytest.mark.parametrize("unit", [1e-6, 1e3])
def test_the_unit_of_a_coordinate_makes_no_difference(unit, steps):
    plain = descend("x**2 + 5*y**2", (1.0, 1.0), 0.1, steps)
    formula = f"(x/{unit})**2 + 5*(y/{unit})**2"
    assert descend(formula, (unit, unit), 0.1 * unit**2, steps, 2 * unit).status == plain.status


def test_a_faint_slope_is_no_arrival():
    record = descend("1e-9*(x**2 + y**2)", (1.0, 1.0), 0.05, 100)
    assert (record.status, record.reason) == ("running", None)


def test_a_steep_surface_has_arrived_where_rounding_leaves_no_shorter_step():
    record = descend("1e12*(exp(x) - 3*x + cosh(y - 0.7))", (0.5, 1.0), 3e-13, 300)
    assert np.hypot(*record.gradient[-1]) > 1e-6
    assert record.status == "converged" and record.reason.startswith("A local minimum")


def test_a_crawl_and_a_plateau_are_no_arrival():
    assert descend("x**4 + y**4", (0.005, 0.005), 0.01, 1000).status == "running"
    assert descend("-exp(-x**2 - y**2)", (6.0, 6.0), 0.1, 1000, 8.0).status == "running"
    assert descend("x + 0*y", (1.0, 1.0), 1e-9, 1000).status == "running"


def test_a_valley_without_any_slope_along_it_is_an_arrival():
    record = descend("(x + y - 1)**2", (1.0, 1.5), 0.1, 1000)
    assert record.status == "converged"
    assert "inconclusive" in record.reason


def test_a_path_that_comes_from_far_away_has_not_left():
    near, away = (descend("x**2 + y**2", (1e5, 1.0), rate, 8) for rate in (0.01, 1.1))
    assert (near.status, near.reason) == ("running", None)
    assert away.status == "diverged" and away.reason.startswith("Too large a step")


def test_a_path_that_has_just_jumped_onto_a_minimum_has_not_come_to_rest():
    assert descend("x**2 + y**2", (1.0, 1.0), 0.5, 1).status == "running"
    assert descend("x**2 + y**2", (1.0, 1.0), 0.5, 2).status == "converged"


numbers = st.floats(-5000, 5000)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=60), st.integers(1, 20))
def test_a_course_in_pieces_is_the_course_of_the_whole(points, size):
    phi = np.array(points)
    loss = phi.sum(axis=1)
    whole, pieces = Course(((-2, 2), (-1, 3))), Course(((-2, 2), (-1, 3)))
    whole.add(phi, loss, whole=True)
    for first in range(0, len(phi), size):
        pieces.add(phi[first : first + size], loss[first : first + size])
    assert whole.left == pieces.left
    if whole.left:
        (x0, y0), *_ = points
        outside = [abs(x) > max(2000, abs(x0)) or abs(y - 1) > max(2000, abs(y0 - 1)) for x, y in points]
        assert whole.left_at == pieces.left_at == outside.index(True)
        assert whole.before == pieces.before == phi[max(0, whole.left_at - 5) : whole.left_at].tolist()
    assert whole.end == pieces.end == phi[-5:].tolist()
    ends = ("start", "first_loss", "last_loss", "entries")
    assert [getattr(whole, name) for name in ends] == [getattr(pieces, name) for name in ends]
