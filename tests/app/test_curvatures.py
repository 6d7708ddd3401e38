"""Curvatures at points, what optimisers bear of them, and critical points through HTTP."""

import numpy as np
import pytest

from .asking import answered, error_of, post


def test_curvatures_are_the_eigenvalues_of_the_hessian_that_is_answered(client):
    body = {"surface": {"name": "gabor", "reduction": "mean"}, "points": [[-1.5, 8.5], [0, 16], [4, 4]]}
    hessian = np.array(answered(client, "/api/evaluations", body | {"order": 2})["hessian"])
    found = answered(client, "/api/curvatures", body)
    np.testing.assert_allclose(np.transpose([found["low"], found["high"]]), np.linalg.eigvalsh(hessian), rtol=1e-9)
    for matrix, high, axis in zip(hessian, found["high"], found["axis"], strict=True):
        np.testing.assert_allclose(matrix @ axis, np.multiply(high, axis), atol=1e-9)
    assert found["stability_bounds"] == []


def test_where_the_hessian_is_not_finite_all_is_null(client):
    surface = {"formula": "log(x) + y**2", "x": [-1, 1], "y": [-1, 1]}
    found = answered(client, "/api/curvatures", {"surface": surface, "points": [[-1, 0], [1, 0]]})
    assert [found[name] for name in ("low", "high", "type")] == [[None, -1], [None, 2], [None, "saddle"]]
    assert found["axis"][0] is None


@pytest.mark.parametrize(
    ("optimizer", "bound"),
    [
        ({"name": "gd"}, 2.0),
        ({"name": "momentum", "beta": 0.9}, 2 * 1.9 / 0.1),
        ({"name": "momentum", "beta": 0.9, "form": "heavy_ball"}, 2 * 1.9),
        ({"name": "adam"}, None),
    ],
)
def test_a_quadratic_arrives_below_the_bound_and_diverges_above_it(client, optimizer, bound):
    asked = {"surface": {"name": "bowl"}, "points": [[1, 1]], "optimizers": [optimizer]}
    found = answered(client, "/api/curvatures", asked)
    (told,) = found["stability_bounds"]
    assert told is None if bound is None else told == pytest.approx(bound)
    if bound is None:
        return
    for share, status in ((0.98, "converged"), (1.02, "diverged")):
        rate = share * told / found["high"][0]
        body = {"surface": {"name": "bowl"}, "optimizers": [optimizer | {"learning_rate": rate}], "steps": 5000}
        assert answered(client, "/api/trajectories", body)["trajectories"][0]["status"] == status


def test_a_critical_point_has_the_loss_that_is_asked_for(client):
    whole = answered(client, "/api/critical_points", {"surface": {"name": "gabor"}})["critical_points"]
    mean = answered(client, "/api/critical_points", {"surface": {"name": "gabor", "reduction": "mean"}})[
        "critical_points"
    ]
    assert [point["kind"] for point in whole] == [point["kind"] for point in mean]
    np.testing.assert_allclose([p["loss"] for p in whole], [30 * p["loss"] for p in mean], rtol=1e-9)
    np.testing.assert_allclose([p["curvatures"] for p in whole], [np.multiply(30, p["curvatures"]) for p in mean])


def test_own_data_have_critical_points_of_their_own(client):
    data = {"x": [0.0, 1.0, 2.0], "y": [0.5, 1.0, 1.5]}
    found = answered(client, "/api/critical_points", {"surface": {"name": "line", "data": data}})
    ((point,), isolated) = found["critical_points"], found["isolated"]
    assert isolated and point["kind"] == "minimum"
    np.testing.assert_allclose([point["x"], point["y"], point["loss"]], [0.5, 0.5, 0], atol=1e-9)


def test_a_minimum_without_a_gradient_is_told_as_it_is_declared(client):
    found = answered(client, "/api/critical_points", {"surface": {"name": "ackley"}})["critical_points"]
    (kink,) = [point for point in found if point["kind"] == "minimum_nonsmooth"]
    assert (kink["x"], kink["y"], kink["curvatures"], kink["axis"]) == (0, 0, None, None)
    assert kink["loss"] == pytest.approx(0, abs=1e-12)


def test_a_wrong_optimiser_is_told_by_its_place(client):
    asked = {"surface": {"name": "bowl"}, "points": [[1, 1]], "optimizers": [{"name": "gd"}, {"name": "none"}]}
    assert error_of(post(client, "/api/curvatures", asked), 422)["field"] == "optimizers[1].name"
