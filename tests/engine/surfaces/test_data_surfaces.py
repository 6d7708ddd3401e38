"""The logistic fit and the two decays: against matrix formulas, at the ends of the numbers, under their symmetry."""

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalog import DataSurface, load_catalog
from engine.definitions import AnySurface
from engine.errors import DefinitionError, OutOfRange
from engine.landscape import evaluate, predict
from engine.objective import Objective, objective_of_surface
from engine.rule import Rule
from engine.trajectory import run

CATALOG = load_catalog()


def data_surface(name: str) -> DataSurface:
    found: AnySurface = CATALOG.surfaces[name].definition
    assert isinstance(found, DataSurface)
    return found


def objective(name: str, reduction: str = "sum") -> Objective:
    return objective_of_surface(CATALOG.surfaces[name], {}, reduction=reduction)


LOGISTIC, DECAYS = data_surface("logistic"), data_surface("exponential_decay")
X: NDArray[np.float64] = np.stack([np.ones(len(LOGISTIC.data_x)), np.array(LOGISTIC.data_x)], axis=-1)
Y = np.array(LOGISTIC.data_y)
POINTS = np.random.default_rng(3).uniform(*np.array(LOGISTIC.domain).T, size=(50, 2))


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_gradient_of_logistic_regression_is_x_transposed_times_probability_minus_target(reduction: str) -> None:
    found = evaluate(objective("logistic", reduction), POINTS, 2)
    share = len(Y) if reduction == "mean" else 1
    for k, phi in enumerate(POINTS):
        probability = 1 / (1 + np.exp(-(X @ phi)))
        hessian = (X.T * (probability * (1 - probability))) @ X
        np.testing.assert_allclose(found["gradient"][k], X.T @ (probability - Y) / share, rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(found["hessian"][k], hessian / share, rtol=1e-10)
        likelihood = np.where(Y == 1, probability, 1 - probability)
        assert found["loss"][k] * share == pytest.approx(-np.sum(np.log(likelihood)), rel=1e-11)


def test_where_all_logits_are_zero_there_is_no_kink() -> None:
    loss, gradient, hessian = objective("logistic").at((0.0, 0.0))
    assert loss == pytest.approx(len(Y) * np.log(2), rel=1e-15)
    np.testing.assert_allclose(gradient, X.T @ (0.5 - Y), rtol=1e-15)
    np.testing.assert_allclose(hessian, X.T @ X / 4, rtol=1e-15)


@pytest.mark.parametrize("logit", [-1000.0, 1000.0])
def test_logits_of_a_thousand_cost_a_thousand_where_they_are_wrong_and_nothing_where_right(logit: float) -> None:
    found = evaluate(objective("logistic"), [(logit, 0.0)], 2)
    wrong = np.flatnonzero((logit < 0) == Y)
    assert found["loss"][0] == 1000 * len(wrong)
    np.testing.assert_array_equal(found["gradient"][0], np.sign(logit) * X[wrong].sum(axis=0))
    np.testing.assert_array_equal(found["hessian"][0], np.zeros((2, 2)))
    assert predict(objective("logistic"), [(logit, 0.0)], [1.0]) == [[logit > 0]]


def test_a_loss_far_below_the_resolution_of_one_keeps_its_digits() -> None:
    assert float(LOGISTIC.sample_loss(60.0, 1)) == pytest.approx(np.exp(-60.0), rel=1e-12)
    assert float(LOGISTIC.sample_loss(-60.0, 0)) == pytest.approx(np.exp(-60.0), rel=1e-12)


def test_the_model_of_classes_predicts_probabilities() -> None:
    found = predict(objective("logistic"), POINTS, LOGISTIC.data_x)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-(POINTS @ X.T))), rtol=1e-12)


@pytest.mark.parametrize("target", [0.5, -1.0, 2.0])
def test_a_target_that_is_no_class_is_refused_with_its_place(target: float) -> None:
    with pytest.raises(OutOfRange, match="must be 0 or 1") as caught:
        objective_of_surface(CATALOG.surfaces["logistic"], {}, ([1.0, 2.0], [0.0, target]))
    assert caught.value.field == "surface.data.y"
    objective_of_surface(CATALOG.surfaces["line"], {}, ([1.0, 2.0], [0.0, target]))


def test_classes_that_overlap_are_declared_or_the_definition_is_refused() -> None:
    zeros, ones = (np.array(LOGISTIC.data_x)[label == Y] for label in (0, 1))
    assert ones.min() < zeros.max()
    shared = {
        "predict": LOGISTIC.predict,
        "sample_loss": LOGISTIC.sample_loss,
        "critical_points": (),
        "latex": r"\sum_i x_i",
    }
    for classes, targets, fault in ((("a", "b"), (0, 2), "neither class"), (("a",), (0, 1), "two names")):
        with pytest.raises(DefinitionError, match=fault):
            DataSurface(
                **shared, label="A", teaches="A.", order=1, domain=LOGISTIC.domain, start=LOGISTIC.start,
                data_x=(1.0, 2.0), data_y=targets, classes=classes,
            )  # type: ignore[arg-type]  # fmt: skip


def decays(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Gradients (k, 2) and Hessians (k, 2, 2) of the two decays by hand."""
    u, target = np.array(DECAYS.data_x), np.array(DECAYS.data_y)
    first, second = np.exp(-x[:, None] * u), np.exp(-y[:, None] * u)
    residual = (first + second) / 2 - target
    gradient = -np.stack([np.sum(residual * u * part, axis=-1) for part in (first, second)], axis=-1)
    along = [np.sum(u**2 * part * (part / 2 + residual), axis=-1) for part in (first, second)]
    across = np.sum(u**2 * first * second / 2, axis=-1)
    return gradient, np.stack([along[0], across, across, along[1]], axis=-1).reshape(-1, 2, 2)


def test_newton_from_everywhere_finds_the_declared_points_of_the_two_decays_and_no_other() -> None:
    (low, high), _ = DECAYS.domain
    points = np.stack(np.meshgrid(*2 * [np.linspace(low, high, 61)]), axis=-1).reshape(-1, 2)
    for _ in range(100):
        gradient, hessian = decays(*points.T)
        step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        points = points - step * np.minimum(1, 0.3 / np.linalg.norm(step, axis=-1, keepdims=True))
        points = points[((points > low - 1) & (points < high + 1)).all(axis=-1)]
    arrived = points[np.abs(decays(*points.T)[0]).max(axis=-1) < 1e-13]
    declared = np.array([(point.x, point.y) for point in DECAYS.critical_points])
    assert len(arrived) > 100
    distances = np.linalg.norm(arrived[:, None] - declared, axis=-1)
    assert distances.min(axis=1).max() < 1e-8
    assert set(distances.argmin(axis=1)) == {0, 1, 2}


def test_two_decays_that_start_alike_stay_alike_to_the_bit() -> None:
    rules = [Rule.of(entry, {"learning_rate": 0.02}) for entry in CATALOG.optimizers.values()]
    for path in run(objective("exponential_decay"), (2.6, 2.6), rules, 400):
        np.testing.assert_array_equal(path.phi[:, 0], path.phi[:, 1])
