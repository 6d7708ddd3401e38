"""The contract of an update rule: holds for every optimiser in the catalogue, present and future."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.catalog import Choice, Optimizer, Parameter, Switch, complete, load_catalog

from .losses import HandLoss, adam_bowl, gabor, quadratic, rosenbrock, run

OPTIMIZERS = {name: entry.definition for name, entry in load_catalog().optimizers.items()}


def variants(rule: Optimizer) -> list[dict[str, object]]:
    """The default settings, and one more for each other position of a switch or a choice."""
    found: list[dict[str, object]] = [{}]
    for parameter in rule.parameters:
        if isinstance(parameter, Switch):
            found.append({parameter.name: not parameter.default})
        if isinstance(parameter, Choice):
            found += [{parameter.name: option} for option in parameter.options if option != parameter.default]
    return found


def label(value: object) -> str:
    return value.label if isinstance(value, Optimizer) else repr(value)


EVERY = pytest.mark.parametrize(
    ("rule", "variant"),
    [(rule, variant) for rule in OPTIMIZERS.values() for variant in variants(rule)],
    ids=label,
)


def without_weight_decay(rule: Optimizer, variant: dict[str, object]) -> dict[str, object]:
    """A pull towards the origin knows where the origin is; without it no place is special."""
    return {**variant, "weight_decay": 0.0} if "weight_decay" in rule.declared else variant


@EVERY
def test_a_step_is_pure(rule: Optimizer, variant: dict[str, object]) -> None:
    h = SimpleNamespace(**complete(rule, variant, ""))
    phi = np.array([-1.2, 1.0])
    state = {name: np.array([0.3, 0.2]) for name in rule.state}
    for array in (phi, *state.values()):
        array.setflags(write=False)
    before = dict(vars(h))
    first, first_state = rule.step(phi, rosenbrock(), SimpleNamespace(**state), h, 3)
    second, second_state = rule.step(phi, rosenbrock(), SimpleNamespace(**state), h, 3)
    assert first.tobytes() == second.tobytes()
    assert {name: value.tobytes() for name, value in first_state.items()} == {
        name: value.tobytes() for name, value in second_state.items()
    }
    assert phi.tolist() == [-1.2, 1.0]
    assert vars(h) == before


@EVERY
def test_a_step_returns_the_state_and_the_quantities_it_declares(rule: Optimizer, variant: dict[str, object]) -> None:
    path, state = run(rule, rosenbrock(), (-1.2, 1.0), 1, variant)
    assert path.shape == (2, 2)
    assert set(state) == {*rule.state, *rule.shown}
    assert all(value.shape == (2,) for value in state.values())


@EVERY
def test_a_run_resumes_exactly(rule: Optimizer, variant: dict[str, object]) -> None:
    whole, _ = run(rule, rosenbrock(), (-1.2, 1.0), 20, variant)
    first, state = run(rule, rosenbrock(), (-1.2, 1.0), 8, variant)
    rest, _ = run(rule, rosenbrock(), first[-1].tolist(), 12, variant, state=state, first=8)
    assert np.concatenate([first, rest[1:]]).tobytes() == whole.tobytes()


@EVERY
def test_no_coordinate_is_special(rule: Optimizer, variant: dict[str, object]) -> None:
    swapped = HandLoss(lambda phi: rosenbrock().gradient(phi[::-1])[::-1])
    path, _ = run(rule, rosenbrock(), (-1.2, 1.0), 30, variant)
    mirrored, _ = run(rule, swapped, (1.0, -1.2), 30, variant)
    assert mirrored[:, ::-1].tobytes() == path.tobytes()


@EVERY
def test_no_place_is_special(rule: Optimizer, variant: dict[str, object]) -> None:
    chosen = without_weight_decay(rule, variant)
    shift = np.array([3.0, -2.0])
    shifted = HandLoss(lambda phi: adam_bowl().gradient(phi - shift))
    path, _ = run(rule, adam_bowl(), (-0.7, -0.9), 30, chosen)
    moved, _ = run(rule, shifted, (2.3, -2.9), 30, chosen)
    np.testing.assert_allclose(moved - shift, path, rtol=0, atol=1e-10)


@EVERY
def test_no_direction_of_an_axis_is_special(rule: Optimizer, variant: dict[str, object]) -> None:
    flip = np.array([-1.0, 1.0])
    flipped = HandLoss(lambda phi: flip * rosenbrock().gradient(flip * phi))
    path, _ = run(rule, rosenbrock(), (-1.2, 1.0), 30, variant)
    mirrored, _ = run(rule, flipped, (1.2, 1.0), 30, variant)
    assert (mirrored * flip).tobytes() == path.tobytes()


def in_other_units(parameter: Parameter, value: Any, length: float, height: float) -> float:
    factors = {
        "1": 1.0,
        "[φ]": length,
        "1/[φ]": 1 / length,
        "[φ]²/[loss]": length**2 / height,
        "[loss]/[φ]": height / length,
        "[loss]/[φ]²": height / length**2,
        "[loss]²/[φ]²": (height / length) ** 2,
    }
    return float(value) * factors[parameter.unit]


OF_ONE_UNIT = [
    rule for rule in OPTIMIZERS.values() if not any(getattr(p, "unit", None) == "mixed" for p in rule.parameters)
]


@pytest.mark.parametrize("rule", OF_ONE_UNIT, ids=label)
def test_declared_units_are_true(rule: Optimizer) -> None:
    """Measure phi in a unit 4 times smaller and the loss in one 8 times smaller: the path is the same."""
    length, height = 4.0, 8.0
    rescaled = HandLoss(lambda phi: height / length * adam_bowl().gradient(phi / length))
    here = {**rule.defaults, **({"epsilon": 0.01} if "epsilon" in rule.declared else {})}
    there = {
        name: in_other_units(parameter, here[name], length, height) if isinstance(parameter, Parameter) else here[name]
        for name, parameter in rule.declared.items()
    }
    path, _ = run(rule, adam_bowl(), (-0.7, -0.9), 40, here)
    other, _ = run(rule, rescaled, (-2.8, -3.6), 40, there)
    np.testing.assert_allclose(other / length, path, rtol=1e-12)


@EVERY
def test_every_step_starts_downhill(rule: Optimizer, variant: dict[str, object]) -> None:
    loss = rosenbrock()
    path, _ = run(rule, loss, (-1.2, 1.0), 1, without_weight_decay(rule, variant))
    move, slope = path[1] - path[0], loss.gradient(path[0])
    assert move @ slope < 0
    if not loss.asked_for_curvature:  # a Hessian turns the step: downhill, but not along each coordinate
        assert np.sign(move).tolist() == (-np.sign(slope)).tolist()


@EVERY
def test_the_defaults_lower_the_loss_on_the_surfaces_of_the_lecture(
    rule: Optimizer, variant: dict[str, object]
) -> None:
    data = load_catalog().surface("gabor").definition
    fits = gabor(data.data_x, data.data_y)  # type: ignore[union-attr]
    himmelblau = HandLoss(
        lambda p: (
            4 * p[0] * (p[0] ** 2 + p[1] - 11) + 2 * (p[0] + p[1] ** 2 - 7),
            2 * (p[0] ** 2 + p[1] - 11) + 4 * p[1] * (p[0] + p[1] ** 2 - 7),
        )
    )
    for loss, start in ((rosenbrock(), (-1.5, 2.0)), (himmelblau, (0.0, -0.9)), (fits, (-1.5, 8.5))):
        path, _ = run(rule, loss, start, 300, variant)
        assert np.all(np.isfinite(path))
        assert np.abs(path).max() < 30 or loss.asked_for_curvature  # where curvature is small Newton's steps are long
        line = np.linspace(path[0], path[-1], 4001)
        slopes = np.array([loss.gradient(point) for point in (line[1:] + line[:-1]) / 2])
        rise = np.sum(slopes * np.diff(line, axis=0))  # the loss at the end less the loss at the start
        assert rise < 0 or loss.asked_for_curvature  # Newton's method may walk uphill, to a saddle or a maximum


BOUNDED = [rule for rule in OPTIMIZERS.values() if rule.stability is not None]


@pytest.mark.parametrize("rule", BOUNDED, ids=label)
@settings(max_examples=40)
@given(data=st.data(), curvature=st.floats(0.01, 100))
def test_the_bound_of_stability_is_sharp(rule: Optimizer, data: st.DataObject, curvature: float) -> None:
    """On a quadratic the run shrinks just below the bound and grows just above it."""
    assert rule.stability is not None
    chosen: dict[str, object] = {}
    for parameter in rule.parameters:
        if isinstance(parameter, Switch):
            chosen[parameter.name] = data.draw(st.booleans(), parameter.name)
        elif isinstance(parameter, Choice):
            chosen[parameter.name] = data.draw(st.sampled_from(parameter.options), parameter.name)
        elif parameter.name != "learning_rate":
            chosen[parameter.name] = data.draw(st.floats(0, 0.95), parameter.name)
    bound = rule.stability(SimpleNamespace(**complete(rule, chosen, "")))
    for factor, grows in ((0.97, False), (1.03, True)):
        h = SimpleNamespace(**{**complete(rule, chosen, ""), "learning_rate": factor * bound / curvature})
        assert (spectral_radius(rule, h, curvature) > 1) is grows


def spectral_radius(rule: Optimizer, h: SimpleNamespace, curvature: float) -> float:
    """The step on a quadratic is linear in (phi, state): the largest eigenvalue of its matrix."""
    names = list(rule.state)
    columns = []
    for unit in np.eye(1 + len(names)):
        state = SimpleNamespace(**{name: np.array([value, 0.0]) for name, value in zip(names, unit[1:], strict=True)})
        phi, after = rule.step(np.array([unit[0], 0.0]), quadratic(np.diag([curvature, 1.0])), state, h, 0)
        columns.append([phi[0], *(after[name][0] for name in names)])
    return float(np.max(np.abs(np.linalg.eigvals(np.array(columns).T))))
