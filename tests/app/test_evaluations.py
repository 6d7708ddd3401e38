"""Critical points of all our surfaces through HTTP; evaluations, grids and predictions."""

import json

import numpy as np
import pytest

from tests.conftest import REFERENCE

from .asking import BODIES, answered, decode_planes, error_of, post

POINTS = json.loads((REFERENCE / "critical_points.json").read_text())["functions"]
OURS = {"gabor_loss": "gabor", "linear_least_squares": "line"}


@pytest.mark.parametrize("function", POINTS)
def test_every_critical_point_of_the_reference_is_one_here(client, function):
    listed = [p for p in POINTS[function]["critical_points"] if p["in_domain"] and p["type"] != "minimum_nonsmooth"][
        :40
    ]
    body = {"surface": {"name": OURS.get(function, function)}, "points": [[p["x"], p["y"]] for p in listed], "order": 2}
    found = answered(client, "/api/evaluations", body)
    scale = 1 + np.abs(found["hessian"]).max(axis=(1, 2))
    np.testing.assert_allclose(found["loss"], [p["f"] for p in listed], rtol=1e-9, atol=1e-9)
    assert (np.hypot(*np.transpose(found["gradient"])) <= 1e-9 * scale).all()
    for hessian, point in zip(found["hessian"], listed, strict=True):
        expected = np.array(point["eigenvalues"])
        np.testing.assert_allclose(
            np.linalg.eigvalsh(hessian), expected, rtol=1e-6, atol=1e-6 * np.abs(expected).max() + 1e-7
        )


def test_only_what_is_asked_for_is_answered(client):
    for order, keys in enumerate((["loss"], ["loss", "gradient"], ["loss", "gradient", "hessian"])):
        found = answered(client, "/api/evaluations", BODIES["/api/evaluations"] | {"order": order})
        assert list(found) == keys


def test_what_is_not_finite_is_null(client):
    surface = {"formula": "log(x)", "x": [-1, 1], "y": [-1, 1]}
    found = answered(client, "/api/evaluations", {"surface": surface, "points": [[-1, 0], [0, 0], [1, 0]], "order": 1})
    assert found["loss"] == [None, None, 0.0]
    assert found["gradient"][2] == [1.0, 0.0]


def test_a_grid_includes_both_ends_and_has_a_row_for_each_y(client):
    surface = {"formula": "x + 10*y", "x": [-2, 2], "y": [-2, 2]}
    found = answered(client, "/api/grids", {"surface": surface, "x": [0, 2], "y": [0, 1], "resolution": [3, 2]})
    assert found == {"x": [0.0, 1.0, 2.0], "y": [0.0, 1.0], "loss": [[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]]}


def test_a_grid_as_planes_is_the_grid_in_single_precision(client):
    body = {"surface": {"name": "himmelblau"}, "x": [-5, 5], "y": [-4, 4], "resolution": [7, 5]}
    expected = answered(client, "/api/grids", body)
    header, plane = decode_planes(post(client, "/api/grids", body, accept="application/octet-stream").content)
    assert [described["name"] for described in header["planes"]] == ["x", "y", "loss"]
    for described in header["planes"]:
        np.testing.assert_array_equal(plane(described), np.float32(expected[described["name"]]))


def test_in_planes_nan_stands_for_what_is_not_finite_and_the_largest_float_for_what_is_larger(client):
    surface = {"formula": "1/x + 1e200*(x + abs(x))", "x": [-1, 1], "y": [0, 1]}
    body = {"surface": surface, "x": [-1, 1], "y": [0, 1], "resolution": [3, 2]}
    header, plane = decode_planes(post(client, "/api/grids", body, accept="application/octet-stream").content)
    row = plane(header["planes"][2])[0]
    assert row[0] == -1
    assert np.isnan(row[1])
    assert row[2] == np.finfo(np.float32).max


@pytest.mark.parametrize("resolution", [[1, 2], [2, 401], [0, 0], [2.5, 2], [2], "ab", [True, 2], [1e30, 2]])
def test_a_resolution_outside_the_limits_is_refused(client, resolution):
    error = error_of(post(client, "/api/grids", BODIES["/api/grids"] | {"resolution": resolution}), 422)
    assert error["field"].startswith("resolution")


def test_a_model_predicts_a_curve_for_each_phi(client):
    body = {"surface": {"name": "line"}, "phi": [[1, 2], [0, -1]], "u": [0, 1], "resolution": 3}
    found = answered(client, "/api/predictions", body)
    assert found == {"u": [0.0, 0.5, 1.0], "prediction": [[1.0, 2.0, 3.0], [0.0, -0.5, -1.0]]}


def test_a_surface_without_data_predicts_nothing(client):
    error = error_of(post(client, "/api/predictions", BODIES["/api/predictions"] | {"surface": {"name": "booth"}}), 422)
    assert error["field"] == "surface"


def test_own_data_take_the_place_of_the_surface_s(client):
    data = {"x": [0.0, 1.0], "y": [0.0, 2.0]}
    body = {"surface": {"name": "line", "data": data}, "points": [[0, 2], [1, 2]], "order": 0}
    assert answered(client, "/api/evaluations", body)["loss"] == [0.0, 2.0]


@pytest.mark.parametrize(
    ("surface", "field"),
    [
        ({"name": "line", "data": {"x": [1, 2], "y": [1]}}, "surface.data"),
        ({"name": "line", "data": {"x": [], "y": []}}, "surface.data.x"),
        ({"name": "line", "data": {"x": [1]}}, "surface.data.y"),
        ({"name": "line", "reduction": "median"}, "surface.reduction"),
        ({"name": "logistic", "data": {"x": [1, 2], "y": [1, 0.5]}}, "surface.data.y"),
        ({"name": "booth", "data": {"x": [1], "y": [1]}}, "surface.data"),
        ({"name": "booth", "reduction": "sum"}, "surface.reduction"),
        ({"name": "rosenbrock", "parameters": {"b": -1}}, "surface.parameters.b"),
        ({"name": "rosenbrock", "parameters": {"c": 1}}, "surface.parameters.c"),
        ({"name": "rosenbrock", "formula": "x", "x": [0, 1], "y": [0, 1]}, "surface.name"),
        ({"name": "nowhere"}, "surface.name"),
        ({"formula": "x +", "x": [0, 1], "y": [0, 1]}, "surface.formula"),
        ({"formula": "x", "x": [1, 0], "y": [0, 1]}, "surface.x"),
        ({"formula": "x", "x": [1, 1], "y": [0, 1]}, "surface.x"),
        ({"formula": "x", "x": [-1e308, 1e308], "y": [0, 1]}, "surface.x"),
        ({"formula": "x", "y": [0, 1]}, "surface.x"),
        ({}, "surface.name"),
        ("rosenbrock", "surface"),
        (None, "surface"),
    ],
)
def test_a_surface_that_is_wrong_is_refused_with_the_field(client, surface, field):
    error = error_of(post(client, "/api/evaluations", {"surface": surface, "points": [[0, 0]]}), 422)
    assert error["field"] == field


def test_more_points_than_allowed_are_refused_and_the_limit_is_told(client):
    body = BODIES["/api/evaluations"] | {"points": [[0, 0]] * 10_001}
    assert "10000" in error_of(post(client, "/api/evaluations", body), 422)["message"]
