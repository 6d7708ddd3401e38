"""Trainings in other forms than one JSON text: by lines, and as a script for PyTorch."""

import ast

import pytest

from tests.app.asking import answered, error_of, post, strict

PATH = "/api/training"
ADAM = {"name": "adam", "learning_rate": 0.03}
MOONS = {"name": "moons", "n": 100, "noise": 0.1, "seed": 0}
BODY = {"dataset": MOONS, "network": {"hidden": [8], "seed": 1}, "batches": {"size": 8}, "steps": 40, "seed": 2}


def script_of(client, **more):
    answer = post(client, PATH, BODY | {"optimizer": ADAM} | more, accept="text/x-python")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/x-python; charset=utf-8"
    return answer.text


def known_of(script):
    """What the script says the losses should be."""
    (known,) = [
        node.value
        for node in ast.parse(script).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXPECTED"
    ]
    return ast.literal_eval(known)


def test_a_script_knows_the_losses_that_it_should_find(client):
    both = [ADAM, {"name": "sgd", "learning_rate": 0.1}]
    known = known_of(script_of(client, optimizer=None, optimizers=both))
    runs = post(client, PATH, BODY | {"optimizers": both}).json()["runs"]
    for losses, run in zip(known.values(), runs, strict=True):
        assert losses == {step: run["batch_loss"][step] for step in range(0, 41, 4)}


def test_a_training_that_diverges_has_a_script(client):
    data = {"x": [[k] for k in range(10)], "y": [k * 1.5 for k in range(10)]}
    body = {"dataset": data, "batches": None, "likelihood": {"name": "squared_error"}, "steps": 99}
    known = known_of(script_of(client, **body, optimizer={"name": "gd", "learning_rate": 900}))
    assert 0 in known["1 gd"] and 99 not in known["1 gd"]


@pytest.mark.parametrize("name", ["lion", "adagrad", "momentum"])
def test_optimizers_of_every_kind_have_scripts(client, name):
    assert "def run_1():" in script_of(client, optimizer={"name": name})


def test_what_is_refused_as_json_is_refused_as_a_script(client):
    answer = post(client, PATH, BODY | {"optimizer": {"name": "newton"}}, accept="text/x-python")
    assert error_of(answer, 422)["field"] == "optimizer.name"


def lines_of(client, body):
    answer = post(client, PATH, body, accept="application/x-ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.text.endswith("\n")
    return [strict(line) for line in answer.text.splitlines()]


def test_lines_are_the_records_of_each_run_and_then_how_it_ended(client):
    body = BODY | {"optimizers": [ADAM, {"name": "sgd", "learning_rate": 0.1}], "record_every": 15}
    lines, runs = lines_of(client, body), answered(client, PATH, body)["runs"]
    assert [line["index"] for line in lines] == [0] * 5 + [1] * 5
    for index, run in enumerate(runs):
        *records, end = lines[5 * index : 5 * index + 5]
        names = ("step", "epoch", "loss", "batch_loss", "validation_loss", "learning_rate")
        assert {name: [record[name] for record in records] for name in names} == {name: run[name] for name in names}
        assert {record["optimizer"] for record in records} == {run["optimizer"]["name"]}
        assert end == {"index": index, **{name: run[name] for name in run if name not in names}}


def test_lines_without_a_validation_part_say_so(client):
    data = {"x": [[0], [1]], "y": [0.5, 2.5]}
    lines = lines_of(client, {"dataset": data, "steps": 1, "optimizer": {"name": "gd"}})
    assert [line["validation_loss"] for line in lines[:-1]] == [None, None]


def test_members_of_an_ensemble_have_their_own_weights_and_batches_in_every_form(client):
    body = BODY | {"optimizer": ADAM, "ensemble": 2}
    lines = lines_of(client, body | {"record_every": 40})
    assert [(line["member"], line["seed"]) for line in lines] == [(0, 1)] * 3 + [(1, 2)] * 3
    script = script_of(client, ensemble=2)
    assert "model.load_state_dict(START_1)" in script and "rows = BATCHES_1[t]" in script
    runs = answered(client, PATH, body)["runs"]
    assert [known[40] for known in known_of(script).values()] == [run["batch_loss"][-1] for run in runs]


def test_a_rule_without_a_learning_rate_trains_in_every_form(client):
    body = BODY | {"optimizer": {"name": "custom", "rule": "phi = phi - 0.1*g"}}
    body.pop("optimizers", None)
    (run,) = answered(client, PATH, body)["runs"]
    assert set(run["learning_rate"]) == {None}
    assert (
        run["loss"]
        == answered(client, PATH, body | {"optimizer": {"name": "gd", "learning_rate": 0.1}})["runs"][0]["loss"]
    )
    assert answered(client, "/api/training/states", body | {"step": 2})["runs"][0]["loss"] == run["loss"][2]
    assert "rates" not in post(client, PATH, body, accept="text/x-python").text
