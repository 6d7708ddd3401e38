"""What is known about each method, and how the variants relate to each other and to other software."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalog import load_catalog

from .losses import HandLoss, adam_bowl, quadratic, rosenbrock, run

OPTIMIZERS = {name: entry.definition for name, entry in load_catalog().optimizers.items()}
START = (-1.2, 1.0)
SLOPES = st.floats(1e-3, 1e3).flatmap(lambda size: st.sampled_from([size, -size]))


def test_gradient_descent_on_a_quadratic_shrinks_each_coordinate_by_its_own_factor() -> None:
    path, _ = run(OPTIMIZERS["gd"], quadratic([[1.0, 0.0], [0.0, 10.0]]), (1.0, 1.0), 50, {"learning_rate": 0.05})
    steps = np.arange(51)
    np.testing.assert_allclose(path[:, 0], 0.95**steps, rtol=1e-12)
    np.testing.assert_allclose(path[:, 1], 0.5**steps, rtol=1e-12)


@pytest.mark.parametrize("name", ["adam", "adamw"])
@given(gx=SLOPES, gy=SLOPES)
def test_adam_first_step_has_length_eta(name: str, gx: float, gy: float) -> None:
    settings = {"learning_rate": 0.1, "epsilon": 0.0}
    if name == "adamw":
        settings["weight_decay"] = 0.0
    path, _ = run(OPTIMIZERS[name], HandLoss(lambda phi: (gx, gy)), (0.0, 0.0), 1, settings)
    np.testing.assert_allclose(path[1], [-0.1 * np.sign(gx), -0.1 * np.sign(gy)], rtol=1e-12)


@given(gx=SLOPES, gy=SLOPES)
def test_adagrad_first_step_has_length_eta(gx: float, gy: float) -> None:
    settings = {"learning_rate": 0.1, "epsilon": 0.0}
    path, _ = run(OPTIMIZERS["adagrad"], HandLoss(lambda phi: (gx, gy)), (0.0, 0.0), 1, settings)
    np.testing.assert_allclose(path[1], [-0.1 * np.sign(gx), -0.1 * np.sign(gy)], rtol=1e-12)


def test_adagrad_slows_down_like_the_root_of_time_on_a_steady_slope() -> None:
    settings = {"learning_rate": 0.1, "epsilon": 0.0}
    path, _ = run(OPTIMIZERS["adagrad"], HandLoss(lambda phi: (3.0, 3.0)), (0.0, 0.0), 100, settings)
    np.testing.assert_allclose(-np.diff(path[:, 0]), 0.1 / np.sqrt(np.arange(1, 101)), rtol=1e-12)


def test_rmsprop_first_step_is_longer_by_the_missing_correction() -> None:
    settings = {"learning_rate": 0.1, "gamma": 0.99, "epsilon": 0.0}
    path, _ = run(OPTIMIZERS["rmsprop"], HandLoss(lambda phi: (3.0, -4.0)), (0.0, 0.0), 1, settings)
    np.testing.assert_allclose(path[1], [-1.0, 1.0], rtol=1e-12)


def test_adam_without_correction_starts_at_the_wrong_length() -> None:
    settings = {"learning_rate": 1.0, "beta": 0.9, "gamma": 0.99, "epsilon": 0.0, "bias_correction": False}
    path, _ = run(OPTIMIZERS["adam"], HandLoss(lambda phi: (2.0, 2.0)), (0.0, 0.0), 1, settings)
    np.testing.assert_allclose(path[1], -0.1 / np.sqrt(0.01), rtol=1e-12)


def test_adam_without_memory_steps_by_the_sign_of_the_gradient() -> None:
    settings = {"learning_rate": 0.03, "beta": 0.0, "gamma": 0.0, "epsilon": 0.0}
    path, _ = run(OPTIMIZERS["adam"], adam_bowl(), (-0.7, -0.9), 200, settings)
    np.testing.assert_allclose(np.abs(np.diff(path, axis=0)), 0.03, rtol=1e-9)


def test_the_average_of_momentum_has_weights_that_sum_to_one_minus_beta_to_the_t() -> None:
    _, state = run(OPTIMIZERS["momentum"], HandLoss(lambda phi: (1.0, 1.0)), (0.0, 0.0), 7, {"beta": 0.8})
    np.testing.assert_allclose(state["m"], 1 - 0.8**7, rtol=1e-12)


@given(beta=st.floats(0, 0.99), nesterov=st.booleans())
def test_heavy_ball_takes_the_path_of_the_average_at_a_rate_smaller_by_one_minus_beta(
    beta: float, nesterov: bool
) -> None:
    ema = {"learning_rate": 0.01, "beta": beta, "form": "ema", "nesterov": nesterov}
    heavy = {**ema, "learning_rate": 0.01 * (1 - beta), "form": "heavy_ball"}
    averaged, _ = run(OPTIMIZERS["momentum"], adam_bowl(), (-0.7, -0.9), 60, ema)
    rolled, _ = run(OPTIMIZERS["momentum"], adam_bowl(), (-0.7, -0.9), 60, heavy)
    np.testing.assert_allclose(rolled, averaged, rtol=1e-10, atol=1e-12)


def test_momentum_without_memory_is_gradient_descent() -> None:
    descent, _ = run(OPTIMIZERS["gd"], rosenbrock(), START, 40, {"learning_rate": 0.001})
    for form in ("ema", "heavy_ball"):
        for nesterov in (False, True):
            settings = {"learning_rate": 0.001, "beta": 0.0, "form": form, "nesterov": nesterov}
            path, _ = run(OPTIMIZERS["momentum"], rosenbrock(), START, 40, settings)
            np.testing.assert_allclose(path, descent, rtol=1e-12)


def test_nesterov_takes_the_gradient_at_the_look_ahead_point() -> None:
    asked: list[list[float]] = []

    def gradient(phi: np.ndarray) -> tuple[float, float]:
        asked.append(phi.tolist())
        return (1.0, 2.0)

    settings = {"learning_rate": 0.1, "beta": 0.5, "nesterov": True}
    path, _ = run(OPTIMIZERS["momentum"], HandLoss(gradient), (0.0, 0.0), 2, settings)
    # after the first step m = (0.5, 1), so the second gradient is taken 0.1 * 0.5 * m ahead of phi
    np.testing.assert_allclose(asked, [[0.0, 0.0], [-0.05 - 0.025, -0.1 - 0.05]], rtol=1e-12)
    np.testing.assert_allclose(path[1:], [[-0.05, -0.1], [-0.125, -0.25]], rtol=1e-12)


def test_pytorch_lists_the_look_ahead_point_of_nesterovs_heavy_ball() -> None:
    """torch.optim.SGD(nesterov=True): v = beta v + g; phi -= lr (g + beta v)."""
    rate, beta = 0.0005, 0.9
    theirs, velocity = np.array(START), np.zeros(2)
    ours, state = np.array(START), {"m": np.zeros(2)}
    rule = OPTIMIZERS["momentum"]
    settings = {"learning_rate": rate, "beta": beta, "form": "heavy_ball", "nesterov": True}
    for step in range(50):
        g = rosenbrock().gradient(theirs)
        velocity = beta * velocity + g
        theirs = theirs - rate * (g + beta * velocity)
        path, state = run(rule, rosenbrock(), ours.tolist(), 1, settings, state=state, first=step)
        ours = path[-1]
        np.testing.assert_allclose(ours - rate * beta * state["m"], theirs, rtol=1e-9)


def test_rmsprop_is_adam_without_momentum_and_correction() -> None:
    rmsprop = {"learning_rate": 0.01, "gamma": 0.95, "epsilon": 1e-3}
    adam = {**rmsprop, "beta": 0.0, "bias_correction": False}
    for inside in (False, True):
        path, _ = run(OPTIMIZERS["rmsprop"], rosenbrock(), START, 60, {**rmsprop, "epsilon_inside_root": inside})
        other, _ = run(OPTIMIZERS["adam"], rosenbrock(), START, 60, {**adam, "epsilon_inside_root": inside})
        np.testing.assert_allclose(path, other, rtol=1e-12)


def test_adamw_without_decay_is_adam() -> None:
    path, _ = run(OPTIMIZERS["adam"], rosenbrock(), START, 60)
    other, _ = run(OPTIMIZERS["adamw"], rosenbrock(), START, 60, {"weight_decay": 0.0})
    np.testing.assert_allclose(other, path, rtol=1e-12)


def test_adamw_shrinks_phi_by_eta_lambda_where_there_is_no_slope() -> None:
    settings = {"learning_rate": 0.1, "weight_decay": 0.5}
    path, _ = run(OPTIMIZERS["adamw"], HandLoss(lambda phi: (0.0, 0.0)), (1.0, -2.0), 10, settings)
    np.testing.assert_allclose(path[-1], np.array([1.0, -2.0]) * 0.95**10, rtol=1e-12)


def test_adam_without_epsilon_has_no_step_where_the_slope_is_zero() -> None:
    with np.errstate(invalid="ignore"):
        path, _ = run(OPTIMIZERS["adam"], HandLoss(lambda phi: (1.0, 0.0)), (0.0, 0.0), 1, {"epsilon": 0.0})
    assert np.isnan(path[1]).tolist() == [False, True]


def test_where_no_bound_of_stability_is_known_none_is_claimed() -> None:
    assert {name for name, rule in OPTIMIZERS.items() if rule.stability is not None} >= {"gd", "momentum"}
    assert all(OPTIMIZERS[name].stability is None for name in ("adam", "adamw", "rmsprop", "adagrad"))
