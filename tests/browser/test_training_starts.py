"""Beginning another run where one is: at the step that is shown, or at parameters that are pasted."""

import json
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.training_lab import TrainingLab

SMALL = "v=1&dp=n:60&h=4&b=10&n=200&t=parameters"
SINE = "v=1&ds=sine&dp=n:60&h=3&like=gaussian_learnt&b=all&n=100&o=adam&t=parameters"


@pytest.fixture
def lab(training_lab: TrainingLab) -> TrainingLab:
    return training_lab


def answered(client: httpx.Client, body: dict[str, Any]) -> dict[str, Any]:
    plain = {key: value for key, value in body.items() if key not in ("frames", "step", "unit")}
    answer = client.post("/api/training", json=plain)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def start_here(lab: TrainingLab) -> None:
    lab.page.get_by_role("button", name="Start from here").click()
    lab.rest()


def paste(lab: TrainingLab, text: str) -> None:
    if not lab.page.locator("#start details").evaluate("(node) => node.open"):
        lab.page.locator("#start summary").click()
    lab.page.get_by_label("Parameters as JSON").fill(text)
    lab.page.get_by_role("button", name="Begin there").click()
    lab.rest()


def chips(lab: TrainingLab) -> list[str]:
    return lab.page.locator("#log .chip").all_inner_texts()


def test_the_next_run_begins_where_this_one_is_to_the_bit_with_what_is_set_there(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open(f"{SINE}&k=40")
    lab.number(0, "learning_rate").fill("0.02")
    lab.rest()
    before = lab.bodies("training/states")[-1]
    loss = answered(client, before)["runs"][0]["loss"][40]
    start_here(lab)
    asked = lab.bodies("training/states")[-1]
    assert (lab.step, asked["changes"], asked["optimizers"][0]["learning_rate"]) == (0, [], 0.02)
    assert asked["initial_likelihood_parameters"]["log_sigma"] != [0]
    again = answered(client, asked)["runs"][0]
    assert again["loss"][0] == loss
    lab.to(30)
    assert lab.curve() == list(enumerate(again["loss"]))[: len(lab.curve())]
    assert chips(lab) == ["Adam, step 40 ×"]


def test_a_start_stands_in_the_address_and_comes_back_from_it_to_the_bit(lab: TrainingLab) -> None:
    lab.load(f"{SINE}&k=40")
    start_here(lab)
    lab.to(10)
    first = lab.bodies("training/states")[-1]
    query = lab.query
    assert "p=Adam~40~1.3.1~log_sigma.1~" in query
    lab.load(query)
    assert lab.bodies("training/states")[-1] == first and chips(lab) == ["Adam, step 40 ×"]


def test_a_start_is_taken_back_with_all_that_was_set_before(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&k=50")
    lab.number(1, "learning_rate").fill("0.05")
    lab.rest()
    before, query = lab.bodies("training/states")[-1], lab.query
    start_here(lab)
    lab.to(20)
    start_here(lab)
    assert chips(lab) == ["Adam, step 20 ×"]
    lab.page.locator("#log .chip").click()
    lab.rest()
    assert chips(lab) == ["Adam, step 50 ×"] and lab.step == 20
    lab.page.locator("#log .chip").click()
    lab.rest()
    assert (lab.bodies("training/states")[-1], lab.query) == (before, query)


def test_back_and_forward_of_the_browser_lead_from_and_to_a_start(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&k=50")
    before = lab.query
    start_here(lab)
    after = lab.query
    lab.page.go_back()
    lab.rest()
    assert (lab.query, chips(lab)) == (before, [])
    lab.page.go_forward()
    lab.rest()
    assert lab.query == after and len(chips(lab)) == 1


def test_what_training_answered_is_pasted_whole_or_in_part(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(SINE)
    body = lab.bodies("training/states")[-1]
    answer = answered(client, body | {"network": {"hidden": [5, 2]}, "steps": 60})
    run = answer["runs"][0]
    for text, words in (
        (answer, "adam, step 60 ×"),
        (run, "adam, step 60 ×"),
        ([{"optimizer": "Adam", "step": 7, "initial_parameters": run["parameters"]}], "Adam, step 7 ×"),
        (run["parameters"], "given parameters ×"),
    ):
        lab.open(SINE)
        paste(lab, json.dumps(text))
        asked = lab.bodies("training/states")[-1]
        assert asked["initial_parameters"] == run["parameters"] and asked["network"]["hidden"] == [5, 2]
        assert chips(lab) == [words]
    lab.open(SINE)
    paste(lab, json.dumps(answer))
    again = answered(client, lab.bodies("training/states")[-1])["runs"][0]
    assert again["loss"][0] == run["loss"][-1]


def taken(lab: TrainingLab, label: str) -> str:
    """The text of the file behind a button."""
    with lab.page.expect_download() as download:
        lab.page.locator("#share").get_by_role("button", name=label, exact=True).click()
    return download.value.path().read_text()


def test_the_pages_own_files_replay_the_run_and_begin_another(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(f"{SINE}&k=40")
    lab.page.locator("#optimizer-list [data-parameter=learning_rate] input[type=number]").fill("0.3")
    lab.rest()
    lab.page.locator("button[popovertarget=share]").click()
    exported = json.loads(taken(lab, "JSON"))
    (change,) = exported["request"]["changes"]
    assert change["step"] == 40 and change["learning_rate"] == 0.3 and exported["request"]["seed"] == 0
    assert answered(client, exported["request"])["runs"] == exported["runs"]
    text = taken(lab, "Parameters")
    lab.load(SINE)
    paste(lab, text)
    (run,) = json.loads(text)
    asked = lab.bodies("training/states")[-1]
    for name in ("initial_parameters", "initial_likelihood_parameters"):
        assert asked[name] == run[name]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON"),
        ("[]", "no parameters"),
        ('{"runs": []}', "no parameters"),
        ('[{"weights": [[1, 2]], "biases": [0]}]', "Layer 1"),
        ('[{"weights": [[1]], "biases": [0]}, {"weights": [[1], [2]], "biases": [0]}]', "Layer 2"),
        ('[{"weights": [[1], [2]], "biases": [0]}]', "2 inputs"),
        ('{"parameters": [{"weights": [[1]], "biases": [0]}], "likelihood_parameters": {"tau": [1]}}', "no tau"),
    ],
)
def test_what_cannot_be_begun_at_is_told_where_it_was_pasted(lab: TrainingLab, text: str, words: str) -> None:
    lab.open(SINE)
    asked = len(lab.asked)
    paste(lab, text)
    expect(lab.page.locator("#start .complaint")).to_contain_text(words)
    assert len(lab.asked) == asked and chips(lab) == []


def test_a_start_of_another_network_gives_way_and_one_that_still_fits_stays(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&k=50")
    start_here(lab)
    lab.page.locator("#dataset-select").select_option("circles")
    lab.rest()
    assert "initial_parameters" in lab.bodies("training/states")[-1]
    lab.page.get_by_label("Units of hidden layer 1").fill("6")
    lab.rest()
    assert "initial_parameters" not in lab.bodies("training/states")[-1]
    assert "#p=" not in lab.page.url


def test_a_start_too_long_for_the_address_is_told_and_works_all_the_same(lab: TrainingLab) -> None:
    lab.open("v=1&dp=n:60&h=64,64,64&b=10&n=60&k=30&o=adam&t=parameters")
    start_here(lab)
    expect(lab.page.locator("#log")).to_contain_text("8577 numbers are too many for the address")
    assert "#p=" not in lab.page.url
    lab.to(5)
    assert len(lab.bodies("training/states")[-1]["initial_parameters"][1]["weights"]) == 64


@pytest.mark.parametrize("start", ["x", "Adam~40~2.4.1~~AAAA", "Adam~4~2.5.1~~" + "A" * 224, "~~2.4.1~~" + "_" * 182])
def test_a_start_in_an_address_that_makes_no_sense_is_none(lab: TrainingLab, start: str) -> None:
    lab.load(f"{SMALL}&p={start}")
    assert "initial_parameters" not in lab.bodies("training/states")[-1]
