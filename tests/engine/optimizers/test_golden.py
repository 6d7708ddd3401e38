"""Newer update rules against other sources: PyTorch's own steps, and what their papers promise."""

import numpy as np
import pytest

from engine.catalog import load_catalog

from .losses import HandLoss, quadratic, rosenbrock, run, simple_saddle

OPTIMIZERS = {name: entry.definition for name, entry in load_catalog().optimizers.items()}
OUTSIDE = {"learning_rate": 0.02, "beta": 0.9, "gamma": 0.99, "epsilon": 1e-8, "epsilon_inside_root": False}
AFTER_1_10_200 = {  # torch 2.13.0 in float64 on Rosenbrock's function from (-1.2, 1)
    "nadam": (
        OUTSIDE,
        [[-1.1788709644338722, 1.0211290355647067], [-1.0815255694071382, 1.119432898623272],
         [-0.8615667287504793, 0.7482935361632693]],
    ),
    "amsgrad": (
        OUTSIDE,
        [[-1.1800000000009276, 1.0199999999977272], [-1.032798473654071, 1.166937765175853],
         [-0.9421872596657322, 0.8939915912085699]],
    ),
    "adadelta": (
        {"learning_rate": 1.0, "gamma": 0.9, "epsilon": 1e-6},
        [[-1.1968377223401718, 1.0031622776581266], [-1.1691131971014705, 1.0310816323412628],
         [-0.9578548710992972, 0.926027025317496]],
    ),
    "sgd": (
        {"learning_rate": 1e-3},
        [[-0.9843999999999999, 1.088], [-1.0214113342697504, 1.0512622673760386],
         [-0.8589504898679177, 0.7458768385503122]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AFTER_1_10_200)
def test_the_path_is_pytorchs(name: str) -> None:
    settings, expected = AFTER_1_10_200[name]
    path, _ = run(OPTIMIZERS[name], rosenbrock(), (-1.2, 1.0), 200, settings)
    np.testing.assert_allclose(path[[1, 10, 200]], expected, rtol=1e-9)


@pytest.mark.parametrize("hessian", [[[2.0, 0.0], [0.0, 200.0]], [[3.0, -1.0], [-1.0, 5.0]]])
def test_newton_arrives_on_a_quadratic_in_one_step_whatever_its_condition(hessian: list[list[float]]) -> None:
    path, _ = run(OPTIMIZERS["newton"], quadratic(hessian), (3.0, -7.0), 1)
    np.testing.assert_allclose(path[1], [0, 0], atol=1e-13)


def test_newton_walks_uphill_to_a_saddle_and_damping_turns_it_away() -> None:
    path, _ = run(OPTIMIZERS["newton"], simple_saddle(), (1.0, 0.5), 1)
    np.testing.assert_allclose(path[1], [0, 0], atol=1e-15)
    damped, _ = run(OPTIMIZERS["newton"], simple_saddle(), (1.0, 0.5), 5, {"damping": 3.0})
    assert abs(damped[-1, 1]) > 0.5
    assert abs(damped[-1, 0]) < 1


def test_heavy_damping_is_gradient_descent_with_the_rate_one_over_it() -> None:
    newton, _ = run(OPTIMIZERS["newton"], rosenbrock(), (-1.2, 1.0), 5, {"damping": 1e6})
    descent, _ = run(OPTIMIZERS["gd"], rosenbrock(), (-1.2, 1.0), 5, {"learning_rate": 1e-6})
    np.testing.assert_allclose(newton - newton[0], descent - descent[0], rtol=2e-3)


def test_amsgrads_divisor_never_falls() -> None:
    spike = [HandLoss(lambda p, k=k: (100.0 if k == 3 else 0.1, 1.0)) for k in range(30)]
    largest = []
    for steps in range(1, 31):
        largest.append(run(OPTIMIZERS["amsgrad"], spike, (0.0, 0.0), steps)[1]["w"])
    assert (np.diff(largest, axis=0) >= 0).all()
    assert largest[-1][0] == largest[3][0]


def test_every_step_of_lion_is_as_long_as_the_learning_rate_in_each_coordinate() -> None:
    path, _ = run(OPTIMIZERS["lion"], rosenbrock(), (-1.2, 1.0), 50, {"learning_rate": 0.01})
    np.testing.assert_allclose(np.abs(np.diff(path, axis=0)), 0.01, rtol=1e-12)


def test_a_surface_that_is_scaled_does_not_change_the_steps_of_lion() -> None:
    here, _ = run(OPTIMIZERS["lion"], rosenbrock(), (-1.2, 1.0), 50)
    scaled = HandLoss(lambda p: 1024.0 * rosenbrock().gradient(p))
    assert run(OPTIMIZERS["lion"], scaled, (-1.2, 1.0), 50)[0].tobytes() == here.tobytes()
