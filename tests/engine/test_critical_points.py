"""Critical points: those that the definitions declare are found, and typed formulas have theirs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog import complete, load_catalog
from engine.critical_points import MOST, ROUNDS, SIDE, _effort, critical_points
from engine.objective import objective_of_formula, objective_of_surface

SURFACES = load_catalog().surfaces
SQUARE = (-3.0, 3.0), (-3.0, 3.0)


def of_formula(text):
    return critical_points(objective_of_formula(text, *SQUARE))


@pytest.mark.parametrize("name", SURFACES)
def test_every_declared_point_with_a_slope_around_it_is_found_without_being_told(name):
    surface = SURFACES[name].definition
    objective = objective_of_surface(SURFACES[name], complete(surface, {}, "parameters"))
    found = critical_points(objective)
    near = 1e-6 * max(high - low for low, high in surface.domain)
    for point in surface.critical_points:
        flat = not np.abs(objective.at((point.x, point.y))[2]).max() > 1e-9
        if point.kind == "minimum_nonsmooth" or (flat and point.kind != "degenerate"):
            continue
        same = [one for one in found.points if math.hypot(one.x - point.x, one.y - point.y) <= near]
        assert [one.kind for one in same] == [point.kind], point
        assert same[0].loss == pytest.approx(point.loss, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", SURFACES)
def test_what_is_found_has_no_slope_and_the_curvatures_of_its_type(name):
    surface = SURFACES[name].definition
    objective = objective_of_surface(SURFACES[name], complete(surface, {}, "parameters"))
    found = critical_points(objective).points
    assert 0 < len(found) <= MOST
    assert [one.loss for one in found] == sorted(one.loss for one in found)
    for one in found:
        _, gradient, hessian = objective.at((one.x, one.y))
        low, high = np.linalg.eigvalsh(hessian)
        assert np.abs(gradient).max() <= 1e-6 * max(1.0, abs(low), abs(high)) * surface.domain[0][1]
        np.testing.assert_allclose(one.curvatures, (low, high), rtol=1e-9, atol=1e-9 * max(abs(low), abs(high)))
        np.testing.assert_allclose(hessian @ one.axis, high * np.array(one.axis), atol=1e-8 * max(abs(low), abs(high)))
        assert one.kind == "degenerate" or one.kind == {2: "minimum", 0: "saddle", -2: "maximum"}[int(np.sign(low) + np.sign(high))]  # fmt: skip


@given(st.tuples(*[st.floats(-2, 2)] * 2), st.tuples(*[st.floats(0.1, 9)] * 2), st.sampled_from([-1, 1]))
@settings(max_examples=40)
def test_a_quadratic_has_one_point_where_its_centre_is(centre, curvatures, sign):
    (x, y), (first, second) = centre, curvatures
    found = of_formula(f"{first}*(x - ({x}))**2 + {sign * second}*(y - ({y}))**2").points
    assert [(one.kind, round(one.x, 6) + 0.0, round(one.y, 6) + 0.0) for one in found] == [
        ("saddle" if sign < 0 else "minimum", round(x, 6) + 0.0, round(y, 6) + 0.0)
    ]


@pytest.mark.parametrize("text", ["x**2", "max(x, 0)**2 + y**2", "(x + y)**4", "0*x + 3", "(x**2 + y**2 - 1)**2"])
def test_points_that_fill_a_curve_or_an_area_are_left_out_and_told(text):
    found = of_formula(text)
    assert not found.isolated
    assert all(one.kind == "maximum" for one in found.points)


@pytest.mark.parametrize("text", ["x + y", "1/x + y", "exp(x)", "log(x) - y"])
def test_a_slope_without_an_end_has_none(text):
    assert of_formula(text).points == ()


def test_a_strict_minimum_without_curvature_is_inconclusive():
    (found,) = of_formula("x**4 + y**4").points
    assert (found.kind, found.loss) == ("degenerate", pytest.approx(0.0, abs=1e-12))


def test_stretching_a_surface_moves_its_points_and_keeps_their_types():
    plain = critical_points(objective_of_formula("x**4 - x**2 + y**2", (-2, 2), (-2, 2))).points
    wide = critical_points(objective_of_formula("1e-6*((x/1e4)**4 - (x/1e4)**2 + y**2)", (-2e4, 2e4), (-2, 2))).points
    assert [(one.kind, round(one.x, 6)) for one in plain] == [(one.kind, round(one.x / 1e4, 6)) for one in wide]
    assert [one.kind for one in plain] == ["minimum", "minimum", "saddle"]


def test_a_surface_that_costs_much_is_looked_at_more_coarsely_and_still_has_its_minimum():
    x = np.linspace(-1, 1, 4000)
    line = objective_of_surface(SURFACES["line"], {}, (x, 1 + 0.5 * x))
    (side, rounds), usual = _effort(line), _effort(objective_of_formula("x*y", *SQUARE))
    assert usual == (SIDE, ROUNDS) and side < SIDE and rounds < ROUNDS
    (found,) = critical_points(line).points
    assert (found.kind, found.x, found.y) == ("minimum", pytest.approx(1.0), pytest.approx(0.5))
