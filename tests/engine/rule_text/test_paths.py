"""Typed rules on the machine: the built-in ones give the same bits, all others what their text says on NumPy."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from engine.catalog import Choice, Optimizer, OptimizerEntry, Parameter, StateQuantity, Switch, load_catalog
from engine.errors import FormulaError
from engine.landscape import end_points
from engine.objective import Objective, objective_of_formula, objective_of_surface
from engine.program.derivatives import derive
from engine.rule import Rule
from engine.rule_text.custom import custom_optimizer, declared
from engine.rule_text.printing import rule_text
from engine.trajectory import Trajectory, run

from .grammar import rules

CATALOG = load_catalog()
WAVES = objective_of_formula("x**2 + 3*y**2 + sin(3*x)*cos(2*y)", (-2, 2), (-2, 2))


def objectives() -> dict[str, Objective]:
    named = {}
    for name in ("rosenbrock", "himmelblau", "beale", "gabor", "ackley"):
        entry = CATALOG.surfaces[name]
        named[name] = objective_of_surface(entry, {p.name: p.default for p in entry.definition.parameters})
    return named | {"waves": WAVES}


OBJECTIVES = objectives()


def variants(entry: Any) -> list[dict[str, Any]]:
    """Every setting of the switches and choices."""
    found: list[dict[str, Any]] = [{}]
    for parameter in entry.definition.parameters:
        if isinstance(parameter, (Switch, Choice)):
            options = (True, False) if isinstance(parameter, Switch) else parameter.options
            found = [{**one, parameter.name: option} for one in found for option in options]
    return found


def typed(rule: Rule) -> Rule:
    """An optimiser's rule, typed by a student who read it."""
    entry = custom_optimizer(rule_text(rule.entry, rule.hyperparameters))
    return Rule.of(entry, {name: rule.hyperparameters[name] for name in entry.definition.declared})


def same(first: Trajectory, second: Trajectory) -> bool:
    pairs = [(first.phi, second.phi), (first.loss, second.loss), (first.gradient, second.gradient)]
    pairs += [(first.state[name], second.state[name]) for name in first.state]
    return set(first.state) == set(second.state) and all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("name", CATALOG.optimizers)
def test_every_optimiser_typed_as_a_rule_takes_the_same_path_to_the_last_bit(name: str) -> None:
    entry = CATALOG.optimizers[name]
    for variant in variants(entry):
        for where, objective in OBJECTIVES.items():
            built_in = Rule.of(entry, variant)
            own = typed(built_in)
            first, second = run(objective, objective.start, [built_in, own], 200)
            assert same(first, second), (where, variant, rule_text(entry, built_in.hyperparameters))
            assert first.gradient_evaluations_per_step == second.gradient_evaluations_per_step
        assert len(own.code.body) == len(built_in.code.body)  # and costs the same


def test_newtons_step_typed_by_a_student_ends_a_quadratic_at_once() -> None:
    bowl = objective_of_formula("3*x**2 + 2*x*y + 5*y**2 - 4*x + y", (-2, 2), (-2, 2))
    rule = Rule.of(custom_optimizer("phi = phi - solve(0, g)"), {})
    (record,) = run(bowl, (1.5, -1.0), [rule], 2)
    np.testing.assert_allclose(record.phi[1], np.linalg.solve([[6, 2], [2, 10]], [4, -1]), rtol=1e-14)
    assert record.gradient_evaluations_per_step == 1


@pytest.mark.parametrize("name", CATALOG.optimizers)
def test_a_typed_rule_accepts_every_value_that_the_optimiser_accepts(name: str) -> None:
    entry = CATALOG.optimizers[name]
    own = custom_optimizer(rule_text(entry, entry.definition.defaults)).definition
    for parameter in own.parameters:
        original = entry.definition.declared[parameter.name]
        assert isinstance(parameter, Parameter) and isinstance(original, Parameter)
        assert parameter.low <= original.low < original.high <= parameter.high


class OracleLoss:
    """The objective's gradient, operation by operation on NumPy."""

    def __init__(self, objective: Objective) -> None:
        self.program, self.inputs = objective.form.program, objective.inputs

    def gradient(self, phi: Any) -> Any:
        return derive(self.program, 1)(phi=phi, **self.inputs)["gradient"]

    def hessian(self, phi: Any) -> Any:
        return derive(self.program, 2)(phi=phi, **self.inputs)["hessian"]


def on_numpy(rule: Rule, objective: Objective, steps: int) -> list[dict[str, Any]]:
    """phi and the state at each step, by the rule's own step on arrays."""
    definition, loss = rule.entry.definition, OracleLoss(objective)
    now = {"phi": np.array(objective.start)} | {name: np.zeros(2) for name in definition.state}
    found = [now]
    with np.errstate(all="ignore"):
        for t in range(steps):
            state = SimpleNamespace(**{name: now[name] for name in definition.state})
            phi, after = definition.step(now["phi"], loss, state, rule.settings, float(t))
            now = {"phi": np.asarray(phi)} | {name: np.asarray(value) for name, value in after.items()}
            found.append(now)
    return found


def check_on_numpy(text: str, steps: int = 6) -> None:
    rule = Rule.of(custom_optimizer(text), {})
    (record,) = run(WAVES, WAVES.start, [rule], steps)
    wanted = on_numpy(rule, WAVES, steps)
    for k in range(len(record.phi)):
        for name, value in wanted[k].items():
            found = record.phi[k] if name == "phi" else record.state[name][k]
            assert np.array_equal(found, value), (text, k, name)
    if len(record.phi) <= steps:
        end = wanted[len(record.phi) : len(record.phi) + 2]  # the step that stopped, and what its gradients led to
        there = derive(WAVES.form.program, 1)(phi=end[0]["phi"])
        assert not all(np.isfinite(value).all() for value in (*end[0].values(), *end[-1].values(), *there.values()))


@settings(max_examples=150)
@given(rules())
def test_the_machine_does_what_the_text_says(text: str) -> None:
    try:
        check_on_numpy(text)
    except FormulaError:
        return


@settings(max_examples=100)
@given(rules())
def test_many_starts_at_once_end_where_each_of_them_ends(text: str) -> None:
    try:
        rule = Rule.of(custom_optimizer(text), {})
    except FormulaError:
        return
    starts = [(0.5, -0.25), (1.0, 0.75)]
    for start, end in zip(starts, end_points(WAVES, rule, starts, 4), strict=True):
        (record,) = run(WAVES, start, [rule], 4)
        if len(record.phi) == 5 and np.abs(record.phi).max() < 1e3:
            np.testing.assert_allclose(end, record.phi[-1], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    "text",
    [
        "s = phi - p; y = g - q; b = sum(s*s)/max(abs(sum(s*y)), 1e-9)\np = phi; q = g\nphi = phi - min(b, 0.1)*g",
        "phi = phi - eta*m\nm = gradient(phi)",
        "phi = phi - eta*m; m = gradient(phi); k = m; n = g; a = a + gradient(k)",
        "a = b + phi; c = a; b = c; a = a*c\nphi = b - g*eta",
        "p = q; q = p + t; phi = 1",
        "phi = gradient(vector(1, t)); m = m + eta; u = u*0 + t",
        "phi = phi - eta*g*min(1, 1/norm(g)); first = vector(element(g, 0), 0) + first",
        "m = g; o = m + 0*o; m = beta*m + n; n = m; phi = phi - eta*o",
        "v = max(v, g**2); phi = phi - eta*g/sqrt(v + epsilon) - sign(v)*phi**3",
        "h = hessian(phi); phi = phi - eta*vector(element(h, 1), element(h, 2))*element(hessian(g), 3) - 0*element(h, 0)",
        "phi = phi - solve(3 + t, g); m = solve(vector(1, 2), m + gradient(phi))",
        "phi = phi - 0.1*solve(2, phi)",
        "q = vector(t, 2*t); m = m + sum(q) + norm(q)*beta + gamma**sum(q); phi = phi - eta*g",
        "k = k + sum(phi) + 1**t; phi = phi - eta*g/k",
    ],
)
def test_rules_that_keep_what_others_replace(text: str) -> None:
    check_on_numpy(text, 12)


def newton(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
    g, H = loss.gradient(phi), loss.hessian(phi)
    a, b, c = H[0] + h.damping, H[1], H[3] + h.damping
    determinant = a * c - b * b
    move = np.stack([(c * g[0] - b * g[1]) / determinant, (a * g[1] - b * g[0]) / determinant])
    return phi - h.learning_rate * move, {}


def barzilai_borwein(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
    g = loss.gradient(phi)
    s, y = phi - state.p, g - state.q
    rate = np.where(t > 0, np.sum(s * s) / (np.abs(np.sum(s * y)) + 1e-12), h.learning_rate)
    return phi - rate * g, {"p": phi, "q": g}


def exchange(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
    g = loss.gradient(phi - h.learning_rate * state.q)
    return phi - h.learning_rate * (state.p + g), {"p": state.q, "q": state.p + g * -0.5}


@pytest.mark.parametrize(("step", "state"), [(newton, ""), (barzilai_borwein, "pq"), (exchange, "pq")])
def test_optimisers_that_no_file_has_print_as_rules_too(step: Any, state: str) -> None:
    definition = Optimizer(
        label="Test",
        step=step,
        state={name: StateQuantity(name, "A vector.") for name in state},
        parameters=tuple(declared(name) for name in ("learning_rate", "damping")),
        year=2000,
        latex=("x",),
    )
    built_in = Rule.of(OptimizerEntry("test", definition, "Test.", ""), {"learning_rate": 1e-3})
    entry = custom_optimizer(rule_text(built_in.entry, built_in.hyperparameters))
    own = Rule.of(entry, {name: built_in.hyperparameters[name] for name in entry.definition.declared})
    for where, objective in OBJECTIVES.items():
        first, second = run(objective, objective.start, [built_in, own], 200)
        assert len(first.phi) > 20
        assert same(first, second), (where, entry.definition.text)  # type: ignore[attr-defined]
