"""What a training answers with as parameters is where another one can begin, whatever network and likelihood they are of."""

import json
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.training.schemas import TrainingRequest
from engine.catalog import load_catalog
from engine.rule import Rule
from tests.app.asking import answered, error_of, post

PATH, STATES = "/api/training", "/api/training/states"
CATALOG = load_catalog()
SINE = {
    "dataset": {"name": "sine", "n": 50}, "network": {"hidden": [4]}, "likelihood": {"name": "gaussian_learnt"},
    "optimizer": {"name": "adam", "learning_rate": 0.05}, "steps": 30,
}  # fmt: skip


@st.composite
def trainings(draw: st.DrawFn) -> dict[str, Any]:
    """Any network with any likelihood, on any dataset that it fits."""
    likelihood = draw(st.sampled_from(list(CATALOG.likelihoods.values())))
    fitting = [
        name
        for name, entry in CATALOG.datasets.items()
        if entry.definition.kind == likelihood.definition.kind
        and (entry.definition.classes == 2 or not likelihood.definition.binary)
    ]
    optimizers = [name for name, entry in CATALOG.optimizers.items() if not Rule.of(entry, {}).asks_for_hessian]
    return {
        "dataset": {"name": draw(st.sampled_from(fitting)), "n": draw(st.integers(20, 60)), "seed": draw(st.integers(0, 9))},
        "network": {
            "hidden": draw(st.lists(st.integers(1, 9), max_size=4)),
            "activation": draw(st.sampled_from(list(CATALOG.activations))),
            "seed": draw(st.integers(0, 9)),
        },
        "likelihood": {"name": likelihood.name},
        "optimizer": {"name": draw(st.sampled_from(optimizers)), "learning_rate": draw(st.floats(1e-4, 0.05))},
        "reduction": draw(st.sampled_from(["mean", "sum"])),
        "standardize": draw(st.booleans()),
        "batches": draw(st.none() | st.builds(dict, size=st.integers(1, 9), sampling=st.sampled_from(["epochs", "fresh"]))),
        "steps": draw(st.integers(0, 40)),
        "record_every": draw(st.integers(1, 7)),
    }  # fmt: skip


def begun_at(run: dict[str, Any]) -> dict[str, Any]:
    """What of a request makes it begin where a run is."""
    return {
        "initial_parameters": run["parameters"],
        "initial_likelihood_parameters": run["likelihood_parameters"],
    }


@settings(max_examples=60, deadline=None)
@given(asked=trainings())
def test_who_sends_back_what_was_learnt_begins_with_the_loss_of_the_end_to_the_bit(client, asked):
    (first,) = answered(client, PATH, asked)["runs"]
    for steps in (0, 1):
        (again,) = answered(client, PATH, asked | begun_at(first) | {"steps": steps})["runs"]
        assert (again["loss"][0], again["validation_loss"][0]) == (first["loss"][-1], first["validation_loss"][-1])
        if steps == 0:
            assert begun_at(again) == begun_at(first)


def test_a_step_on_the_way_is_where_another_training_can_begin(client):
    (state,) = answered(client, STATES, SINE | {"step": 12})["runs"]
    assert state["likelihood_parameters"]["log_sigma"] != [0]
    (again,) = answered(client, PATH, SINE | begun_at(state))["runs"]
    assert again["loss"][0] == state["loss"]


def test_without_state_to_carry_a_run_in_two_parts_is_the_whole_run_to_the_bit(client):
    plain = SINE | {"optimizer": {"name": "gd", "learning_rate": 0.05}}
    (whole,) = answered(client, PATH, plain)["runs"]
    (head,) = answered(client, PATH, plain | {"steps": 17})["runs"]
    (tail,) = answered(client, PATH, plain | begun_at(head) | {"steps": 13})["runs"]
    assert head["loss"] + tail["loss"][1:] == whole["loss"]
    assert begun_at(tail) == begun_at(whole)


def test_what_the_likelihood_learns_may_begin_elsewhere_with_drawn_weights(client):
    drawn = answered(client, PATH, SINE | {"steps": 0, "ensemble": 2})["runs"]
    begun = answered(client, PATH, SINE | {"steps": 0, "ensemble": 2, "initial_likelihood_parameters": {"log_sigma": [-1.5]}})["runs"]  # fmt: skip
    assert [run["parameters"] for run in begun] == [run["parameters"] for run in drawn]
    assert [run["likelihood_parameters"] for run in begun] == [{"log_sigma": [-1.5]}] * 2
    assert [run["seed"] for run in begun] == [0, 1]


@pytest.mark.parametrize(
    ("likelihood", "given", "field"),
    [
        ("gaussian_learnt", {"log_sigma": [0, 0]}, "initial_likelihood_parameters.log_sigma"),
        ("gaussian_learnt", {"log_sigma": []}, "initial_likelihood_parameters.log_sigma"),
        ("gaussian_learnt", {"log_sigma": ["a"]}, "initial_likelihood_parameters.log_sigma[0]"),
        ("gaussian_learnt", {"tau": [0]}, "initial_likelihood_parameters"),
        ("gaussian", {"log_sigma": [0]}, "initial_likelihood_parameters"),
    ],
)
def test_what_the_likelihood_does_not_learn_is_refused_with_its_field(client, likelihood, given, field):
    body = SINE | {"likelihood": {"name": likelihood}, "initial_likelihood_parameters": given}
    assert error_of(post(client, PATH, body), 422)["field"] == field


def test_on_the_command_line_what_the_likelihood_learnt_goes_on_too(tmp_path, capfd):
    file = tmp_path / "learnt.json"
    words = ("train", "--dataset", "sine", "--likelihood", "gaussian_learnt", "--hidden", "4", "--optimizer", "adam", "--steps", "20", "--format", "json")  # fmt: skip
    assert main([*words, "--parameters", str(file)]) == 0
    ended = json.loads(capfd.readouterr().out)["runs"][0]
    assert main([*words, "--initial-parameters", str(file)]) == 0
    assert json.loads(capfd.readouterr().out)["runs"][0]["loss"][0] == ended["loss"][-1]


@settings(max_examples=30, deadline=None)
@given(asked=trainings(), rates=st.lists(st.floats(1e-4, 0.05), max_size=3), members=st.integers(1, 3))
def test_the_request_that_an_answer_holds_has_the_same_answer(client, asked, rates, members):
    changes = [{"step": 5 * place, "learning_rate": rate} for place, rate in enumerate(rates)]
    if asked["batches"]:
        changes.append({"step": 20, "batch_size": 3})
    body = asked | {"changes": changes, "ensemble": members, "seed": 4}
    answer = post(client, PATH, body)
    assert answer.status_code == 200, answer.text
    assert post(client, PATH, answer.json()["request"]).content == answer.content


@pytest.mark.parametrize(
    "asked",
    [
        {"dataset": {"x": [[0], [1]], "y": [0, 1]}, "optimizer": {"name": "gd"}, "batches": {"size": 1}, "steps": 1},
        {
            "dataset": {"csv": "1,2\n2,3"},
            "optimizers": [{"name": "gd"}, {"name": "custom", "rule": "phi = phi - g"}],
            "steps": 1,
        },
        SINE | {"batches": {"indices": [[0]]}},
    ],
)
def test_a_request_is_written_as_it_was_read(asked):
    with warnings.catch_warnings(action="error"):
        written = TrainingRequest.model_validate(asked).model_dump(exclude_unset=True)
    assert written == asked
