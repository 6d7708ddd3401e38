"""The lecture's numbers through HTTP: gradients, paths of gradient descent, momentum and Adam."""

import base64
import itertools
import math

import numpy as np
import pytest

from .asking import answered, path_of


@pytest.fixture
def case(cases):
    def find(name):
        found = cases[name]
        return found["inputs"], found["outputs"], {"rtol": found["tolerance"]["rel"], "atol": found["tolerance"]["abs"]}

    return find


@pytest.fixture
def surfaces(fixtures):
    data = {name: {key: fixtures[f"{name}_data"][key] for key in "xy"} for name in ("linear", "gabor")}
    return {
        "linear_data": {"name": "line", "data": data["linear"]},
        "gabor_data": {"name": "gabor", "data": data["gabor"]},
        "adam_bowl": {"name": "adam_bowl"},
    }


@pytest.mark.parametrize(
    "name",
    ["linear-loss-0.6,-0.2", "linear-grad-0,0", "gabor-loss-0.6,-0.2", "gabor-grad-0.5,12.0", "bowl-grad--0.7,-0.9"],
)
def test_losses_gradients_and_hessians_are_those_of_the_lecture(client, case, surfaces, name):
    given, expected, tolerance = case(name)
    surface = surfaces[given.get("data") or given["model"]]
    found = answered(client, "/api/evaluations", {"surface": surface, "points": [given["phi"]], "order": 2})
    np.testing.assert_allclose(found["loss"][0], expected["loss"], **tolerance)
    gradient = expected.get("grad") or expected.get("grad_analytic")
    if gradient:
        np.testing.assert_allclose(found["gradient"][0], gradient, **tolerance)
    if "hessian" in expected:
        np.testing.assert_allclose(found["hessian"][0], expected["hessian"], **tolerance)


def test_the_line_fit_has_the_same_hessian_everywhere(client, case, surfaces):
    given, expected, tolerance = case("linear-hessian")
    points = [[0, 0], [1.5, -0.5], expected["minimiser"]]
    found = answered(client, "/api/evaluations", {"surface": surfaces[given["data"]], "points": points, "order": 2})
    for hessian in found["hessian"]:
        np.testing.assert_allclose(hessian, expected["hessian"], **tolerance)
    np.testing.assert_allclose(found["loss"][2], expected["min_loss"], **tolerance)
    np.testing.assert_allclose(found["gradient"][2], [0, 0], atol=1e-12)


def test_exact_line_search_takes_steps_at_right_angles(client, case, surfaces):
    """Each step's learning rate is g·g/(g·H g), from the gradient and the Hessian that the API tells."""
    given, expected, tolerance = case("linear-gd-exact-linesearch-10")
    surface, phi, gradients = surfaces[given["data"]], given["phi0"], []
    for step in range(given["n_steps"]):
        np.testing.assert_allclose(phi, expected["path"][step], **tolerance)
        told = answered(client, "/api/evaluations", {"surface": surface, "points": [phi], "order": 2})
        g, hessian = np.array(told["gradient"][0]), np.array(told["hessian"][0])
        rate = g @ g / (g @ hessian @ g)
        assert math.isclose(rate, expected["alphas"][step], rel_tol=tolerance["rtol"])
        gradients.append(g)
        phi = path_of(client, surface, {"name": "gd", "learning_rate": rate}, phi, 1)["phi"][1]
    np.testing.assert_allclose(phi, expected["path"][-1], **tolerance)
    for one, other in itertools.pairwise(gradients):
        assert abs(one @ other) < 1e-12
    last = answered(client, "/api/evaluations", {"surface": surface, "points": [phi], "order": 0})
    np.testing.assert_allclose(last["loss"][0], expected["final_loss"], **tolerance)


@pytest.mark.parametrize("name", ["scalar-arch-tanh-tanh", "scalar-arch-identity-identity"])
def test_backpropagation_through_the_scalar_chain_is_the_lectures(client, case, name):
    """L42, as the training lab tells it of a network 1-1-1-1 without biases: the loss, and its slope along each weight."""
    given, expected, tolerance = case(name)
    layers = [{"weights": [[w]], "biases": [0]} for w in given["w"]]
    body = {
        "dataset": {"x": [given["x"]], "y": [given["t"]]},
        "network": {"hidden": [1, 1], "activation": given["s1"]},
        "likelihood": {"name": "squared_error"}, "reduction": "sum", "initial_parameters": layers,
        "optimizer": {"name": "gd"}, "steps": 1, "step": 0, "unit": {"layer": 1, "unit": 0},
        "frames": {"grid": {"x": [given["x"], given["x"] + 1], "resolution": [2]}},
    }  # fmt: skip
    assert given["s1"] == given["s2"]
    (run,) = answered(client, "/api/training/states", body)["runs"]
    np.testing.assert_allclose(run["loss"], expected["L"], **tolerance)
    for layer, name_of in enumerate(("dL_dw1", "dL_dw2", "dL_dw3")):
        np.testing.assert_allclose(run["gradients"][layer]["weights"][0][0], expected[name_of], **tolerance)
    np.testing.assert_allclose(run["gradients"][2]["biases"][0], expected["dL_dy"], **tolerance)
    h2 = np.frombuffer(base64.b64decode(run["unit"]["float32"]), dtype="<f4")[0]
    np.testing.assert_allclose(h2, expected["h2"], rtol=1e-6)


@pytest.mark.parametrize(
    "name", ["gabor-gd-fixed-0.2-21", "gabor-gd-8.0,8.0-lr0.2-200", "gabor-gd--8.0,14.0-lr0.2-400"]
)
def test_gradient_descent_on_the_gabor_loss_takes_the_path_of_the_textbook(client, case, surfaces, name):
    given, expected, tolerance = case(name)
    rule = {"name": "gd", "learning_rate": given["lr"]}
    found = path_of(client, surfaces["gabor_data"], rule, given["phi0"], given["n_steps"])
    if "path" in expected:
        np.testing.assert_allclose(found["phi"], expected["path"], **tolerance)
    else:
        np.testing.assert_allclose(found["phi"][1:6], expected["first5"], **tolerance)
        np.testing.assert_allclose(found["phi"][-1], expected["final_phi"], **tolerance)
        np.testing.assert_allclose(found["loss"][-1], expected["final_loss"], **tolerance)


def test_adam_crosses_the_lecture_s_bowl_in_sixty_steps(client, case):
    given, expected, _ = case("bowl-adam-60")
    rule = {
        "name": "adam",
        "learning_rate": given["lr"],
        "beta": given["beta"],
        "gamma": given["gamma"],
        "epsilon": given["eps"],
    }
    found = path_of(client, {"name": "adam_bowl"}, rule, given["phi0"], given["n_steps"])
    np.testing.assert_allclose(found["phi"], expected["path_notebook_fd"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("inside", "key"), [(True, "final_eps_inside_lecture"), (False, "final_eps_outside_UDL_pytorch")]
)
def test_epsilon_stands_inside_or_outside_the_root(client, case, inside, key):
    given, expected, tolerance = case("bowl-adam-60-eps1e-08")
    rule = {"name": "adam", "learning_rate": given["lr"], "beta": given["beta"], "gamma": given["gamma"]}
    rule |= {"epsilon": given["eps"], "epsilon_inside_root": inside}
    found = path_of(client, {"name": "adam_bowl"}, rule, given["phi0"], given["n_steps"])
    np.testing.assert_allclose(found["phi"][-1], expected[key], **tolerance)


def test_adam_s_first_step_divides_by_a_root_that_contains_epsilon(client, case):
    given, expected, tolerance = case("adam-first-step-eps")
    gx, gy = given["g"]
    surface = {"formula": f"{gx}*x + {gy}*y", "x": [-2, 2], "y": [-2, 2]}
    rule = {
        "name": "adam",
        "learning_rate": given["lr"],
        "beta": given["beta"],
        "gamma": given["gamma"],
        "epsilon": given["eps"],
    }
    for inside, key in ((True, "lecture_eps_inside_sqrt"), (False, "udl_eps_outside")):
        found = path_of(client, surface, rule | {"epsilon_inside_root": inside}, given["phi0"], 1)
        np.testing.assert_allclose(found["phi"][1], expected[key], **tolerance)


def test_adam_follows_rosenbrock_s_valley(client, case):
    given, expected, _ = case("tf-rosenbrock-adam--1.2,1.0")
    rule = {"name": "adam", "learning_rate": given["lr"], "beta": given["beta"], "gamma": given["gamma"]}
    rule |= {"epsilon": given["eps"], "epsilon_inside_root": False}
    found = path_of(client, {"name": "rosenbrock", "parameters": {"b": 100}}, rule, given["phi0"], given["n_steps"])
    np.testing.assert_allclose(found["phi"][1:4], expected["first3"], rtol=1e-5)
    np.testing.assert_allclose(found["phi"][-1], expected["final"], rtol=1e-4)


def test_a_tiny_offset_leaves_the_saddle_s_ridge(client, case):
    given, expected, tolerance = case("tf-simple_saddle-gd-1.0,1e-06")
    rule = {"name": "gd", "learning_rate": given["lr"]}
    found = path_of(client, {"name": "simple_saddle"}, rule, given["phi0"], given["n_steps"])
    np.testing.assert_allclose(found["phi"][1:4], expected["first3"], rtol=1e-9)
    np.testing.assert_allclose(found["phi"][-1], expected["final"], **tolerance)


def test_momentum_s_two_forms_are_one_path_with_another_learning_rate(client, surfaces):
    forms = [{"form": "ema", "learning_rate": 0.6}, {"form": "heavy_ball", "learning_rate": 0.24}]
    rules = [{"name": "momentum", "beta": 0.6, **form} for form in forms]
    body = {"surface": surfaces["gabor_data"], "start": [-1.5, 6.5], "optimizers": rules, "steps": 81}
    first, second = answered(client, "/api/trajectories", body)["trajectories"]
    np.testing.assert_allclose(first["phi"], second["phi"], rtol=1e-9)


def test_the_mean_s_gradient_is_the_sum_s_over_the_number_of_points(client, surfaces):
    found = {}
    for reduction in ("sum", "mean"):
        surface = surfaces["linear_data"] | {"reduction": reduction}
        found[reduction] = answered(client, "/api/evaluations", {"surface": surface, "points": [[0, 0]], "order": 1})
    ratio = found["sum"]["gradient"][0][0] / found["mean"]["gradient"][0][0]
    assert math.isclose(ratio, len(surfaces["linear_data"]["data"]["x"]))


def test_three_epochs_of_given_batches_take_the_path_of_the_lecture(client, case, surfaces):
    given, expected, tolerance = case("gabor-sgd-epochs-3")
    body = {"surface": surfaces["gabor_data"], "start": given["phi0"], "steps": len(given["batches"])}
    body |= {"optimizers": [{"name": "gd", "learning_rate": given["lr"]}], "batches": {"indices": given["batches"]}}
    (found,) = answered(client, "/api/trajectories", body)["trajectories"]
    np.testing.assert_allclose(found["phi"], expected["path"], **tolerance)
    assert found["batches"] == given["batches"]
    assert found["epoch"][-1] == 3


def test_both_forms_of_momentum_end_where_the_lecture_does_on_the_same_batches(client, case, surfaces, fixtures):
    given, expected, tolerance = case("momentum-heavyball-equivalence")
    ema, ball = ({"learning_rate": given[form]["lr"], "beta": given[form]["beta"]} for form in ("ema", "heavy_ball"))
    rules = [{"name": "momentum", **ema}, {"name": "momentum", "form": "heavy_ball", **ball}]
    batches = fixtures["batches_seed1_81"]
    body = {"surface": surfaces["gabor_data"], "start": given["phi0"], "optimizers": rules, "steps": len(batches)}
    for found in answered(client, "/api/trajectories", body | {"batches": {"indices": batches}})["trajectories"]:
        np.testing.assert_allclose(found["phi"][-1], expected["final_phi_both"], **tolerance)


def test_the_cloud_of_batch_gradients_has_the_mean_and_covariance_of_the_lecture(client, case, surfaces):
    given, expected, tolerance = case("gabor-per-sample-gradients")
    body = {"surface": surfaces["gabor_data"], "phi": given["phi"], "batches": {"size": 5}, "count": 500}
    found = answered(client, "/api/gradients", body)
    np.testing.assert_allclose(found["per_sample"], expected["per_sample_grad"], **tolerance)
    np.testing.assert_allclose(found["gradient"], expected["full"], **tolerance)
    np.testing.assert_allclose(found["expected"], expected["expected_batch_sum_B5"], **tolerance)
    exact = expected["cov_of_batch_sum_B5_without_replacement"]
    np.testing.assert_allclose(found["covariance"], exact, **tolerance)
    deviation = np.sqrt(np.diag(exact) / 500)
    assert (np.abs(np.subtract(found["mean"], found["expected"])) < 4 * deviation).all()
    sums = np.array(found["per_sample"])[np.array(found["batches"])].sum(axis=1)
    np.testing.assert_allclose(found["batch_gradients"], sums, rtol=1e-12)
