"""Newton's method on the machine: where it walks, on batches and many lanes; what the linker shares."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from engine.batches import DrawnBatches
from engine.catalog import Optimizer, load_catalog
from engine.chance import BatchGradients
from engine.landscape import end_points
from engine.machine.linking import link
from engine.objective import objective_of_formula, objective_of_surface
from engine.rule import Rule
from engine.trajectory import Trajectory
from engine.trajectory import run as record

from .losses import rosenbrock, run

CATALOG = load_catalog()
NEWTON = CATALOG.optimizers["newton"]
HIMMELBLAU = objective_of_surface(CATALOG.surfaces["himmelblau"], {})


def newton(objective: Any, start: tuple[float, float], steps: int, **settings: float) -> Trajectory:
    (found,) = record(objective, start, [Rule.of(NEWTON, settings)], steps)
    return found


def test_rosenbrocks_first_steps_are_those_of_the_linear_systems() -> None:
    path, _ = run(NEWTON.definition, rosenbrock(), (-1.2, 1.0), 6)
    for before, after in pairwise(path):
        x, y = before
        hessian = [[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200]]
        np.testing.assert_allclose(
            after, before - np.linalg.solve(hessian, rosenbrock().gradient(before)), rtol=1e-9, atol=1e-12
        )
    np.testing.assert_allclose(path[6], [1.0, 1.0], atol=1e-4)


def test_it_walks_to_a_maximum_and_damping_sends_it_to_a_minimum() -> None:
    astray = newton(HIMMELBLAU, (0.0, -0.9), 20)
    assert astray.status == "converged" and "maximum" in str(astray.reason)
    damped = newton(HIMMELBLAU, (0.0, -0.9), 60, damping=50.0)  # the curvatures at the start are -45 and -16
    assert damped.status == "converged" and "minimum" in str(damped.reason)
    assert np.all(np.diff(damped.loss[:3]) < 0)


def test_right_digits_double_at_each_step() -> None:
    errors = np.abs(newton(HIMMELBLAU, (3.2, 2.2), 4).phi - [3.0, 2.0]).max(axis=1)
    assert np.all(errors[1:4] < errors[:3] ** 2)


def test_where_the_hessian_has_no_inverse_there_is_no_step() -> None:
    found = newton(objective_of_formula("x**2 + y", (-1, 1), (-1, 1)), (0.5, 0.5), 5)
    assert (found.status, found.diverged_at) == ("diverged", 1)
    damped = newton(objective_of_formula("x**2 + y", (-1, 1), (-1, 1)), (0.5, 0.5), 5, damping=0.1)
    np.testing.assert_allclose(damped.phi[1], [0.5 - 1 / 2.1, 0.5 - 10.0], rtol=1e-12)


def test_a_hessian_is_not_counted_as_a_gradient() -> None:
    assert newton(HIMMELBLAU, (0.5, -0.9), 3).gradient_evaluations.tolist() == [0, 1, 2, 3]


def test_many_starts_at_once_end_where_each_of_them_ends() -> None:
    starts = np.random.default_rng(3).uniform(-4, 4, (40, 2))
    ends = end_points(HIMMELBLAU, Rule.of(NEWTON, {"damping": 1.0}), starts, 25)
    for start, end in zip(starts.tolist(), ends, strict=True):
        np.testing.assert_allclose(end, newton(HIMMELBLAU, tuple(start), 25, damping=1.0).phi[-1], atol=1e-6)


def test_on_a_batch_both_derivatives_are_those_of_the_batch() -> None:
    """A line through two points fits them exactly: that is where a Newton step on a batch of two leads."""
    entry = CATALOG.surfaces["line"]
    x, y = (np.array(row) for row in (entry.definition.data_x, entry.definition.data_y))  # type: ignore[union-attr]
    objective = objective_of_surface(entry, {})
    batches = DrawnBatches(len(x), 2, "epochs", 7)
    chance = BatchGradients(objective, batches)
    (found,) = record(objective, (0.5, -0.4), [Rule.of(NEWTON, {})], 12, chance=chance)
    for (intercept, slope), batch in zip(found.phi[1:], batches.drawn(0, 12)[0], strict=True):
        np.testing.assert_allclose(intercept + slope * x[batch], y[batch], atol=1e-9)


def asking(*wanted: str) -> Optimizer:
    """A rule that asks of the loss at phi what is named, and steps by all of it."""

    def step(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
        elements = [getattr(loss, name)(phi)[k] for name in wanted for k in (0, 1)]
        return phi - h.learning_rate * sum(elements), {}

    return replace(NEWTON.definition, step=step, shown={}, stages=CATALOG.optimizers["gd"].definition.stages)


@pytest.mark.parametrize("name", ["himmelblau", "ackley"])
def test_a_gradient_and_a_hessian_at_one_point_share_their_work(name: str) -> None:
    objective = objective_of_surface(CATALOG.surfaces[name], CATALOG.surfaces[name].definition.defaults)
    losses = objective.form.losses

    def instructions(*wanted: str) -> int:
        rule = Rule.of(replace(NEWTON, definition=asking(*wanted)), {})
        return len(link(rule.code, losses).body) // 10 - len(rule.code.body)

    both = instructions("gradient", "hessian")
    assert both == instructions("hessian", "gradient") <= len(losses.code("loss", "gradient", "hessian").body)
    assert both < 0.8 * (len(losses.code("loss", "gradient").body) + len(losses.code("hessian").body))


def test_elsewhere_than_at_phi_they_are_those_of_that_point() -> None:
    def step(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
        ahead = phi - 0.01 * loss.gradient(phi)
        gx, gy = loss.gradient(ahead)
        xx, _, _, yy = loss.hessian(ahead)
        return phi - h.learning_rate * np.stack([gx / (abs(xx) + 1), gy / (abs(yy) + 1)]), {}

    definition = replace(NEWTON.definition, step=step, shown={}, stages=CATALOG.optimizers["gd"].definition.stages)
    rule = Rule.of(replace(NEWTON, definition=definition), {"learning_rate": 0.2})
    (found,) = record(HIMMELBLAU, (0.5, -0.9), [rule], 10)
    assert found.gradient_evaluations_per_step == 2
    for before, after in pairwise(found.phi):
        ahead = before - 0.01 * HIMMELBLAU.at(before)[1]
        _, gradient, hessian = HIMMELBLAU.at(ahead)
        np.testing.assert_allclose(after, before - 0.2 * gradient / (abs(np.diag(hessian)) + 1), rtol=1e-12)
    ends = end_points(HIMMELBLAU, rule, [(0.5, -0.9)], 10)
    np.testing.assert_allclose(ends[0], found.phi[-1], rtol=1e-9)


def test_the_damping_is_not_called_what_curvatures_are_called() -> None:
    symbols = {parameter.name: parameter.symbol for parameter in NEWTON.definition.parameters}
    assert symbols["damping"] == r"\mu"  # as Levenberg and Marquardt have it; λ is an eigenvalue of the Hessian
    assert r"\lambda" not in "".join(
        (*NEWTON.definition.latex, *(str(found.formula) for found in NEWTON.definition.shown.values()))
    )
