"""Trajectories: the machine's record beside the definitions' own text run on NumPy."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.errors import DeadlineExceeded
from engine.objective import objective_of_formula, objective_of_surface
from engine.trajectory import Rule, Run, run
from tests.engine.machine.oracle import loss_on_numpy

CATALOG = load_catalog()
SETTINGS = [
    (entry, {p.name: option})
    for entry in CATALOG.optimizers.values()
    for p in entry.definition.parameters
    for option in (getattr(p, "options", None) or ((False, True) if isinstance(p.default, bool) else (p.default,)))
]


def objective_for(entry, **given):
    return objective_of_surface(entry, {p.name: p.default for p in entry.definition.parameters} | given)


def by_numpy(objective, rule, start, steps):
    """The optimiser's text on NumPy arrays, with the gradient program run operation by operation."""
    loss = loss_on_numpy(objective)
    phi, state = np.array(start), SimpleNamespace(**{name: np.zeros(2) for name in rule.entry.definition.state})
    path, states = [phi], [state]
    with np.errstate(all="ignore"):
        for t in range(steps):
            phi, new = rule.entry.definition.step(phi, loss, state, rule.settings, t)
            state = SimpleNamespace(**new)
            path.append(phi)
            states.append(state)
    return np.array(path), states


@pytest.mark.parametrize("surface", CATALOG.surfaces.values(), ids=lambda e: e.name)
def test_every_optimizer_on_every_surface_equals_numpy_bit_for_bit(surface):
    objective = objective_for(surface)
    for entry in CATALOG.optimizers.values():
        rule = Rule.of(entry, {})
        (record,) = run(objective, objective.start, [rule], 60)
        path, states = by_numpy(objective, rule, objective.start, 60)
        count = len(record.phi)
        assert np.array_equal(record.phi, path[:count]), entry.name
        for name, values in record.state.items():
            assert np.array_equal(values, [getattr(s, name) for s in states[:count]]), (entry.name, name)


@pytest.mark.parametrize(("entry", "values"), SETTINGS, ids=lambda v: getattr(v, "name", str(v)))
def test_every_switch_and_choice_equals_numpy_bit_for_bit(entry, values):
    objective = objective_for(CATALOG.surfaces["himmelblau"])
    rule = Rule.of(entry, values)
    (record,) = run(objective, objective.start, [rule], 40)
    assert np.array_equal(record.phi, by_numpy(objective, rule, objective.start, 40)[0])


def test_pieces_of_a_run_make_the_same_record_as_the_whole():
    objective = objective_for(CATALOG.surfaces["rosenbrock"])
    rule = Rule.of(CATALOG.optimizers["adam"], {})
    (whole,) = run(objective, (-1.5, 2.0), [rule], 100)
    running = Run(objective, rule, (-1.5, 2.0))
    pieces = [running.advance(n) for n in (1, 30, 69, 1)]
    together = running.finish(pieces)
    assert np.array_equal(together.phi, whole.phi)
    assert np.array_equal(together.state["v"], whole.state["v"])
    assert [p.first for p in pieces] == [0, 1, 31, 100]


def test_index_zero_is_the_start_and_the_last_gradient_is_that_at_the_last_point():
    objective = objective_for(CATALOG.surfaces["rosenbrock"])
    for nesterov in (False, True):
        rule = Rule.of(CATALOG.optimizers["momentum"], {"nesterov": nesterov})
        (record,) = run(objective, (-1.5, 2.0), [rule], 30)
        assert record.phi.shape == (31, 2)
        assert record.phi[0].tolist() == [-1.5, 2.0]
        assert record.state["m"][0].tolist() == [0.0, 0.0]
        x, y = record.phi[-1]
        expected = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
        np.testing.assert_allclose(record.gradient[-1], expected, rtol=1e-12)
        assert record.gradient_evaluations.tolist() == list(range(31))


def test_descent_on_a_bowl_is_the_closed_form():
    objective = objective_for(CATALOG.surfaces["bowl"], condition=10.0)
    (record,) = run(objective, (-1.8, 1.0), [Rule.of(CATALOG.optimizers["gd"], {"learning_rate": 0.15})], 50)
    t = np.arange(51)[:, None]
    expected = np.array([-1.8, 1.0]) * (1 - 0.15 * np.array([1.0, 10.0])) ** t
    np.testing.assert_allclose(record.phi, expected, rtol=1e-12, atol=1e-15)


def test_a_step_too_large_for_the_curvature_diverges_and_says_why():
    objective = objective_for(CATALOG.surfaces["bowl"], condition=10.0)
    rule = Rule.of(CATALOG.optimizers["gd"], {"learning_rate": 0.24})
    (record,) = run(objective, (-1.8, 1.0), [rule], 500)
    assert record.status == "diverged"
    assert "= 2.4 > 2" in record.reason
    outside = np.abs(record.phi[:, 1]) > 2000
    assert record.diverged_at == int(np.argmax(outside))
    assert len(record.phi) == 501  # far away, but every number is finite


def test_a_run_that_stops_being_finite_keeps_its_finite_part():
    objective = objective_for(CATALOG.surfaces["rosenbrock"])
    (record,) = run(objective, (-1.5, 2.0), [Rule.of(CATALOG.optimizers["gd"], {"learning_rate": 0.5})], 500)
    assert record.status == "diverged"
    assert len(record.phi) == len(record.loss) == len(record.gradient) < 20
    assert np.isfinite(record.phi).all() and np.isfinite(record.loss).all() and np.isfinite(record.gradient).all()


def test_a_start_without_a_loss_is_told_not_raised():
    objective = objective_of_formula("log(x) + y", (-2, 2), (-2, 2))
    (record,) = run(objective, (-1.0, 0.0), [Rule.of(CATALOG.optimizers["gd"], {})], 10)
    assert (record.status, record.diverged_at, len(record.phi)) == ("diverged", 0, 0)


def test_arrival_at_a_saddle_is_told_apart_from_a_minimum():
    saddle = objective_for(CATALOG.surfaces["simple_saddle"])
    (record,) = run(saddle, (1.0, 0.0), [Rule.of(CATALOG.optimizers["gd"], {"learning_rate": 0.1})], 200)
    assert record.status == "converged"
    assert record.reason.startswith("A saddle")
    bowl = objective_for(CATALOG.surfaces["bowl"])
    (record,) = run(bowl, (1.0, 0.5), [Rule.of(CATALOG.optimizers["gd"], {"learning_rate": 0.1})], 500)
    assert record.reason.startswith("A local minimum")


def test_adams_first_step_has_length_eta_in_each_coordinate():
    objective = objective_of_formula("0.0001*x - 3*y", (-1, 1), (-1, 1))
    outside = {"learning_rate": 0.1, "epsilon": 0.0, "epsilon_inside_root": False}
    (record,) = run(objective, (0.0, 0.0), [Rule.of(CATALOG.optimizers["adam"], outside)], 1)
    np.testing.assert_allclose(np.abs(record.phi[1]), [0.1, 0.1], rtol=1e-12)


def test_exponential_averages_equal_a_heavy_ball_of_a_smaller_step():
    objective = objective_for(CATALOG.surfaces["gabor"])
    momentum = CATALOG.optimizers["momentum"]
    ema = Rule.of(momentum, {"form": "ema", "learning_rate": 0.6, "beta": 0.6})
    ball = Rule.of(momentum, {"form": "heavy_ball", "learning_rate": 0.6 * (1 - 0.6), "beta": 0.6})
    first, second = run(objective, (-1.5, 6.5), [ema, ball], 80)
    np.testing.assert_allclose(first.phi, second.phi, rtol=1e-6, atol=1e-8)


def test_a_deadline_that_has_passed_ends_a_run():
    objective = objective_for(CATALOG.surfaces["bowl"])
    with pytest.raises(DeadlineExceeded):
        run(objective, (1.0, 1.0), [Rule.of(CATALOG.optimizers["gd"], {})], 10, deadline=-math.inf)


def test_the_mean_over_data_is_the_sum_divided_by_their_number():
    entry = CATALOG.surfaces["line"]
    n = len(entry.definition.data_x)
    total = objective_of_surface(entry, {}, reduction="sum").at((0.3, 0.4))
    mean = objective_of_surface(entry, {}, reduction="mean").at((0.3, 0.4))
    for a, b in zip(total, mean, strict=True):
        np.testing.assert_allclose(np.array(a) / n, b, rtol=1e-14)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_line_through_few_own_points(count):
    x, y = [0.5, 1.0, -2.0][:count], [1.0, 0.0, 3.0][:count]
    objective = objective_of_surface(CATALOG.surfaces["line"], {}, data=(x, y))
    residuals = [0.3 + 0.4 * a - b for a, b in zip(x, y, strict=True)]
    loss, gradient, _ = objective.at((0.3, 0.4))
    assert loss == pytest.approx(sum(r * r for r in residuals), rel=1e-14)
    expected = [sum(2 * r for r in residuals), sum(2 * r * a for r, a in zip(residuals, x, strict=True))]
    np.testing.assert_allclose(gradient, expected, rtol=1e-13)


def test_a_type_is_named_only_where_a_critical_point_has_been_reached():
    gd = CATALOG.optimizers["gd"]
    plateau = objective_for(CATALOG.surfaces["easom"])
    inflection = objective_of_formula("x**3 + y**2", (-1, 1), (-1, 1))
    faint = objective_of_formula("1e-9*(x**2 + y**2)", (-2, 2), (-2, 2))
    for objective, start in ((plateau, (-3.0, -3.0)), (inflection, (0.5, 0.0)), (faint, (1.0, 1.0))):
        (record,) = run(objective, start, [Rule.of(gd, {"learning_rate": 0.05})], 20_000)
        assert record.reason is None or "minimum" not in record.reason
        assert record.reason is None or "saddle" not in record.reason


def test_leaving_the_domain_of_a_function_is_not_called_falling_without_bound():
    objective = objective_of_formula("sqrt(x) + y**2", (-1, 1), (-1, 1))
    (record,) = run(objective, (0.5, 0.5), [Rule.of(CATALOG.optimizers["gd"], {"learning_rate": 0.1})], 200)
    assert record.status == "diverged"
    assert "leaves the region" in record.reason


def test_another_learning_rate_needs_no_other_timetable():
    adam = CATALOG.optimizers["adam"]
    slow, quick = (Rule.of(adam, {"learning_rate": rate}) for rate in (0.01, 0.02))
    assert slow.timetable(0, 50) is quick.timetable(0, 50)
    other = Rule.of(adam, {"beta": 0.8})
    assert not np.array_equal(other.timetable(0, 50), slow.timetable(0, 50))
