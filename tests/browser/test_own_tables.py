"""Tables of one's own in the training lab: what they are, how they are drawn, how they stand in an address."""

import base64

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.training_lab import TrainingLab


@pytest.fixture
def lab(page: Page) -> TrainingLab:
    return TrainingLab(page)


def test_a_table_of_ones_own_tells_how_many_inputs_it_has_and_of_three_draws_each_sample(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.load("v=1&b=all&o=adam")
    lab.page.locator("#dataset-select").select_option("")
    rows = "\n".join(f"{k / 10};{k * 7 % 13};{k * k % 17}" for k in range(40))
    lab.page.locator(".own-table textarea").fill(rows)
    lab.rest()
    expect(lab.page.locator(".own-table select")).to_have_value("regression")  # by the numbers that stand there
    lab.page.locator(".own-table input[type=number]").fill("2")
    lab.page.keyboard.press("Tab")
    lab.rest()
    expect(lab.page.locator(".own-table .complaint")).to_be_empty()
    expect(lab.page.locator("#trouble")).to_be_hidden()
    assert lab.bodies("training/states")[-1]["frames"]["grid"] == {"resolution": [161]}
    lab.page.locator(".own-table input[type=number]").fill("1")
    lab.page.locator(".own-table textarea").fill(
        "\n".join(f"{k / 10};{k * 7 % 13};{k * k % 17};{k}" for k in range(40))
    )
    lab.rest()
    lab.page.locator("#network").focus()
    lab.page.keyboard.press("ArrowDown")
    lab.to(30)
    expect(lab.page.locator("#trouble")).to_be_hidden()
    expect(lab.page.locator("#network-aside")).to_contain_text("3 inputs has no picture")
    expect(lab.page.locator("#caption")).to_contain_text("at its target and at what is predicted for it")
    body = lab.bodies("training/states")[-1]
    assert body["step"] == 30 and body["frames"]["grid"] is None and "unit" not in body
    answer = client.post("/api/training/states", json=body).json()
    mean = answer["runs"][0]["frame"]["samples"]["training"]["mean"]
    drawn = lab.page.evaluate(
        "document.querySelector('#prediction > div').data.filter(({ mode }) => mode === 'markers').map(({ x, y }) => [x, y])"
    )
    assert drawn[1][0] == [y for [y] in answer["data"]["training"]["y"]]
    predicted = np.frombuffer(base64.b64decode(mean["float32"]), "<f4")
    assert drawn[1][1] == pytest.approx(np.maximum(predicted, -0.12 * 39))  # what lies below the plot is at its edge


def test_what_the_targets_are_is_seen_as_the_server_sees_it(lab: TrainingLab, client: httpx.Client) -> None:
    classes = ["1,2,no\n3,4,yes\n", "a;b\n0;0\n1;1\n2;0\n3;1\n"]
    numbers = ["0\t0\n1\t1\n2\t2\n", "0;1\n1;2\n2;1\n3;2\n", "0;0.5\n1;-1e3\n# a note\n\n"]
    told = []
    for csv in [*classes, *numbers]:
        body = {"dataset": {"csv": csv, "split": [1, 0, 0]}, "optimizer": {"name": "sgd"}, "steps": 1}
        told.append(client.post("/api/training", json=body).json()["data"]["kind"])
    assert told == ["classification"] * 2 + ["regression"] * 3
    lab.page.goto("/health/live")
    seen = lab.page.evaluate(
        """async (tables) => {
          const { kindOfTable, indexTraining } = await import("/static/js/training/definitions.js");
          const catalog = indexTraining({ ...(await (await fetch("/api/catalog")).json()), optimizers: new Map() });
          return tables.map((csv) => kindOfTable(csv, catalog));
        }""",
        [*classes, *numbers],
    )
    assert seen == told


def test_a_table_of_two_thousand_rows_stands_in_the_address_and_is_not_sent_with_it(lab: TrainingLab) -> None:
    lab.load("v=1&b=20&o=adam&n=20&h=4")
    lab.page.locator("#dataset-select").select_option("")
    rows = "\n".join(f"{k * 0.618034 % 1:.6f},{k * 0.414214 % 1:.6f},{k * k % 3 % 2}" for k in range(2_000))
    lab.page.locator(".own-table textarea").evaluate(
        """(text, rows) => {
          text.value = rows; // at once: typing them takes the browser half a minute
          text.dispatchEvent(new Event("input", { bubbles: true }));
        }""",
        rows,
    )
    lab.rest()
    expect(lab.page.locator(".own-table .complaint")).to_be_empty()
    body = lab.bodies("training/states")[-1]
    assert body["dataset"]["csv"] == rows
    assert body["batches"]["size"] > 4  # all samples of the eight rows that stood there as an example
    address, table = lab.page.url.split("#")
    assert len(address) < 200 and table.startswith("csv=0.000000,0.000000,0%0A")
    lab.page.reload()
    lab.until("performance.getEntriesByName('first-path').length > 0")
    lab.rest()
    assert lab.bodies("training/states")[-1]["dataset"]["csv"] == rows
    expect(lab.page.locator(".own-table textarea")).to_have_value(rows)


def test_two_inputs_and_a_number_are_drawn_with_a_tone_for_each_value(lab: TrainingLab) -> None:
    faults: list[str] = []
    lab.page.on("pageerror", lambda error: faults.append(str(error)))
    rows = "%0A".join(f"{k % 7};{k % 5};{k}" for k in range(30))
    lab.load(f"v=1&csv={rows}&kind=regression&b=all&o=adam&n=300&k=20")
    tones = lab.page.evaluate(
        "document.querySelector('#prediction > div').data.filter(({ mode }) => mode === 'markers').map((trace) => trace.marker.color)"
    )
    assert faults == [] and len(set(tones)) > 10
