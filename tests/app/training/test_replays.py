"""An answer holds the request that replays it; what is recorded of a run ends with its last finite step."""

import csv
import io

import pytest

from tests.app.asking import answered, post

from .test_forms import lines_of
from .test_training import ADAM, SMALL, events_of, joined

PATH = "/api/training"
CHANGES = [
    {"step": 7, "learning_rate": 0.3},
    {"step": 12, "optimizer": 0, "beta": 0.5, "epsilon": 1e-3},
    {"step": 20, "batch_size": 3},
]
EXPLODING = {
    "dataset": {"x": [[k] for k in range(10)], "y": [k * 1.5 for k in range(10)]},
    "network": {"hidden": []},
    "likelihood": {"name": "squared_error"},
    "optimizer": {"name": "gd", "learning_rate": 0.1},
    "steps": 2000,
}


@pytest.mark.parametrize(
    "more",
    [
        {"changes": CHANGES, "record_every": 3},
        {"optimizer": {**ADAM, "schedule": {"name": "step", "factor": 0.5, "every": 9}}, "ensemble": 2},
        {"optimizer": {"name": "custom", "rule": "phi = phi - eta*g", "parameters": {"learning_rate": 0.1}}},
        {"dataset": {"csv": "0.1;1;0\n0.2;3;1\n0.5;-1e-300;1\n", "split": [1, 0, 0]}, "batches": {"indices": [[0, 2]] * 40}},
        {"dataset": {"x": [0.1, 0.3], "y": [[1], [2.5]]}, "batches": None, "network": {"hidden": []},
         "initial_parameters": [{"weights": [[1 / 3]], "biases": [1e-17]}]},
    ],
)  # fmt: skip
def test_the_request_in_an_answer_is_answered_with_the_same_bytes(client, more):
    first = post(client, PATH, SMALL | {"optimizer": ADAM} | more)
    assert first.status_code == 200, first.text
    assert post(client, PATH, first.json()["request"]).content == first.content


def test_the_optimizer_of_a_run_is_the_one_it_began_with(client):
    run = answered(client, PATH, SMALL | {"optimizer": ADAM, "changes": CHANGES})["runs"][0]
    assert run["optimizer"]["learning_rate"] == ADAM["learning_rate"] == run["learning_rate"][6]
    assert run["learning_rate"][7] == 0.3


@pytest.mark.parametrize("every", [1, 7, 100, 5000])
def test_the_last_finite_step_of_a_run_that_diverged_is_its_last_record_in_every_form(client, every):
    whole = answered(client, PATH, EXPLODING)["runs"][0]
    last = whole["diverged_at"] - 1
    assert whole["step"] == list(range(last + 1)) and last > 100
    body = EXPLODING | {"record_every": every}
    kept = [step for step in range(last + 1) if step % every == 0 or step == last]
    (run,) = answered(client, PATH, body)["runs"]
    assert run["step"] == kept
    for name in ("loss", "batch_loss", "epoch", "learning_rate"):
        assert run[name] == [whole[name][step] for step in kept]
    assert [run[name] for name in ("parameters", "status", "reason")] == [
        whole[name] for name in ("parameters", "status", "reason")
    ]
    rows = list(csv.DictReader(io.StringIO(post(client, PATH, body, accept="text/csv").text)))
    assert [(int(row["step"]), float(row["loss"])) for row in rows] == list(zip(kept, run["loss"], strict=True))
    assert [line["step"] for line in lines_of(client, body)[:-1]] == kept
    found = events_of(client, body)
    assert joined(found, "step") == kept and joined(found, "loss") == run["loss"]
    assert found[-1][2]["runs"][0]["parameters"] == whole["parameters"]


@pytest.mark.parametrize("every", [1, 7])
def test_who_comes_again_to_a_run_that_diverged_has_the_rest_of_it_bit_equal(client, every):
    body = EXPLODING | {"record_every": every, "optimizers": [EXPLODING["optimizer"], ADAM], "steps": 600}
    del body["optimizer"]
    whole = events_of(client, body)
    last = max(losses(whole, 0))
    assert whole[-1][2]["runs"][0]["diverged_at"] == last + 1
    for seen in (3, last - 1, last, last + 1, 500, 600):
        rest = events_of(client, body, **{"last-event-id": str(seen)})
        assert rest[-1] == whole[-1]
        for run in (0, 1):
            assert losses(rest, run) == {step: loss for step, loss in losses(whole, run).items() if step > seen}


def losses(found, index):
    """The losses of a run in events, by their step."""
    runs = [run for kind, _, data in found if kind == "steps" for run in data["runs"] if run["index"] == index]
    return {step: loss for run in runs for step, loss in zip(run["step"], run["loss"], strict=True)}
