"""What is inside a step: the same path with and without a look, parts that add up, captions that can be filled."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.batches import DrawnBatches
from engine.catalog import Optimizer, OptimizerEntry, Parameter, Quantity, SamePath, Stage, StateQuantity, load_catalog
from engine.chance import BatchGradients
from engine.errors import DefinitionError
from engine.objective import objective_of_formula, objective_of_surface
from engine.quantities import COMPLEMENT
from engine.rule import Rule
from engine.schedule import ChosenSchedule
from engine.trajectory import Run, Trajectory, run
from tests.engine.machine.oracle import loss_on_numpy

from .test_optimizers import variants

CATALOG = load_catalog()
HIMMELBLAU = objective_of_surface(CATALOG.surfaces["himmelblau"], {})
EVERY = pytest.mark.parametrize(
    ("entry", "variant"),
    [(entry, variant) for entry in CATALOG.optimizers.values() for variant in variants(entry.definition)],
    ids=lambda value: getattr(value, "name", repr(value)),
)
RATE = Parameter("learning_rate", 0.1, 1e-6, 1.0, "log", r"\eta", "[φ]²/[loss]", "Step size.")


def both(entry: OptimizerEntry, variant: dict[str, Any], steps: int = 60) -> tuple[Trajectory, Trajectory]:
    """The same run, seen from outside and from inside."""
    rule = Rule.of(entry, variant)
    return tuple(run(HIMMELBLAU, (0.5, -0.9), [rule, replace(rule, internals=True)], steps))  # type: ignore[return-value]


@EVERY
def test_a_look_inside_changes_no_bit_of_the_path(entry: OptimizerEntry, variant: dict[str, Any]) -> None:
    plain, opened = both(entry, variant)
    assert plain.internals == {}
    assert list(opened.internals) == [*entry.definition.shown, "move"]
    for name in ("phi", "loss", "gradient"):
        assert getattr(plain, name).tobytes() == getattr(opened, name).tobytes()
    for name, rows in plain.state.items():
        assert rows.tobytes() == opened.state[name].tobytes()
    assert all(rows.shape == (61, 2) for rows in opened.internals.values())


@EVERY
def test_what_nobody_looks_at_costs_nothing(entry: OptimizerEntry, variant: dict[str, Any]) -> None:
    """The ordinary program is that of a text which never mentions what is shown, instruction by instruction."""
    definition = entry.definition

    def bare(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
        after, new = definition.step(phi, loss, state, h, t)
        return after, {name: new[name] for name in definition.state}

    rule = Rule.of(entry, variant)
    silent = Rule(replace(entry, definition=replace(definition, step=bare)), rule.hyperparameters)
    for part in ("prologue", "clock", "body", "image"):
        assert getattr(rule.code, part).tobytes() == getattr(silent.code, part).tobytes()


@EVERY
def test_the_internals_are_those_of_the_rules_own_text(entry: OptimizerEntry, variant: dict[str, Any]) -> None:
    _, opened = both(entry, variant)
    rule = opened.rule
    loss = loss_on_numpy(HIMMELBLAU)
    for k in (0, 1, 7, 60):
        state = SimpleNamespace(**{name: rows[k] for name, rows in opened.state.items()})
        after, new = entry.definition.step(opened.phi[k], loss, state, rule.settings, k)
        for name in entry.definition.shown:
            assert np.array_equal(opened.internals[name][k], new[name]), name
        assert np.array_equal(opened.internals["move"][k], after - opened.phi[k])
        if k < 60:
            assert all(np.array_equal(rows[k + 1], new[name]) for name, rows in opened.state.items())


def of_step(record: Trajectory, name: str) -> Any:
    """A quantity of the stages for each step (steps, 2): before it, of it, or after it."""
    if name.endswith("'"):
        return of_step(record, name[:-1])[1:] if name == "phi'" else record.state[name[:-1]][1:]
    known = {"phi": record.phi, "gradient": record.gradient, **record.state, **record.internals}
    return known[name] if name == "phi" else known[name][:-1]


@EVERY
def test_the_parts_of_every_stage_add_up(entry: OptimizerEntry, variant: dict[str, Any]) -> None:
    _, opened = both(entry, variant)
    np.testing.assert_allclose(np.diff(opened.phi, axis=0), of_step(opened, "move"), rtol=0, atol=1e-14)
    stages = [
        stage
        for stage in entry.definition.stages
        if all(opened.rule.hyperparameters[name] == value for name, value in stage.when.items())
    ]
    assert stages[-1].total == "move" or stages[-1].arrows == ("move",)
    assert sum("gradient" in stage.arrows and "gradient" in stage.caption for stage in stages) >= 1
    for stage in stages:
        if stage.total is not None:
            parts = sum(of_step(opened, name) for name in stage.arrows)
            np.testing.assert_allclose(parts, of_step(opened, stage.total), rtol=1e-12, atol=1e-14)
        if stage.box is not None:
            assert (of_step(opened, stage.box) >= 0).all()


@EVERY
def test_a_decaying_average_is_the_weighted_sum_of_what_it_took_in(
    entry: OptimizerEntry, variant: dict[str, Any]
) -> None:
    _, opened = both(entry, variant)
    values = opened.rule.hyperparameters
    for name, quantity in entry.definition.state.items():
        if quantity.decay is None:
            continue
        decay = float(values[quantity.decay])
        undamped = quantity.undamped is not None and all(values[k] == v for k, v in quantity.undamped.items())
        gradients = opened.gradient[:40] ** (2 if quantity.unit == "[loss]²/[φ]²" else 1)
        weights = (1.0 if undamped else 1 - decay) * decay ** np.arange(40)
        expected = (weights[::-1, None] * gradients).sum(axis=0)
        np.testing.assert_allclose(opened.state[name][40], expected, rtol=1e-10)


def test_adams_first_step_is_the_lectures() -> None:
    """m̃ = g and ṽ = g² for t = 0, so the ratio is the sign of the gradient, and each coordinate moves by η."""
    objective = objective_of_formula("3*x - 0.02*y", (-1, 1), (-1, 1))
    rule = replace(Rule.of(CATALOG.optimizers["adam"], {"learning_rate": 0.1, "epsilon": 0.0}), internals=True)
    (record,) = run(objective, (0.0, 0.0), [rule], 1)
    first = {name: rows[0].tolist() for name, rows in record.internals.items()}
    assert first["kept"] == [0.0, 0.0]
    np.testing.assert_allclose(first["taken_in"], [0.3, -0.002], rtol=1e-12)
    np.testing.assert_allclose(first["m_hat"], [3.0, -0.02], rtol=1e-12)
    np.testing.assert_allclose(first["v_hat"], [9.0, 0.0004], rtol=1e-12)
    np.testing.assert_allclose(first["ratio"], [1.0, -1.0], rtol=1e-12)
    np.testing.assert_allclose(first["move"], [-0.1, 0.1], rtol=1e-12)


def test_what_is_not_finite_inside_does_not_shorten_the_path() -> None:
    objective = objective_of_formula("x**2", (-2, 2), (-2, 2))  # no slope along y: 0 / 0 where epsilon is 0
    for entry in CATALOG.optimizers.values():
        rule = Rule.of(entry, {"epsilon": 0.0} if "epsilon" in entry.definition.declared else {})
        plain, opened = run(objective, (1.0, 1.0), [rule, replace(rule, internals=True)], 5)
        assert plain.phi.tobytes() == opened.phi.tobytes()
        assert all(len(rows) == len(plain.phi) for rows in opened.internals.values())


@pytest.mark.parametrize("entry", CATALOG.optimizers.values(), ids=lambda entry: entry.name)
def test_with_batches_and_a_schedule_a_look_inside_sees_the_gradient_and_the_rate_of_each_step(
    entry: OptimizerEntry,
) -> None:
    line = CATALOG.surfaces["line"]
    objective = objective_of_surface(line, {})
    chance = BatchGradients(objective, DrawnBatches(len(line.definition.data_x), 3, "epochs", 5))  # type: ignore[union-attr]
    schedule = ChosenSchedule.of(CATALOG.schedules["exponential"], {"factor": 0.97})
    rule = Rule.of(entry, {"learning_rate": 0.01}, schedule=schedule)
    plain, opened = run(objective, (0.5, -0.4), [rule, replace(rule, internals=True)], 40, chance=chance)
    assert plain.phi.tobytes() == opened.phi.tobytes()
    assert plain.gradient.tobytes() == opened.gradient.tobytes()
    np.testing.assert_allclose(np.diff(opened.phi, axis=0), opened.internals["move"][:-1], rtol=0, atol=1e-15)
    if "taken_in" in opened.internals:
        np.testing.assert_allclose(opened.internals["taken_in"][:-1], 0.1 * opened.gradient[:-1], rtol=1e-12)
    if "ratio" in opened.internals and "weight_decay" not in entry.definition.declared:
        expected = -0.01 * 0.97 ** np.arange(41)[:, None] * opened.internals["ratio"]
        np.testing.assert_allclose(opened.internals["move"], expected, rtol=1e-9, atol=1e-15)


def test_pieces_of_a_run_have_the_internals_of_the_whole() -> None:
    rule = replace(Rule.of(CATALOG.optimizers["adam"], {}), internals=True)
    (whole,) = run(HIMMELBLAU, (0.5, -0.9), [rule], 40)
    running = Run(HIMMELBLAU, rule, (0.5, -0.9))
    together = running.finish([running.advance(n) for n in (1, 12, 28)])
    assert together.internals["v_hat"].tobytes() == whole.internals["v_hat"].tobytes()


@pytest.mark.parametrize(
    "entry", [e for e in CATALOG.optimizers.values() if e.definition.same_path], ids=lambda e: e.name
)
def test_two_words_for_one_rule_take_the_same_path(entry: OptimizerEntry) -> None:
    definition = entry.definition
    assert definition.same_path is not None
    values = {**definition.defaults, "learning_rate": 0.002}

    def rate(option: str) -> float:
        found = COMPLEMENT.fullmatch(definition.same_path.rates[option])  # type: ignore[union-attr]
        return 1 - float(values[found.group(1)]) if found else 1.0

    settings = [
        {definition.same_path.choice: option, "learning_rate": 0.002 * rate(option)}
        for option in definition.same_path.rates
    ]
    for more in variants(definition):
        for schedule in (None, *(ChosenSchedule.of(chosen, {}) for chosen in CATALOG.schedules.values())):
            rules = [Rule.of(entry, {**values, **more, **setting}, schedule=schedule) for setting in settings]
            first, *others = run(HIMMELBLAU, (0.5, -0.9), rules, 60)
            for other in others:
                np.testing.assert_allclose(other.phi, first.phi, rtol=1e-9)


def made(**fields: Any) -> Optimizer:
    def step(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
        g = loss.gradient(phi)
        return phi - h.learning_rate * state.before, {"before": g, "same": g, "old": state.before}

    given = {"state": {"before": StateQuantity("b", "The gradient of the step before.")}, "parameters": (RATE,)}
    given |= {"shown": {"same": Quantity("s", "The gradient."), "old": Quantity("o", "The one used.")}}
    return Optimizer(label="Late", step=step, year=2000, latex=("x",), **(given | fields))


def test_a_rule_may_pass_the_gradient_and_its_state_on_as_they_are() -> None:
    entry = replace(CATALOG.optimizers["gd"], name="late", definition=made())
    rule = Rule.of(entry, {"learning_rate": 0.001})
    plain, opened = run(HIMMELBLAU, (0.5, -0.9), [rule, replace(rule, internals=True)], 20)
    assert plain.phi.tobytes() == opened.phi.tobytes()
    assert np.array_equal(plain.state["before"][1:], plain.gradient[:-1])
    assert np.array_equal(opened.internals["same"], opened.gradient)
    assert np.array_equal(opened.internals["old"], opened.state["before"])
    assert [stage.title for stage in entry.definition.stages] == ["Gradient", "Move"]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"shown": {"before": Quantity("b", "Carried.")}}, "carried"),
        ({"shown": {"gradient": Quantity("b", "Taken.")}}, "something else"),
        ({"shown": {"learning_rate": Quantity("b", "Taken.")}}, "something else"),
        ({"stages": (Stage("Move", "It moves by {mvoe}."),)}, "mvoe"),
        ({"stages": (Stage("Move", "It moves.", arrows=("same", "late")),)}, "late"),
        ({"stages": (Stage("Move", "It keeps {1-beta}."),)}, "beta"),
        ({"stages": (Stage("Move", "It moves.", when={"nesterov": True}),)}, "nesterov"),
        ({"state": {"before": StateQuantity("b", "Carried.", decay="beta")}}, "beta"),
        ({"same_path": SamePath("form", {"a": "1"})}, "form"),
    ],
)
def test_a_definition_that_names_what_is_not_there_is_refused(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DefinitionError, match=complaint):
        made(**fields)


def test_a_quantity_without_a_number_for_each_coordinate_is_refused() -> None:
    def step(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
        return phi - h.learning_rate * loss.gradient(phi), {"before": state.before, "same": h.learning_rate * 2}

    entry = replace(CATALOG.optimizers["gd"], definition=replace(made(), step=step, shown={"same": Quantity("s", "2")}))
    with pytest.raises(DefinitionError, match="coordinate"):
        _ = replace(Rule.of(entry, {}), internals=True).code


def test_amsgrads_last_caption_names_what_it_divides_by() -> None:
    *_, last = load_catalog().optimizers["amsgrad"].definition.stages
    assert last.caption.startswith("The ratio of m to the root of w, the largest v so far, is {ratio}")
