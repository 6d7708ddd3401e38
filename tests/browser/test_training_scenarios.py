"""The cards of the training lab show what their sentences say."""

import base64
import time
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import expect

from app import scenarios
from tests.browser.training_lab import TrainingLab
from tests.conftest import Watched

DIGITS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
"""Exponents as the page prints them."""
CARDS = {card["name"]: card for card in scenarios.load() if card["page"] == "/training"}


@pytest.fixture
def lab(training_lab: TrainingLab) -> TrainingLab:
    return training_lab


def share(text: str) -> float:
    """A percentage as a share."""
    return float(text.removesuffix(" %")) / 100


def format_of(lab: TrainingLab, value: float) -> str:
    """A number as the page prints it."""
    body = "async (value) => (await import('/static/js/format.js')).format(value)"
    return str(lab.page.evaluate(body, value))


def open_card(lab: TrainingLab, name: str) -> TrainingLab:
    lab.open(CARDS[f"training_{name}"]["address"])
    expect(lab.page.locator("#caption")).to_contain_text(CARDS[f"training_{name}"]["watch"])
    return lab


def run_out(lab: TrainingLab) -> None:
    lab.page.locator("#last").click()
    lab.rest()


def test_every_card_opens_from_the_sheet(lab: TrainingLab) -> None:
    lab.open()
    for card in CARDS.values():
        lab.page.locator("button[popovertarget=scenarios]").click()
        lab.page.locator("#scenarios a", has_text=card["title"]).click()
        lab.rest()
        expect(lab.page.locator("#caption")).to_contain_text(card["watch"])
        expect(lab.page.locator("#trouble")).to_be_hidden()
        if "three targets, four outputs" in card["watch"].lower():
            told = lab.page.request.post("/api/training/states", data=lab.bodies("training/states")[-1]).json()
            assert (told["network"]["widths"][-1], lab.page.locator("#output option").count()) == (4, 3)


def test_two_spirals_are_solved_within_ten_seconds_of_play(lab: TrainingLab) -> None:
    """Seconds as the page plays them: a busy machine may take three times as long for its steps."""
    open_card(lab, "two_spirals")
    pace = int(lab.page.locator("#speed-value").inner_text().removesuffix("/s"))
    lab.play()
    end = time.monotonic() + 30
    while min(share(lab.cell(f"right in {part}")) for part in ("training", "validation", "test")) < 0.99:
        assert lab.step < 10 * pace and time.monotonic() < end
        lab.page.wait_for_timeout(100)
    lab.play()
    lab.rest()


def test_without_hidden_units_one_in_fifteen_stays_wrong_and_of_those_held_back_one_in_six(lab: TrainingLab) -> None:
    run_out(open_card(lab, "one_border"))
    assert 1 - share(lab.cell("right in training")) == pytest.approx(1 / 15, abs=0.01)
    held = (share(lab.cell("right in validation")) + share(lab.cell("right in test"))) / 2
    assert 1 - held == pytest.approx(1 / 6, abs=0.03)


def test_learning_by_heart_the_validation_loss_turns(lab: TrainingLab) -> None:
    run_out(open_card(lab, "overfit"))
    held, ring = lab.page.evaluate(
        """(({ data }) => [[...data[0].y], data.find(({ marker }) => marker?.symbol === "circle-open")])(document.querySelector("#loss > div"))"""
    )
    assert held[-1] > 2 * min(held) and lab.curve()[-1][1] < 1e-3
    assert (ring["x"], ring["y"]) == ([held.index(min(held))], [min(held)]) and 500 < ring["x"][0] < 550
    assert "least validation loss" in ring["text"][0]
    expect(lab.page.locator("#learnt-heading")).to_have_text("Parameters learnt: 4353")


def test_zeros_never_part_and_have_a_straight_path_around_which_no_random_plane_lies(watched: Watched) -> None:
    lab = TrainingLab(watched.page)
    run_out(open_card(lab, "all_zero"))
    spread = lab.page.locator("#layers tbody tr").nth(0).locator("output")
    assert spread.nth(0).inner_text() == spread.nth(1).inner_text() == "sd 0"
    assert lab.curve()[-1][1] == pytest.approx(np.log(2), abs=0.01)
    lab.page.locator("#tab-plane").click()
    lab.rest()
    words = lab.page.locator("#plane-words")
    expect(words).to_contain_text("holds 100 % (100 % and 0 %). The path is straight, to rounding.")
    lab.page.locator("#panel-plane label", has_text="random").click()
    lab.rest()
    expect(words).to_contain_text("there are too few weights that are not zero")
    expect(lab.page.locator("#plane")).to_be_hidden()
    expect(lab.page.locator("#trouble")).to_be_hidden()
    watched.check("status of 422")


def test_too_large_a_rate_explodes_beside_one_that_learns(lab: TrainingLab) -> None:
    run_out(open_card(lab, "exploding_rate"))
    assert (lab.cell("run", 0), lab.cell("run", 1)) == ("finished", "diverged")
    assert lab.cell("training loss", 0) != lab.cell("training loss", 1) == "–"
    caption = lab.page.locator("#caption")
    expect(caption).to_contain_text("SGD 2 diverged: at step 5")
    expect(caption).to_contain_text("first in layer 2")
    assert lab.curve(0)[-1][1] < 1 and 2 <= len(lab.curve(1)) <= 5
    lab.to(3)
    assert (lab.cell("run", 0), lab.cell("run", 1)) == ("paused", "paused")
    assert lab.cell("training loss", 1) == format_of(lab, lab.curve(1)[3][1])


def test_growing_noise_is_found_within_fifteen_percent(lab: TrainingLab, client: httpx.Client) -> None:
    run_out(open_card(lab, "growing_noise"))
    asked = lab.bodies("training/states")[-1]
    body = asked | {"frames": {"grid": {"x": [0.1, 2.9], "resolution": [57]}}}
    state = client.post("/api/training/states", json=body).json()
    said = plane(state["runs"][0]["frame"]["predictions"]["standard_deviation"])
    true = plane(state["truth"]["standard_deviation"])
    assert np.mean(np.abs(said / true - 1)) < 0.15


def plane(packed: dict[str, Any]) -> Any:
    return np.frombuffer(base64.b64decode(packed["float32"]), dtype="<f4")


def test_signals_vanish_and_adam_gets_away(lab: TrainingLab) -> None:
    run_out(open_card(lab, "vanishing"))
    assert lab.curve(0)[-1][1] == pytest.approx(np.log(2), abs=0.02)
    assert lab.curve(1)[-1][1] < 0.55
    expect(lab.page.locator("#learnt-of select:visible option:checked")).to_have_text("SGD")
    adam = dict(lab.curve(1))
    assert adam[340] > 0.68 and adam[400] < 0.67
    for step in (0, 20, 300, 600):
        body = lab.bodies("training/states")[-1] | {"step": step}
        layers = lab.page.request.post("/api/training/states", data=body).json()["runs"][0]["frame"]["layers"]
        assert layers[-1]["gradients"]["deviation"] > 100 * layers[0]["gradients"]["deviation"]
    panel, output = (lab.page.locator(place).bounding_box() for place in ("#layers", "#layers tbody tr:last-child"))
    assert panel is not None and output is not None and output["y"] + output["height"] <= panel["y"] + panel["height"]


def test_the_weight_holds_all_of_the_squared_error_until_targets_are_standardised(lab: TrainingLab) -> None:
    run_out(open_card(lab, "two_units"))

    def shares() -> list[list[float]]:
        """What height and weight add to the loss, as a share of it, in training and in validation."""
        rows = lab.page.locator("#loss-parts tbody tr:not(.piled)")
        texts = [rows.nth(row).locator("td").all_inner_texts() for row in (0, 1)]
        numbers = [[float(text.strip("+= ").replace("×10", "e").translate(DIGITS)) for text in row] for row in texts]
        return [[part / row[-1] for part in row[:-1]] for row in numbers]

    assert lab.page.locator("#loss-parts thead th").all_inner_texts() == ["height/m", "weight/kg", "loss"]
    assert all(weight > 0.999 for _, weight in shares())
    lab.page.locator("summary", has_text="Parts and scale").click()
    lab.page.get_by_label("Standardise").check()
    lab.rest()
    assert all(0.3 < height < 0.7 for height, _ in shares())
