"""Slices of the loss through HTTP: the plane, the paths on it, refusals."""

import numpy as np
import pytest

from tests.app.asking import BODIES, answered, error_of, post

PATH = "/api/training/slices"
MOONS = {"name": "moons", "n": 100, "noise": 0.1, "seed": 0}
RACE = {
    "dataset": MOONS,
    "network": {"hidden": [8], "seed": 1},
    "batches": {"size": 8},
    "steps": 60,
    "optimizers": [{"name": "adam", "learning_rate": 0.03}, {"name": "sgd", "learning_rate": 0.1}],
}


@pytest.mark.parametrize("directions", ["random", "principal"])
@pytest.mark.parametrize(("centre", "place"), [("end", -1), ("start", 0)])
def test_the_plane_shows_all_paths_around_a_point_of_one(client, directions, centre, place):
    plane = {"directions": directions, "centre": centre, "resolution": [9, 6]}
    found = answered(client, PATH, RACE | {"plane": plane, "run": 1})
    assert np.shape(found["loss"]) == np.shape(found["validation_loss"]) == (6, 9)
    assert (len(found["a"]), len(found["b"])) == (9, 6)
    trained = answered(client, "/api/training", RACE)["runs"]
    for path, run in zip(found["paths"], trained, strict=True):
        assert path["loss"] == run["loss"]
        assert path["step"] == run["step"]
        for axis in "ab":
            assert min(found[axis]) <= min(path[axis]) and max(path[axis]) <= max(found[axis])
    seen = found["paths"][1]
    assert found["centre"] == {"step": seen["step"][place], "loss": seen["loss"][place]}
    assert (seen["a"][place], seen["b"][place], seen["distance"][place]) == (0, 0, 0)
    assert seen["plane_loss"][place] == pytest.approx(seen["loss"][place], rel=1e-13)
    assert max(seen["distance"]) > 0
    shares = found["variance_explained"]
    assert shares is None if directions == "random" else 0.5 < sum(shares) < 1


def test_the_bilinear_ground_agrees_with_the_paths_shadow(client):
    """Where the plane is fine enough, its loss between four points of the grid is that of the path's shadow."""
    plane = {"directions": "principal", "resolution": [121, 121]}
    found = answered(client, PATH, RACE | {"plane": plane})
    a, b, loss = (np.array(found[name]) for name in ("a", "b", "loss"))
    path = found["paths"][0]
    for x, y, expected in zip(path["a"], path["b"], path["plane_loss"], strict=True):
        across = [np.interp(x, a, row) for row in loss]
        assert np.interp(y, b, across) == pytest.approx(expected, rel=0.02)


def test_a_run_that_explodes_leaves_the_picture_and_not_the_answer(client):
    """The same two runs, on the plane of the one that learns, and on that of the one that does not."""
    body = RACE | {"dataset": {"name": "lecture_sine", "n": 100}, "likelihood": {"name": "squared_error"},
                   "optimizers": [{"name": "sgd", "learning_rate": rate} for rate in (0.02, 2.0)]}  # fmt: skip
    for run in (0, 1):
        found = answered(client, PATH, body | {"run": run, "plane": {"directions": "principal", "resolution": [9, 9]}})
        learns, explodes = found["paths"]
        assert max(map(abs, [*found["a"], *found["b"]])) < 1e3
        assert max(map(abs, explodes["a"])) > 1e6 and explodes["loss"][-1] > 1e3 * explodes["loss"][0]
        assert found["centre"]["loss"] <= 1e3 * explodes["loss"][0]
        if run == 0:
            assert max(map(abs, learns["a"])) <= max(map(abs, found["a"]))
            assert None not in found["loss"][4]


def test_a_long_path_is_thinned_and_keeps_its_ends(client):
    found = answered(client, PATH, RACE | {"steps": 3001, "plane": {"resolution": [2, 2]}})
    steps = found["paths"][0]["step"]
    assert (steps[0], steps[-1]) == (0, 3001)
    assert len(steps) <= 402
    assert len(set(np.diff(steps)[:-1])) == 1


def test_a_radius_is_kept_wherever_the_paths_are(client):
    found = answered(client, PATH, RACE | {"plane": {"radius": 0.5, "resolution": [3, 3]}})
    assert found["a"] == found["b"] == [-0.5, 0, 0.5]


def test_without_a_validation_part_there_is_no_loss_of_it(client):
    body = RACE | {"dataset": {"x": [[0], [1], [2], [3]], "y": [0.5, 1.5, 0, 2]}, "batches": None}
    found = answered(client, PATH, body | {"plane": {"resolution": [3, 3]}})
    assert found["validation_loss"] is None


def test_around_the_weights_that_were_drawn_there_is_a_random_plane(client):
    found = answered(client, PATH, RACE | {"steps": 0, "plane": {"resolution": [3, 3]}})
    assert found["a"] == [-1, 0, 1]
    assert found["loss"][1][1] == pytest.approx(found["centre"]["loss"], rel=1e-13)


def test_what_is_not_finite_on_the_plane_is_null(client):
    body = BODIES[PATH] | {"dataset": {"x": [[1e100], [0]], "y": [1, 0.5]}, "steps": 0}
    body |= {"plane": {"radius": 1e6, "resolution": [3, 3]}, "network": {"hidden": [4], "activation": "identity"}}
    body |= {
        "initial_parameters": [
            {"weights": [[1e100] * 4], "biases": [0] * 4},
            {"weights": [[1e-50]] * 4, "biases": [0]},
        ]
    }
    found = answered(client, PATH, body)
    assert None in found["loss"][0]


def test_the_same_request_has_the_same_bytes(client):
    first, second = (post(client, PATH, RACE | {"plane": {"directions": "principal"}}) for _ in range(2))
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"run": 2}, "run"),
        ({"plane": {"directions": "straight"}}, "plane.directions"),
        ({"plane": {"resolution": [1, 5]}}, "plane.resolution[0]"),
        ({"plane": {"resolution": [5, 401]}}, "plane.resolution[1]"),
        ({"plane": {"radius": 0}}, "plane.radius"),
        ({"plane": {"margin": -1}}, "plane.margin"),
        ({"plane": {"centre": "middle"}}, "plane.centre"),
        ({"plane": {"seed": -1}}, "plane.seed"),
        ({"plane": {"zoom": 1}}, "plane.zoom"),
        ({"plane": {"directions": "principal"}, "steps": 0}, "plane.directions"),
        ({"network": {"hidden": [], "initializer": "zeros"}, "plane": {"centre": "start"}}, "plane.directions"),
        ({"dataset": MOONS | {"n": 500}, "plane": {"resolution": [400, 400]}}, "plane.resolution"),
        ({"dataset": {"name": "nobody"}}, "dataset.name"),
        ({"steps": 10**7}, "steps"),
        ({"frames": {"grid": None}}, "frames"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(client, change, field):
    assert error_of(post(client, PATH, RACE | change), 422)["field"] == field


def test_what_would_take_too_long_is_told(client):
    body = RACE | {"network": {"hidden": [64] * 4}, "plane": {"resolution": [300, 300]}}
    assert error_of(post(client, PATH, body), 503)["code"] == "deadline"
