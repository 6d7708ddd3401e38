"""What is inside each step, over HTTP: asked for, it comes beside the same path, in every form."""

import csv
import io
import json

import numpy as np

from tests.app.asking import answered, decode_planes, post, strict
from tests.app.test_streams import stream

PATH = "/api/trajectories"
RACE = {
    "surface": {"name": "rosenbrock", "parameters": {"b": 100}},
    "start": [-1.5, 2],
    "optimizers": [{"name": "gd"}, {"name": "momentum", "form": "heavy_ball"}, {"name": "adam", "learning_rate": 0.05}],
    "steps": 90,
}
OPENED = RACE | {"internals": True}


def without(trajectory):
    return {key: value for key, value in trajectory.items() if key != "internals"}


def test_internals_come_beside_the_same_path_and_only_where_they_are_asked_for(client):
    plain, opened = answered(client, PATH, RACE), answered(client, PATH, OPENED)
    assert [without(t) for t in opened["trajectories"]] == plain["trajectories"]
    assert all("internals" not in t for t in plain["trajectories"])
    definitions = {o["name"]: o for o in client.get("/api/catalog").json()["optimizers"]}
    for trajectory in opened["trajectories"]:
        listed = [q["name"] for q in definitions[trajectory["optimizer"]["name"]]["internals"]]
        assert list(trajectory["internals"]) == listed
        assert {len(rows) for rows in trajectory["internals"].values()} == {91}
        phi, move = np.array(trajectory["phi"]), np.array(trajectory["internals"]["move"])
        np.testing.assert_allclose(np.diff(phi, axis=0), move[:-1], atol=1e-14)
    adam = opened["trajectories"][2]
    m, v = (np.array(adam["state"][name]) for name in "mv")
    gradient, t = np.array(adam["gradient"])[:-1], np.arange(1, 91)[:, None]
    inside = {name: np.array(rows)[:-1] for name, rows in adam["internals"].items()}
    np.testing.assert_allclose(inside["kept"], 0.9 * m[:-1], rtol=1e-12)
    np.testing.assert_allclose(inside["kept"] + inside["taken_in"], m[1:], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(inside["taken_in"], 0.1 * gradient, rtol=1e-9)
    np.testing.assert_allclose(inside["m_hat"], m[1:] / (1 - 0.9**t), rtol=1e-10)
    np.testing.assert_allclose(inside["v_hat"], v[1:] / (1 - 0.999**t), rtol=1e-10)


def test_every_form_of_the_answer_has_the_same_internals(client):
    expected = answered(client, PATH, OPENED)["trajectories"]
    header, plane = decode_planes(post(client, PATH, OPENED, accept="application/octet-stream").content)
    rows = list(csv.DictReader(io.StringIO(post(client, PATH, OPENED, accept="text/csv").text)))
    lines = [strict(line) for line in post(client, PATH, OPENED, accept="application/x-ndjson").text.splitlines()]
    events = [data for name, _, data in stream(client, OPENED) if name == "steps"]
    for index, trajectory in enumerate(expected):
        planes = {p["name"]: plane(p) for p in header["trajectories"][index]["planes"]}
        cells = [row for row in rows if row["index"] == str(index)]
        own = [line for line in lines if line["index"] == index][:-1]
        for name, values in trajectory["internals"].items():
            np.testing.assert_array_equal(planes[f"internal.{name}"], np.float32(values))
            for axis, column in enumerate("xy"):
                assert [float(c[f"internal.{name}_{column}"]) for c in cells] == [pair[axis] for pair in values]
            assert [line["internals"][name] for line in own] == values
            assert [pair for e in events for pair in e["trajectories"][index]["internals"][name]] == values


def test_a_ratio_of_nothing_to_nothing_is_null_and_the_path_is_the_same(client):
    body = {
        "surface": {"formula": "x**2", "x": [-2, 2], "y": [-2, 2]},
        "start": [1, 1],
        "optimizers": [{"name": "adam", "epsilon": 0}],
        "steps": 3,
    }
    plain, opened = answered(client, PATH, body), answered(client, PATH, body | {"internals": True})
    assert [without(t) for t in opened["trajectories"]] == plain["trajectories"]
    assert opened["trajectories"][0]["internals"]["ratio"] == [[1.0, None]]
    table = post(client, PATH, body | {"internals": True}, accept="text/csv").text
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["internal.ratio_x"], row["internal.ratio_y"]) == ("1.0", "")


def test_the_catalogue_says_what_is_inside_every_optimiser(client):
    document = client.get("/api/catalog").json()
    assert document["gradient"]["formulas"][0]["mathml"].startswith("<math")
    for optimizer in document["optimizers"]:
        assert optimizer["internals"][-1]["name"] == "move"
        assert optimizer["stages"][-1]["arrows"]
        for quantity in optimizer["internals"]:
            assert quantity["help"] and quantity["mathml"].startswith("<math")
            assert quantity["formulas"][-1]["when"] == {}, quantity["name"]
        for quantity in optimizer["state"]:
            assert quantity["before"] != quantity["after"]
    assert json.dumps(document)


def test_internals_is_true_or_false(client):
    response = post(client, PATH, RACE | {"internals": "yes"})
    assert response.status_code == 422
    assert response.json()["error"]["field"] == "internals"
