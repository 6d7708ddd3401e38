"""Training through HTTP: the notebook's run, determinism, changes on the way, refusals."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import load_catalog
from tests.app.asking import answered, error_of, post

FIXTURES = json.loads((Path(__file__).parents[2] / "reference" / "cases.json").read_text())["fixtures"]
PATH = "/api/training"
ADAM = {"name": "adam", "learning_rate": 0.03}
MOONS = {"name": "moons", "n": 100, "noise": 0.1, "seed": 0}
SMALL = {"dataset": MOONS, "network": {"hidden": [8], "seed": 1}, "batches": {"size": 8}, "steps": 40, "seed": 2}


def run_of(client, **body):
    return answered(client, PATH, body)["runs"][0]


def test_the_lectures_notebook_trains_as_it_did(client):
    data = FIXTURES["nanograd_1d_data"]
    layers = FIXTURES["nanograd_1_8_1_init"]["layers"]
    found = run_of(
        client,
        dataset={
            "x": data["x_train"],
            "y": data["y_train"],
            "validation": {"x": data["x_validation"], "y": data["y_validation"]},
        },
        network={"hidden": [8], "activation": "relu"},
        likelihood={"name": "squared_error"},
        reduction="sum",
        optimizer={"name": "gd", "learning_rate": 2e-3},
        initial_parameters=[{"weights": layer["W"], "biases": layer["b"]} for layer in layers],
        steps=200,
    )
    assert found["loss"][0] == pytest.approx(106.898, abs=1e-3)
    assert found["loss"][199] == pytest.approx(11.893, abs=1e-3)
    assert found["validation_loss"][1] == pytest.approx(107.548, abs=1e-3)
    assert found["validation_loss"][200] == pytest.approx(8.968, abs=1e-3)
    assert found["loss"] == found["batch_loss"]
    assert found["epoch"] == list(range(201))


@pytest.mark.parametrize("name", load_catalog().datasets)
def test_every_dataset_can_be_learnt(client, name):
    body = {"dataset": {"name": name, "n": 120, "seed": 1}, "batches": {"size": 20}, "steps": 200, "record_every": 50}
    answer = answered(client, PATH, body | {"optimizer": ADAM})
    run, data = answer["runs"][0], answer["data"]
    assert run["step"] == [0, 50, 100, 150, 200]
    assert run["loss"][-1] < run["loss"][0]
    assert [len(data[part]["x"]) for part in ("training", "validation", "test")] == [72, 24, 24]


def test_all_runs_begin_alike_and_the_answer_goes_on_where_it_ended(client):
    optimizers = [ADAM, {"name": "sgd", "learning_rate": 0.1}]
    both = answered(client, PATH, SMALL | {"optimizers": optimizers})
    alone = answered(client, PATH, SMALL | {"optimizer": ADAM})
    assert both["runs"][0] == alone["runs"][0]
    assert both["runs"][0]["loss"][0] == both["runs"][1]["loss"][0]
    assert both["runs"][0]["batch_loss"][0] == both["runs"][1]["batch_loss"][0]
    again = run_of(client, **SMALL, optimizer=ADAM, initial_parameters=both["runs"][1]["parameters"])
    assert again["loss"][0] == both["runs"][1]["loss"][-1]
    weights = both["runs"][0]["parameters"][0]["weights"]
    assert np.shape(weights) == (2, 8)


def test_a_change_at_a_step_leaves_what_was_before_and_keeps_the_state(client):
    plain = run_of(client, **SMALL, optimizer=ADAM)
    changed = run_of(client, **SMALL, optimizer=ADAM, changes=[{"step": 20, "learning_rate": 0.001}])
    assert changed["loss"][:21] == plain["loss"][:21]
    assert changed["loss"][21] != plain["loss"][21]
    assert changed["learning_rate"][19:21] == [0.03, 0.001]
    larger = run_of(client, **SMALL, optimizer=ADAM, changes=[{"step": 20, "batch_size": 30}])
    assert np.diff(larger["epoch"])[-1] == pytest.approx(30 / 60)


def test_given_indices_are_the_batches(client):
    indices = [[0, 1, 2], [3, 4, 5], [0, 5, 7]]
    body = {"dataset": {"x": [[k / 8] for k in range(8)], "y": [k % 3 - 0.5 for k in range(8)]}, "steps": 3}
    found = run_of(client, **body, optimizer={"name": "gd", "learning_rate": 0.1}, batches={"indices": indices})
    assert found["epoch"] == [0, 3 / 8, 6 / 8, 9 / 8]


def test_csv_has_a_row_a_record_of_each_run(client):
    body = SMALL | {"optimizers": [ADAM, {"name": "gd"}], "record_every": 20}
    answer = post(client, PATH, body, accept="text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["index"], row["step"]) for row in rows] == [(k, s) for k in "01" for s in ("0", "20", "40")]
    told = answered(client, PATH, body)["runs"][1]
    assert [float(row["loss"]) for row in rows[3:]] == told["loss"]


def test_the_same_request_has_the_same_bytes_and_tag(client):
    first, second = (post(client, PATH, SMALL | {"optimizer": ADAM}) for _ in range(2))
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    assert "engine;dur=" in first.headers["server-timing"]


def test_an_exploding_run_is_an_answer(client):
    data = {"x": [[k] for k in range(10)], "y": [k * 1.5 for k in range(10)]}
    found = run_of(client, dataset=data, network={"hidden": [4]}, optimizer={"name": "gd", "learning_rate": 900}, steps=99,
                   likelihood={"name": "squared_error"})  # fmt: skip
    assert found["status"] == "diverged"
    assert 0 < found["diverged_at"] <= 99
    assert found["reason"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"optimizer": {"name": "newton"}}, "optimizer.name"),
        ({"optimizer": {"name": "adam", "beta": 2}}, "optimizer.beta"),
        ({"dataset": {"name": "nobody"}}, "dataset.name"),
        ({"dataset": MOONS | {"n": 1}}, "dataset.n"),
        ({"dataset": MOONS | {"split": [0, 0.5, 0.5]}}, "dataset.split"),
        ({"dataset": {"x": [[1, 2], [3]], "y": [0, 1]}}, "dataset.x"),
        ({"network": {"hidden": [8] * 9}}, "network.hidden"),
        ({"network": {"hidden": [1000]}}, "network.hidden"),
        ({"network": {"hidden": [0]}}, "network.hidden[0]"),
        ({"network": {"activation": "no"}}, "network.activation.name"),
        ({"network": {"initializer": {"name": "no"}}}, "network.initializer.name"),
        ({"likelihood": {"name": "gaussian"}}, "likelihood.name"),
        ({"likelihood": {"name": "no"}}, "likelihood.name"),
        ({"batches": {"size": 61}}, "batches.size"),
        ({"batches": {"indices": [[0]]}}, "batches.indices"),
        ({"batches": {"indices": [[999]] * 40}}, "batches.indices[0]"),
        ({"steps": 10**7}, "steps"),
        ({"initial_parameters": [{"weights": [[1]], "biases": [1]}]}, "initial_parameters"),
        ({"changes": [{"step": 3, "omega": 1}]}, "changes[0].omega"),
        ({"changes": [{"step": 3}]}, "changes[0]"),
        ({"changes": [{"step": 3, "beta": 0.1}, {"step": 1, "beta": 0.2}]}, "changes[1].step"),
        ({"changes": [{"step": 3, "batch_size": 100}]}, "changes[0].batch_size"),
        ({"changes": [{"step": 3, "batch_size": 55}], "steps": 19_000}, "changes[0].batch_size"),
        ({"changes": [{"step": 3, "beta": 0.5, "optimizer": 4}]}, "changes[0].optimizer"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(client, change, field):
    error = error_of(post(client, PATH, SMALL | {"optimizer": ADAM} | change), 422)
    assert error["field"].startswith(field)


def test_one_optimizer_or_several_but_not_both_nor_none(client):
    error_of(post(client, PATH, SMALL), 422)
    error_of(post(client, PATH, SMALL | {"optimizer": ADAM, "optimizers": [ADAM]}), 422)


def events_of(client, body, pace="", **headers):
    found = []
    headers |= {"accept": "text/event-stream"}
    with client.stream("POST", f"{PATH}{pace}", json=body, headers=headers) as answer:
        assert answer.status_code == 200
        for block in "".join(answer.iter_text()).split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in fields:
                found.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
    return found


def joined(found, name, run=0):
    return [value for kind, _, data in found if kind == "steps" for value in data["runs"][run][name]]


@pytest.mark.parametrize("every", [1, 3, 50])
def test_a_stream_has_the_records_of_the_answer(client, every):
    body = SMALL | {"optimizers": [ADAM, {"name": "gd"}], "record_every": every, "steps": 70}
    answer, found = answered(client, PATH, body), events_of(client, body)
    for run in (0, 1):
        for name in ("step", "epoch", "loss", "batch_loss", "validation_loss", "learning_rate"):
            assert joined(found, name, run) == answer["runs"][run][name]
    kind, _, end = found[-1]
    assert kind == "end"
    assert end["runs"][0]["parameters"] == answer["runs"][0]["parameters"]
    assert end["runs"][0]["status"] == answer["runs"][0]["status"]
    assert end["data"] == answer["data"]


def test_who_comes_again_goes_on_where_the_stream_broke_bit_equal(client):
    body = SMALL | {"optimizer": ADAM, "steps": 90, "changes": [{"step": 35, "learning_rate": 0.01}]}
    whole = events_of(client, body)
    for seen in (0, 34, 35, 60, 90):
        rest = events_of(client, body, **{"last-event-id": str(seen)})
        assert joined(rest, "loss") == joined(whole, "loss")[seen + 1 :]
        assert rest[-1] == whole[-1]


def test_a_stream_keeps_its_pace(client):
    found = events_of(client, SMALL | {"optimizer": ADAM, "steps": 20}, "?pace=60")
    assert [int(number) for kind, number, _ in found if kind == "steps"] == [*range(1, 20, 2), 20]
