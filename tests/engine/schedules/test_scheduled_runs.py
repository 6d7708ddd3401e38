"""Runs with a schedule: the learning rate moves with the step counter, and nothing else changes."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.landscape import end_points
from engine.objective import objective_of_formula, objective_of_surface
from engine.schedule import ChosenSchedule
from engine.trajectory import Rule, Run, run
from tests.engine.machine.oracle import loss_on_numpy

CATALOG = load_catalog()
BOWL = objective_of_formula("x**2 + 10*y**2", (-2, 2), (-2, 2))
ROSENBROCK = objective_of_surface(CATALOG.surfaces["rosenbrock"], {"b": 100.0})


def scheduled(name, values=None, **hyperparameters):
    """A rule with a schedule; gradient descent unless told otherwise."""
    optimizer = hyperparameters.pop("optimizer", "gd")
    schedule = ChosenSchedule.of(CATALOG.schedules[name], values or {})
    return Rule.of(CATALOG.optimizers[optimizer], hyperparameters, schedule=schedule)


RATES = {
    "step": ({"factor": 0.7, "every": 10}, lambda t: 0.7 ** (t // 10)),
    "exponential": ({"factor": 0.97}, lambda t: math.pow(0.97, t)),
    "cosine": ({"final": 0.1, "steps": 50}, lambda t: 0.1 + 0.9 * (1 + math.cos(math.pi * min(t / 50, 1))) / 2),
    "inverse_time": ({"decay": 0.05}, lambda t: 1 / (1 + 0.05 * t)),
}


@pytest.mark.parametrize("name", RATES)
def test_gradient_descent_takes_the_steps_of_a_plain_loop(name):
    values, share = RATES[name]
    (found,) = run(BOWL, (1.5, 1.0), [scheduled(name, values, learning_rate=0.04)], 80)
    x, y, path, rates = 1.5, 1.0, [(1.5, 1.0)], []
    for t in range(80):
        rates.append(0.04 * share(t))
        x, y = x - rates[-1] * (2 * x), y - rates[-1] * (20 * y)
        path.append((x, y))
    np.testing.assert_allclose(found.learning_rate[:80], rates, rtol=1e-15)
    np.testing.assert_allclose(found.phi, path, rtol=1e-15)
    steps = found.phi[:-1] - found.learning_rate[:-1, None] * found.gradient[:-1]
    np.testing.assert_allclose(found.phi[1:], steps, rtol=1e-15)


@pytest.mark.parametrize("optimizer", CATALOG.optimizers)
@pytest.mark.parametrize("name", CATALOG.schedules)
def test_every_optimiser_reads_the_rate_of_its_step(name, optimizer):
    """The optimiser's text on NumPy, handed the rate of each step."""
    rule = scheduled(name, optimizer=optimizer)
    (found,) = run(ROSENBROCK, (-1.5, 2.0), [rule], 60)
    loss = loss_on_numpy(ROSENBROCK)
    definition, rates = rule.entry.definition, rule.learning_rates(0, 60)
    phi, state = np.array([-1.5, 2.0]), SimpleNamespace(**{key: np.zeros(2) for key in definition.state})
    with np.errstate(all="ignore"):
        for t in range(len(found.phi) - 1):
            h = SimpleNamespace(**{**rule.hyperparameters, "learning_rate": rates[t]})
            phi, new = definition.step(phi, loss, state, h, t)
            state = SimpleNamespace(**new)
            assert np.array_equal(found.phi[t + 1], phi)


@pytest.mark.parametrize("optimizer", CATALOG.optimizers)
def test_a_constant_schedule_is_the_same_program_as_none(optimizer):
    plain, constant = Rule.of(CATALOG.optimizers[optimizer], {}), scheduled("constant", optimizer=optimizer)
    for part in ("prologue", "clock", "body", "image"):
        assert np.array_equal(getattr(plain.code, part), getattr(constant.code, part))
    without, with_it = run(ROSENBROCK, (-1.5, 2.0), [plain, constant], 200)
    assert np.array_equal(without.phi, with_it.phi)
    assert without.learning_rate is None
    assert with_it.learning_rate.tolist() == [plain.hyperparameters["learning_rate"]] * 201


def test_moving_a_number_of_a_schedule_lowers_nothing_anew():
    rules = [scheduled("cosine", {"steps": steps}, learning_rate=0.01) for steps in (100, 200)]
    assert rules[0].code is rules[1].code
    first, second = run(BOWL, (1.5, 1.0), rules, 50)
    assert not np.array_equal(first.phi, second.phi)


def test_a_schedules_number_may_have_the_name_of_a_hyperparameter(tmp_path):
    text = (
        '"""Own: a beta of its own."""\n'
        "from engine.catalog import Parameter, Schedule\n"
        "def rate(learning_rate, t, *, beta):\n    return learning_rate * beta**t\n"
        'number = Parameter("beta", 0.5, 0.0, 1.0, "linear", "b", "1", "Factor.")\n'
        'definition = Schedule(label="Own", order=1, rate=rate, latex="b", parameters=(number,))\n'
    )
    (tmp_path / "schedules").mkdir()
    (tmp_path / "schedules" / "own.py").write_text(text)
    chosen = ChosenSchedule.of(load_catalog(tmp_path).schedule("own"), {})
    rule = Rule.of(CATALOG.optimizers["momentum"], {"learning_rate": 0.1, "beta": 0.9}, schedule=chosen)
    other = scheduled("exponential", {"factor": 0.5}, optimizer="momentum", learning_rate=0.1, beta=0.9)
    own, known = run(BOWL, (1.5, 1.0), [rule, other], 20)
    assert np.array_equal(own.phi, known.phi)


def test_pieces_of_a_scheduled_run_make_the_same_record_as_the_whole():
    rule = scheduled("warmup_cosine", {"warmup": 10, "steps": 60}, optimizer="adam")
    (whole,) = run(ROSENBROCK, (-1.5, 2.0), [rule], 100)
    running = Run(ROSENBROCK, rule, (-1.5, 2.0))
    together = running.finish([running.advance(n) for n in (1, 30, 69, 1)])
    assert np.array_equal(together.phi, whole.phi)


def test_many_starts_and_sweeps_end_where_single_runs_end():
    rule = scheduled("step", {"factor": 0.5, "every": 7}, optimizer="adam")
    starts = np.array([[1.5, 1.0], [-1.0, 0.3], [0.2, -1.9]])
    ends = end_points(BOWL, rule, starts, 40)
    rates = np.array([0.01, 0.05, 0.2])
    swept = end_points(BOWL, rule, starts, 40, {"learning_rate": rates})
    for start, end, rate, other in zip(starts, ends, rates, swept, strict=True):
        single = [rule, scheduled("step", {"factor": 0.5, "every": 7}, optimizer="adam", learning_rate=float(rate))]
        first, second = run(BOWL, start, single, 40)
        np.testing.assert_allclose(end, first.phi[-1], rtol=1e-12)
        np.testing.assert_allclose(other, second.phi[-1], rtol=1e-12)


def test_the_cause_of_a_divergence_is_told_with_the_rate_of_that_step():
    """Largest curvature 20: the start's rate 0.11 is too large, and 0.11/5 in the first step of a warm-up is not."""
    (at_once,) = run(BOWL, (1.5, 1.0), [scheduled("inverse_time", {"decay": 0.0}, learning_rate=0.11)], 2000)
    assert at_once.status == "diverged"
    assert "η·λmax = 0.11 × 20 = 2.2 > 2 at the start" in at_once.reason
    warm = scheduled("warmup_cosine", {"warmup": 4, "final": 1.0}, learning_rate=0.11)
    (later,) = run(BOWL, (1.5, 1.0), [warm], 2000)
    assert later.status == "diverged"
    assert "η·λmax = 0.11 × 20 = 2.2 > 2 on the way" in later.reason


def test_a_schedule_may_save_a_run_that_begins_too_fast():
    (lost,) = run(BOWL, (1.5, 1.0), [Rule.of(CATALOG.optimizers["gd"], {"learning_rate": 0.11})], 500)
    (saved,) = run(BOWL, (1.5, 1.0), [scheduled("step", {"factor": 0.5, "every": 20}, learning_rate=0.11)], 500)
    assert (lost.status, saved.status) == ("diverged", "running")
    assert saved.loss.max() > saved.loss[0] > saved.loss[-1]
