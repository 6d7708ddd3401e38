"""An answer holds the request that replays it; what is recorded of a run ends with its last finite step."""

import pytest

from .asking import answered, post
from .test_training import ADAM, SMALL

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
