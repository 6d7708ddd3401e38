"""Paths through HTTP: what an answer contains, its forms, and that the same request gives the same bytes."""

import csv
import io

import numpy as np
import pytest

from .asking import BODIES, answered, decode_planes, error_of, path_of, post, strict

PATH = "/api/trajectories"
BODY = BODIES[PATH]
RACE = BODY | {"optimizers": [{"name": "gd"}, {"name": "momentum"}, {"name": "adam"}], "steps": 7}
KINDS = ["application/json", "application/octet-stream", "text/csv", "application/x-ndjson"]


def test_an_answer_repeats_surface_and_optimiser_complete(client):
    found = answered(client, PATH, BODY | {"surface": {"name": "rosenbrock"}})
    assert found["surface"] == {"name": "rosenbrock", "parameters": {"b": 100.0}}
    assert found["trajectories"][0]["optimizer"] == {
        "name": "adam",
        "learning_rate": 0.05,
        "beta": 0.9,
        "gamma": 0.999,
        "epsilon": 1e-8,
        "epsilon_inside_root": True,
        "bias_correction": True,
    }
    again = {"surface": found["surface"], "optimizers": [found["trajectories"][0]["optimizer"]]}
    assert answered(client, PATH, BODY | again)["trajectories"] == found["trajectories"]


def test_each_list_has_an_entry_for_the_start_and_one_a_step(client):
    for trajectory in answered(client, PATH, RACE)["trajectories"]:
        lists = [trajectory[key] for key in ("phi", "loss", "gradient", "gradient_evaluations")]
        assert [len(entries) for entries in [*lists, *trajectory["state"].values()]] == [8] * (
            4 + len(trajectory["state"])
        )
        assert trajectory["phi"][0] == [-1.5, 2.0]
        assert trajectory["loss"][0] == 12.5
        assert trajectory["status"] == "running"


def test_without_a_start_a_path_begins_where_the_surface_says(client):
    (surface,) = (s for s in client.get("/api/catalog").json()["surfaces"] if s["name"] == "rosenbrock")
    body = {key: value for key, value in BODY.items() if key != "start"}
    assert answered(client, PATH, body)["trajectories"][0]["phi"][0] == surface["start"]


def test_the_loss_and_the_gradient_are_those_of_the_points(client):
    found = path_of(client, {"name": "beale"}, {"name": "momentum", "learning_rate": 0.01}, [1, 1.5], 10)
    body = {"surface": {"name": "beale"}, "points": found["phi"], "order": 1}
    expected = answered(client, "/api/evaluations", body)
    np.testing.assert_allclose(found["loss"], expected["loss"], rtol=1e-12)
    np.testing.assert_allclose(found["gradient"], expected["gradient"], rtol=1e-12)


def test_divergence_is_an_answer(client):
    found = path_of(client, {"name": "bowl"}, {"name": "gd", "learning_rate": 10}, [1, 1], 500)
    assert found["status"] == "diverged"
    assert found["diverged_at"] >= 1
    assert "η" in found["reason"]
    assert len(found["phi"]) < 501
    assert np.isfinite(found["phi"]).all() and np.isfinite(found["loss"]).all()


@pytest.mark.parametrize("start", [[1e308, 0], [1e5, 1], [-1e100, 1e100], [1e7, -1e7]])
def test_a_start_far_outside_is_answered(client, start):
    for trajectory in answered(client, PATH, RACE | {"start": start})["trajectories"]:
        assert trajectory["status"] in ("running", "diverged")
        assert np.isfinite(trajectory["loss"]).all()


def test_a_start_where_the_loss_is_not_finite_gives_empty_lists(client):
    surface = {"formula": "log(x)", "x": [-1, 1], "y": [-1, 1]}
    found = path_of(client, surface, {"name": "adam"}, [-1, 0], 5)
    assert (found["status"], found["diverged_at"], found["phi"], found["state"]["m"]) == ("diverged", 0, [], [])


@pytest.mark.parametrize(
    ("formula", "start", "kind"),
    [
        ("x**2 + 2*y**2", [1, 1], "minimum"),
        ("x**2 - y**2", [1, 0], "saddle"),
        ("-x**2 - y**2", [0, 0], "maximum"),
        ("x**2 + 0*y", [1, 1], "degenerate"),
    ],
)
def test_a_path_that_has_arrived_says_at_what(client, formula, start, kind):
    surface = {"formula": formula, "x": [-2, 2], "y": [-2, 2]}
    found = path_of(client, surface, {"name": "gd", "learning_rate": 0.1}, start, 1000)
    assert (found["status"], found["critical_point"]) == ("converged", kind)
    assert kind in found["reason"] or (kind == "degenerate" and "inconclusive" in found["reason"])
    assert len(found["phi"]) == 1001
    early = path_of(client, {"name": "bowl"}, {"name": "gd", "learning_rate": 0.001}, [1, 1], 10)
    assert (early["status"], early["critical_point"]) == ("running", None)


def test_planes_are_the_same_record_in_single_precision(client):
    expected = answered(client, PATH, RACE)
    header, plane = decode_planes(post(client, PATH, RACE, accept="application/octet-stream").content)
    assert header["surface"] == expected["surface"]
    for described, listed in zip(header["trajectories"], expected["trajectories"], strict=True):
        for key in ("optimizer", "status", "reason", "diverged_at", "critical_point"):
            assert described[key] == listed[key]
        planes = {p["name"]: plane(p) for p in described["planes"]}
        states = {f"state.{name}": rows for name, rows in listed["state"].items()}
        assert planes.keys() == {"phi", "loss", "gradient", *states}
        for name, values in {**{k: listed[k] for k in ("phi", "loss", "gradient")}, **states}.items():
            np.testing.assert_array_equal(planes[name], np.float32(values))
        steps = np.arange(len(listed["loss"])) * described["gradient_evaluations_per_step"]
        assert listed["gradient_evaluations"] == steps.tolist()


def test_planes_hold_the_largest_float_where_a_number_is_larger(client):
    body = BODY | {"surface": {"name": "bowl"}, "optimizers": [{"name": "gd", "learning_rate": 10}], "steps": 500}
    header, plane = decode_planes(post(client, PATH, body, accept="application/octet-stream").content)
    for described in header["trajectories"][0]["planes"]:
        assert np.isfinite(plane(described)).all()


def test_csv_has_a_row_for_each_step_and_optimiser(client):
    expected = answered(client, PATH, RACE)
    response = post(client, PATH, RACE, accept="text/csv")
    assert response.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert len(rows) == 3 * 8
    for index, trajectory in enumerate(expected["trajectories"]):
        own = [row for row in rows if row["index"] == str(index)]
        assert [int(row["step"]) for row in own] == list(range(8))
        assert {row["optimizer"] for row in own} == {trajectory["optimizer"]["name"]}
        assert [[float(row["x"]), float(row["y"])] for row in own] == trajectory["phi"]
        assert [float(row["loss"]) for row in own] == trajectory["loss"]
        assert [row["m_x"] == "" for row in own] == ["m" not in trajectory["state"]] * 8


def test_ndjson_has_an_object_for_each_step_and_an_end_for_each_path(client):
    expected = answered(client, PATH, RACE)
    lines = [strict(line) for line in post(client, PATH, RACE, accept="application/x-ndjson").text.splitlines()]
    assert len(lines) == 3 * 9
    for index, trajectory in enumerate(expected["trajectories"]):
        own = [line for line in lines if line["index"] == index]
        for key in ("phi", "gradient_evaluations"):
            assert [line[key] for line in own[:-1]] == trajectory[key]
        assert own[-1]["optimizer"] == trajectory["optimizer"]
        assert own[-1]["status"] == trajectory["status"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_request_gives_the_same_bytes_and_etag(client, kind):
    first, second = (post(client, PATH, RACE, accept=kind) for _ in range(2))
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["content-type"].startswith(kind)
    assert float(first.headers["server-timing"].removeprefix("engine;dur=")) >= 0


def test_a_client_that_has_the_bytes_is_told_so(client):
    tag = post(client, PATH, RACE).headers["etag"]
    again = post(client, PATH, RACE, If_None_Match=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert post(client, PATH, BODY, If_None_Match=tag).status_code == 200
    assert post(client, PATH, RACE, If_None_Match=tag, accept="text/csv").status_code == 200


def test_accept_decides_by_weight_and_what_is_not_offered_is_refused(client):
    assert (
        post(client, PATH, BODY, accept="text/csv;q=0.5, application/x-ndjson")
        .headers["content-type"]
        .startswith("application/x-ndjson")
    )
    assert post(client, PATH, BODY, accept="text/html, */*;q=0.1").headers["content-type"] == "application/json"
    error_of(post(client, PATH, BODY, accept="image/png"), 406)


def test_a_whole_number_may_be_written_as_a_float(client):
    text = '{"surface": {"name": "booth"}, "optimizers": [{"name": "gd"}], "steps": 1e3}'
    assert len(answered(client, PATH, text)["trajectories"][0]["loss"]) == 1001


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"steps": 20_001}, "steps"),
        ({"steps": 6_667, "optimizers": [{"name": "gd"}] * 3}, "steps"),
        ({"steps": 0}, "steps"),
        ({"steps": -1}, "steps"),
        ({"steps": None}, "steps"),
        ({"steps": "10"}, "steps"),
        ({"steps": True}, "steps"),
        ({"steps": 1.5}, "steps"),
        ({"optimizers": []}, "optimizers"),
        ({"optimizers": [{"name": "gd"}] * 17}, "optimizers"),
        ({"optimizers": {"name": "gd"}}, "optimizers"),
        ({"optimizers": ["gd"]}, "optimizers[0]"),
        ({"optimizers": [{}]}, "optimizers[0].name"),
        ({"optimizers": [{"name": "adamm"}]}, "optimizers[0].name"),
        ({"optimizers": [{"name": ["gd"]}]}, "optimizers[0].name"),
        ({"optimizers": [{"name": "gd"}, {"name": "gd", "learning_rate": -1}]}, "optimizers[1].learning_rate"),
        ({"optimizers": [{"name": "gd", "learning_rate": None}]}, "optimizers[0].learning_rate"),
        ({"optimizers": [{"name": "gd", "learning_rate": "0.1"}]}, "optimizers[0].learning_rate"),
        ({"optimizers": [{"name": "gd", "learning_rate": True}]}, "optimizers[0].learning_rate"),
        ({"optimizers": [{"name": "gd", "learning_rate": [0.1]}]}, "optimizers[0].learning_rate"),
        ({"optimizers": [{"name": "gd", "learnig_rate": 0.1}]}, "optimizers[0].learnig_rate"),
        ({"optimizers": [{"name": "adam", "gamma": 1.0}]}, "optimizers[0].gamma"),
        ({"optimizers": [{"name": "adam", "bias_correction": 1}]}, "optimizers[0].bias_correction"),
        ({"optimizers": [{"name": "momentum", "form": "light"}]}, "optimizers[0].form"),
        ({"start": [1]}, "start[1]"),
        ({"start": [1, 2, 3]}, "start"),
        ({"start": [1, "2"]}, "start[1]"),
        ({"start": [1, True]}, "start[1]"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"batches": {"size": 5}}, "batches"),
        ({"batches": {"size": 0}}, "batches.size"),
        ({"gradient_noise": {"standard_deviation": -1}}, "gradient_noise.standard_deviation"),
        ({"stepz": 5}, "stepz"),
        ({"__proto__": {"a": 1}}, "__proto__"),
    ],
)
def test_a_wrong_value_is_refused_with_its_field(client, change, field):
    error = error_of(post(client, PATH, BODY | change), 422)
    assert error["field"] == field


def test_values_that_compare_equal_are_not_taken_for_each_other(client):
    """1 and true are equal keys in Python."""
    for value, status in ((True, 200), (1, 422), (True, 200), (1.0, 422)):
        body = BODY | {"optimizers": [{"name": "adam", "bias_correction": value}]}
        assert post(client, PATH, body).status_code == status


def test_a_missing_field_is_named(client):
    body = {key: value for key, value in BODY.items() if key != "steps"}
    assert error_of(post(client, PATH, body), 422)["field"] == "steps"


def test_the_range_of_a_value_is_told(client):
    error = error_of(post(client, PATH, BODY | {"optimizers": [{"name": "adam", "beta": 2}]}), 422)
    assert "between 0 and 0.99" in error["message"]
    assert "adam" in error_of(post(client, PATH, BODY | {"optimizers": [{"name": "adamm"}]}), 422)["message"]


def test_the_longest_path_allowed_is_answered(client):
    body = BODY | {"optimizers": [{"name": "gd"}, {"name": "adam"}], "steps": 10_000}
    for trajectory in answered(client, PATH, body)["trajectories"]:
        assert len(trajectory["loss"]) == 10_001


def test_the_same_paths_can_be_had_as_a_script_for_pytorch(client):
    body = BODIES["/api/trajectories"] | {"optimizers": [{"name": "adam", "epsilon_inside_root": False}]}
    response = client.post("/api/trajectories", json=body, headers={"Accept": "text/x-python"})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/x-python")
    compile(response.text, "script", "exec")
    assert "torch.optim.Adam([phi]" in response.text
    assert "START, STEPS = [-1.5, 2.0], 20" in response.text
