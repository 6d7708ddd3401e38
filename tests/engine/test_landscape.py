"""Many points at once: evaluations, grids, predictions, end points."""

import math
import time

import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.errors import DeadlineExceeded
from engine.landscape import end_points, evaluate, grid, predict
from engine.objective import objective_of_formula, objective_of_surface
from engine.trajectory import Rule, run

CATALOG = load_catalog()


def objective_for(name):
    entry = CATALOG.surfaces[name]
    return objective_of_surface(entry, {p.name: p.default for p in entry.definition.parameters})


def test_a_grid_includes_both_ends_and_has_a_row_for_each_y():
    x, y, loss = grid(objective_of_formula("x + 10*y", (0, 1), (0, 2)), (0, 1), (0, 2), (3, 5))
    assert x.tolist() == [0, 0.5, 1]
    assert y.tolist() == [0, 0.5, 1, 1.5, 2]
    assert loss.shape == (5, 3)
    assert loss[4].tolist() == [20, 20.5, 21]


@pytest.mark.parametrize("name", CATALOG.surfaces)
def test_many_points_agree_with_one(name):
    objective = objective_for(name)
    (x_low, x_high), (y_low, y_high) = objective.domain
    points = np.random.default_rng(1).uniform((x_low, y_low), (x_high, y_high), size=(40, 2))
    found = evaluate(objective, points, 2)
    for k, point in enumerate(points):
        loss, gradient, hessian = objective.at(point)
        scale = np.abs(hessian).max() + 1
        np.testing.assert_allclose(found["loss"][k], loss, rtol=1e-11, atol=1e-12 * scale)
        np.testing.assert_allclose(found["gradient"][k], gradient, rtol=1e-10, atol=1e-11 * scale)
        np.testing.assert_allclose(found["hessian"][k], hessian, rtol=1e-9, atol=1e-10 * scale)


def test_the_loss_of_a_surface_is_its_text_on_numbers():
    for entry in CATALOG.surfaces.values():
        definition = entry.definition
        x, y = definition.start
        if definition.kind == "analytic":
            expected = definition.loss(x, y, **{p.name: p.default for p in definition.parameters})
        else:
            predicted = definition.predict(np.array(definition.data_x), x, y)
            expected = np.sum(definition.sample_loss(predicted, np.array(definition.data_y)))
        assert objective_for(entry.name).at((x, y))[0] == pytest.approx(float(expected), rel=1e-12)


def test_a_constant_formula_is_flat():
    found = evaluate(objective_of_formula("3", (0, 1), (0, 1)), [(0.0, 0.5), (1.0, 1.0)], 2)
    assert found["loss"].tolist() == [3.0, 3.0]
    assert not found["gradient"].any()
    assert not found["hessian"].any()


def test_what_has_no_value_stays_not_finite():
    found = evaluate(objective_of_formula("log(x)*y", (-1, 1), (-1, 1)), [(-1.0, 1.0), (1.0, 2.0)], 1)
    assert np.isnan(found["loss"][0])
    assert found["loss"][1] == 0.0


def test_ackleys_origin_has_no_gradient():
    found = evaluate(objective_for("ackley"), [(0.0, 0.0)], 1)
    assert abs(found["loss"][0]) < 1e-14
    assert not np.isfinite(found["gradient"]).any()


def test_predictions_are_the_models_text():
    phi, u = np.array([[0.5, 12.0], [-1.0, 8.0]]), np.linspace(-15, 15, 31)
    wave = phi[:, :1] + 0.06 * phi[:, 1:] * u
    np.testing.assert_allclose(
        predict(objective_for("gabor"), phi, u), np.sin(wave) * np.exp(-(wave**2) / 32), atol=1e-14
    )


@pytest.mark.parametrize("name", ["himmelblau", "ackley", "line"])
@pytest.mark.parametrize("optimizer", CATALOG.optimizers)
def test_ends_of_many_lanes_agree_with_single_runs(name, optimizer):
    objective = objective_for(name)
    rule = Rule.of(CATALOG.optimizers[optimizer], {"learning_rate": 0.002})
    starts = np.random.default_rng(2).uniform(-1, 1, size=(7, 2)) + objective.start
    ends = end_points(objective, rule, starts, 25)
    for start, end in zip(starts, ends, strict=True):
        (record,) = run(objective, start, [rule], 25)
        np.testing.assert_allclose(end, record.phi[-1], rtol=1e-9, atol=1e-10)


def test_a_sweep_gives_each_lane_its_own_learning_rate():
    objective = objective_for("bowl")
    rates = np.array([0.01, 0.1, 0.15])
    rule = Rule.of(CATALOG.optimizers["gd"], {})
    ends = end_points(objective, rule, [(1.0, 1.0)] * 3, 10, {"learning_rate": rates})
    np.testing.assert_allclose(ends, [[(1 - r) ** 10, (1 - 10 * r) ** 10] for r in rates], rtol=1e-12, atol=1e-15)


def test_a_deadline_that_has_passed_ends_an_evaluation_a_grid_and_a_prediction():
    objective = objective_for("gabor")
    for ask in (
        lambda: evaluate(objective, [(0.0, 1.0)], 0, deadline=-math.inf),
        lambda: grid(objective, (0, 1), (0, 1), (5, 5), deadline=-math.inf),
        lambda: predict(objective, [(0.0, 1.0)], [0.0, 1.0], deadline=-math.inf),
    ):
        with pytest.raises(DeadlineExceeded, match="0 of"):
            ask()


def test_a_grid_that_takes_too_long_ends_soon_after_its_deadline():
    objective = objective_of_formula("+".join(f"sin(9e{k}*x)" for k in range(200, 230)), (-1, 1), (-1, 1))
    began = time.thread_time()  # of work: others may use the machine, and then less of it is done by the deadline
    with pytest.raises(DeadlineExceeded):
        grid(objective, (-1, 1), (-1, 1), (2000, 2000), deadline=time.monotonic() + 0.1)
    assert time.thread_time() - began < 1.0


@pytest.mark.parametrize("name", ["rosenbrock", "gabor"])
def test_with_a_deadline_the_numbers_are_the_same_to_the_bit(name):
    objective = objective_for(name)
    ranges = (*objective.domain, (90, 70))
    for whole, tiled in zip(grid(objective, *ranges), grid(objective, *ranges, deadline=math.inf), strict=True):
        assert np.array_equal(whole, tiled)
    points = np.random.default_rng(3).normal(size=(5000, 2))
    whole, tiled = evaluate(objective, points, 2), evaluate(objective, points, 2, deadline=math.inf)
    assert all(np.array_equal(whole[name], tiled[name]) for name in ("loss", "gradient", "hessian"))


@pytest.mark.parametrize("name", ["gd", "momentum"])
def test_lanes_that_stand_still_end_where_recorded_paths_end(name):
    objective = objective_for("himmelblau")
    rule = Rule.of(CATALOG.optimizers[name], {"learning_rate": 0.01})
    starts = np.random.default_rng(3).uniform(-6, 6, (40, 2))  # from some of them the paths diverge
    starts[7] = (60.0, 60.0)
    ends = end_points(objective, rule, starts, 1500)
    assert not np.isfinite(ends[7]).all()
    for start, end in zip(starts, ends, strict=True):
        (path,) = run(objective, start, [rule], 1500)
        if path.diverged_at is None:
            assert tuple(end) == tuple(path.phi[-1])
