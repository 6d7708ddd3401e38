"""Data pasted as CSV through HTTP: trained like any other, described with their names, faults told by line."""

import numpy as np
import pytest

from .asking import answered, error_of, post

PATH = "/api/training"
BODY = {"network": {"hidden": [4]}, "optimizer": {"name": "adam", "learning_rate": 0.03}, "steps": 20}
RANDOM = np.random.default_rng(4)
POINTS = RANDOM.normal(size=(40, 2)).round(3)
CLASSES = ["inner" if np.hypot(*point) < 1 else "outer" for point in POINTS]
RINGS = "u;v;where\n" + "\n".join(f"{u};{v};{name}" for (u, v), name in zip(POINTS, CLASSES, strict=True))


def pasted(text, **more):
    return BODY | {"dataset": {"csv": text, **more}}


def test_pasted_classes_are_numbered_dealt_out_and_learnt(client):
    found = answered(client, PATH, pasted(RINGS, seed=3, split=[0.5, 0.25, 0.25]) | {"standardize": True})
    data, told = found["data"], found["dataset"]
    assert told == {
        "name": None, "csv": True, "kind": "classification", "n": 40, "targets": 1, "columns": ["u", "v", "where"],
        "class_names": ["inner", "outer"], "seed": 3, "split": [0.5, 0.25, 0.25],
    }  # fmt: skip
    assert (data["kind"], data["classes"], data["inputs"]) == ("classification", 2, 2)
    assert (data["columns"], data["class_names"]) == (told["columns"], told["class_names"])
    assert [len(data[part]["x"]) for part in ("training", "validation", "test")] == [20, 10, 10]
    rows = [
        (*x, *y)
        for part in ("training", "validation", "test")
        for x, y in zip(data[part]["x"], data[part]["y"], strict=True)
    ]
    assert sorted(rows) == sorted(
        (*point, float(name == "outer")) for point, name in zip(POINTS.tolist(), CLASSES, strict=True)
    )
    assert found["runs"][0]["loss"][-1] < found["runs"][0]["loss"][0]


def test_listed_and_pasted_data_are_the_same_data(client):
    rows = RANDOM.normal(size=(30, 3))
    text = "\n".join(",".join(map(repr, row)) for row in rows.tolist())
    by_text = answered(client, PATH, pasted(text, split=[1, 0, 0]))
    listed = BODY | {"dataset": {"x": rows[:, :2].tolist(), "y": rows[:, 2].tolist()}}
    assert by_text["runs"] == answered(client, PATH, listed)["runs"]
    assert by_text["data"]["columns"] == ["x1", "x2", "y1"]
    assert answered(client, PATH, listed)["data"]["columns"] is None


def test_the_likelihood_says_what_the_last_column_is(client):
    text = "\n".join(f"{k},{k % 2}" for k in range(20))
    assert answered(client, PATH, pasted(text))["data"]["kind"] == "classification"
    body = pasted(text) | {"likelihood": {"name": "squared_error"}}
    assert answered(client, PATH, body)["data"]["kind"] == "regression"


def test_a_table_of_the_largest_size_is_taken_and_one_row_more_is_refused(client):
    limits = {limit["name"]: limit["value"] for limit in client.get("/api/limits").json()["limits"]}
    rows = [
        "a;b;c",
        *(
            f"{u!r};{u / 3!r};yes" if u < 0 else f"{u!r};{u / 7!r};no"
            for u in RANDOM.normal(size=limits["max_samples"]).tolist()
        ),
    ]
    body = {"network": {"hidden": [2]}, "steps": 1}
    assert answered(client, PATH, pasted("\n".join(rows)) | body)["dataset"]["n"] == limits["max_samples"]
    error = error_of(post(client, PATH, pasted("\n".join([*rows, rows[-1]])) | body), 422)
    assert (error["field"], str(limits["max_samples"]) in error["message"]) == ("dataset.csv", True)
    wide = ",".join(["1"] * (limits["max_columns"] + 1))
    assert str(limits["max_columns"]) in error_of(post(client, PATH, pasted(wide)), 422)["message"]


@pytest.mark.parametrize(
    ("dataset", "line", "position", "field"),
    [
        ({"csv": "x,y\n1,2\n1,nan"}, 3, 2, "dataset.csv"),
        ({"csv": "1,2\n1"}, 2, None, "dataset.csv"),
        ({"csv": "1,2\x00"}, 1, None, "dataset.csv"),
        ({"csv": ""}, None, None, "dataset.csv"),
        ({"csv": "x,y"}, 1, None, "dataset.csv"),
        ({"csv": '1,"2\n3,4'}, 1, None, "dataset.csv"),
        ({"csv": "1,2", "split": [0, 0, 1]}, None, None, "dataset.split"),
        ({"csv": "1,2", "split": [1, 1, 1]}, None, None, "dataset.split"),
        ({"csv": "1,2", "kind": "guess"}, None, None, "dataset.kind"),
        ({"csv": "1,2", "targets": 0}, None, None, "dataset.targets"),
        ({"csv": "1,2,3", "targets": 2, "kind": "classification"}, None, None, "dataset.targets"),
        ({"csv": 5}, None, None, "dataset.csv"),
        ({"csv": ["1,2"]}, None, None, "dataset.csv"),
        ({"csv": "1,2", "x": [[1]]}, None, None, "dataset.x"),
    ],
)
def test_a_fault_is_a_sentence_with_its_line(client, dataset, line, position, field):
    error = error_of(post(client, PATH, BODY | {"dataset": dataset}), 422)
    assert (error.get("line"), error["position"], error["field"]) == (line, position, field)


def test_one_row_is_all_training(client):
    data = answered(client, PATH, pasted("1,2.5"))["data"]
    assert (data["training"], data["validation"], data["test"]) == ({"x": [[1]], "y": [[2.5]]}, None, None)
