"""The training lab under a quick hand: what is shown is still what the API answers."""

import statistics
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.training_lab import TrainingLab

SMALL = "v=1&dp=n:60&h=4&b=10&n=300"
DRAG = """async ([selector, count, from, to]) => {
  const slider = document.querySelector(selector);
  const [low, high] = [Number(slider.min), Number(slider.max)];
  const texts = new Set();
  for (let at = 0; at < count; at += 1) {
    slider.value = low + (high - low) * (from + ((to - from) * at) / (count - 1));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 16));
    texts.add(document.querySelector("#table").hidden ? "" : document.querySelector("#table").innerText);
  }
  return [...texts];
}"""
RATE = "#optimizer-list [data-parameter=learning_rate] input[type=range]"
NOISE = "#data-controls [data-parameter=noise] input[type=range]"


@pytest.fixture
def lab(training_lab: TrainingLab) -> TrainingLab:
    return training_lab


def drag(lab: TrainingLab, selector: str, count: int = 60) -> list[str]:
    """Move a slider as a hand does; the texts of the table meanwhile ("" where it was hidden)."""
    found: list[str] = lab.page.evaluate(DRAG, [selector, count, 0.5, 0.9])
    return found


def curve(client: httpx.Client, body: dict[str, Any]) -> list[tuple[int, float]]:
    """Steps and training losses of the first run in one answer without a stream."""
    plain = {key: value for key, value in body.items() if key not in ("frames", "step", "unit")}
    answer = client.post("/api/training", json=plain)
    assert answer.status_code == 200, answer.text
    return list(enumerate(answer.json()["runs"][0]["loss"]))


@pytest.mark.parametrize("slider", [NOISE, RATE])
def test_numbers_follow_the_hand_and_the_curve_comes_back_as_far_as_it_had_come(
    lab: TrainingLab, client: httpx.Client, slider: str
) -> None:
    lab.open(f"{SMALL}&o=adam&k=200")
    lab.to(100)
    texts = drag(lab, slider)
    lab.rest()
    assert "" not in texts and len(texts) > 3
    assert lab.step == 100 and lab.curve()[-1][0] >= 200
    known = curve(client, lab.bodies("training/states")[-1])
    assert lab.curve() == known[: len(lab.curve())]


def test_a_rate_that_is_dragged_while_it_trains_is_logged_as_it_took_effect(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open(f"{SMALL}&o=adam")
    lab.play()
    lab.reach(20)
    drag(lab, RATE)
    reached = lab.step
    lab.reach(300)
    lab.rest()
    body = lab.bodies("training/states")[-1]
    assert reached > 20 and len(body["changes"]) > 1
    assert [change["step"] for change in body["changes"]] == sorted(change["step"] for change in body["changes"])
    assert lab.curve() == curve(client, body)


def test_a_change_is_seen_in_the_numbers_of_its_own_step(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&o=adam&k=50")
    lab.page.locator(RATE.replace("range", "number")).fill("0.3")
    lab.rest()
    assert lab.cell("learning rate") == "0.3"
    lab.to(20)
    lab.to(50)
    assert lab.cell("learning rate") == "0.3"


def test_data_and_optimisers_change_while_it_trains(lab: TrainingLab) -> None:
    faults: list[str] = []
    lab.page.on("pageerror", lambda error: faults.append(str(error)))
    lab.open(f"{SMALL}&o=adam")
    lab.play()
    names = lab.page.evaluate("[...document.querySelectorAll('#dataset-select option')].map(({ value }) => value)")
    for name in names:
        lab.page.locator("#dataset-select").select_option(name)
        lab.page.wait_for_timeout(60)
    lab.page.locator("#dataset-select").select_option(names[0])
    lab.page.locator("#optimizer-add").select_option("momentum")
    lab.page.locator("#optimizer-list input[type=checkbox]").first.click()
    lab.reach(300)
    lab.rest()
    assert faults == [] and lab.page.locator("#table thead th").count() == 2
    expect(lab.page.locator("#trouble")).to_be_hidden()


def test_a_place_in_the_browsers_history_is_shown_as_it_was(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&o=adam&k=120")
    lab.page.locator("button[popovertarget=scenarios]").click()
    lab.page.locator("#scenarios a").first.click()
    lab.rest()
    lab.play()
    lab.reach(10)
    lab.page.go_back()
    lab.rest()
    assert lab.step == 120 and lab.curve()[-1][0] >= 120
    expect(lab.page.locator("#play")).to_have_attribute("aria-label", "Play")


@pytest.mark.alone
def test_a_rate_that_is_moved_while_it_trains_is_seen_at_once(lab: TrainingLab) -> None:
    lab.load(f"{SMALL}&o=adam")
    lab.play()
    lab.reach(60)
    waits = []
    for rate in ("0.02", "0.03", "0.04"):
        lab.page.wait_for_timeout(300)
        waits.append(
            lab.page.evaluate(
                """async ([selector, rate]) => {
                  const box = document.querySelector(selector);
                  box.value = rate;
                  const begun = performance.now();
                  box.dispatchEvent(new Event("input", { bubbles: true }));
                  const cell = () => document.querySelector("#table tbody td").textContent;
                  while (cell() !== rate && performance.now() - begun < 2000) await new Promise(requestAnimationFrame);
                  return performance.now() - begun;
                }""",
                [RATE.replace("range", "number"), rate],
            )
        )
    assert min(waits) < 200, waits


def test_what_is_drawn_is_named_in_a_line_below(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&o=adam&k=20&e=3")
    key = lab.page.locator("#stage-key li")
    words = ["class 0", "class 1", "training", "validation", "this step’s batch", "border: p = ½", "other seeds (2)"]
    expect(key).to_have_text(words)
    lab.open("v=1&ds=heteroscedastic&dp=n:60&h=4&like=heteroscedastic&b=all&o=adam&n=300&k=20")
    expect(key).to_have_text(["training", "validation", "±2σ of Adam", "truth, dotted its ±2σ"])


def test_the_spread_over_seeds_is_that_of_the_answers(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(f"{SMALL}&o=adam&k=20&e=5")
    state = client.post("/api/training/states", json=lab.bodies("training/states")[-1]).json()
    losses = [run["loss"] for run in state["runs"]]
    mean, deviation = statistics.mean(losses), statistics.stdev(losses)
    told = [lab.cell(f"training{words}") for words in (", 5 seeds: mean", ": ± sd", ": least", ": greatest")]
    assert list(map(float, told)) == pytest.approx([mean, deviation, min(losses), max(losses)], rel=1e-3)


def test_seeds_are_offered_as_far_as_steps_and_optimisers_leave_room(lab: TrainingLab) -> None:
    lab.open("v=1&n=1000&e=2")
    seeds = lab.page.locator("#batches [data-parameter=seeds] input[type=number]")
    assert lab.page.locator("#optimizer-list article").count() == 2
    expect(seeds).to_have_attribute("max", "10")
    lab.page.locator("summary", has_text="Several seeds").click()
    seeds.fill("10")
    lab.rest()
    expect(lab.page.locator("#trouble")).to_be_hidden()
    assert (
        len(lab.bodies("training/states")[-1]["optimizers"]) == 2
        and lab.bodies("training/states")[-1]["ensemble"] == 10
    )


def test_standardised_data_tell_by_what(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open("v=1&ds=sine&dp=n:60&std=1&o=adam&n=300")
    scale = client.post("/api/training/states", json=lab.bodies("training/states")[-1]).json()["data"][
        "standardization"
    ]
    note = lab.page.locator("#data-controls .note", has_text="Standardised")
    for name, part in (("x", scale["inputs"]), ("y", scale["targets"])):
        mean, deviation = (f"{part[what][0]:.4g}".replace("-", "\u2212") for what in ("mean", "standard_deviation"))
        expect(note).to_contain_text(f"{name} {mean} ± {deviation}")
    lab.page.locator("#prediction-kinds label", has_text="mode").click()
    lab.rest()
    expect(lab.page.locator("#caption")).to_contain_text("The mode is the mean")


def test_squared_error_tells_how_it_relates_to_the_normal_distribution(lab: TrainingLab) -> None:
    lab.open("v=1&ds=sine&dp=n:60&like=squared_error&o=adam&n=300")
    expect(lab.page.locator("#likelihood-controls .note").first).to_contain_text("2σ² times the normal NLL")
    lab.page.locator("#tab-calibration").click()
    lab.rest()
    expect(lab.page.locator("#calibration-words")).to_contain_text("predicts a mean and no spread around it")
    expect(lab.page.locator("#calibration")).to_be_hidden()


def test_no_optimiser_is_offered_that_asks_for_a_hessian(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(SMALL)
    offered = lab.page.evaluate("[...document.querySelectorAll('#optimizer-add option')].map(({ value }) => value)")
    for optimizer in client.get("/api/catalog").json()["optimizers"]:
        assert (optimizer["name"] in offered) != optimizer["asks_for_hessian"]


@pytest.mark.parametrize("query", ["b=all", "b=20,fresh", "b=7", "h=none", "h=4&u=0,3", "h=4&u=1,0", "e=3&n=50"])
def test_a_link_brings_each_of_these_back(lab: TrainingLab, query: str) -> None:
    lab.load(f"v=1&{query}&o=adam")
    assert sorted(lab.query.split("&")) == sorted(f"v=1&{query}&o=adam".split("&"))
    expect(lab.page.locator("#trouble")).to_be_hidden()


def test_a_unit_that_the_network_does_not_have_is_passed_over(lab: TrainingLab) -> None:
    lab.load("v=1&h=4&u=2,5&o=adam")
    expect(lab.page.locator("#trouble")).to_be_hidden()
    assert "unit" not in lab.bodies("training/states")[-1]


def test_the_network_can_be_walked_with_arrow_keys(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&o=adam&k=20")
    lab.page.locator("#network").focus()
    for key, unit in [("ArrowDown", [0, 0]), ("ArrowDown", [0, 1]), ("ArrowRight", [1, 0]), ("ArrowRight", [1, 0])]:
        lab.page.keyboard.press(key)
        lab.rest()
        assert f"u={unit[0]},{unit[1]}" in lab.query and lab.step == 20
    expect(lab.page.locator("#network-aside")).to_contain_text("Output 1: bias")
    lab.page.keyboard.press("Escape")
    lab.rest()
    assert "u=" not in lab.query


def test_going_back_leaves_no_input_chosen_that_the_address_does_not_hold(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&o=adam&k=20")
    lab.open(f"{SMALL}&o=adam&k=30")
    lab.page.locator("#network").focus()
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("ArrowLeft")
    words = lab.page.locator("#network-aside")
    expect(words).to_contain_text("Input 1:")
    lab.rest()
    lab.page.go_back()
    lab.rest()
    expect(words).to_contain_text("Click a unit or a weight.")


def test_no_plane_is_shown_where_there_is_no_path(lab: TrainingLab) -> None:
    lab.open(f"{SMALL}&o=adam&k=50&t=plane")
    expect(lab.page.locator("#plane")).to_be_visible()
    lab.page.locator("#first").click()
    lab.rest()
    expect(lab.page.locator("#plane")).to_be_hidden()


@pytest.mark.parametrize("data", ["ds=moons&dp=n:60", "ds=blobs&dp=n:60", "ds=combined&dp=n:60&out=2"])
def test_classes_are_predicted_by_mean_mode_and_sample(lab: TrainingLab, data: str) -> None:
    faults: list[str] = []
    lab.page.on("pageerror", lambda error: faults.append(str(error)))
    lab.open(f"v=1&{data}&h=4&o=adam&n=300&k=30")
    for kind in ("sample", "mode", "mean"):
        lab.page.locator("#prediction-kinds label", has_text=kind).click()
        lab.rest()
        assert (lab.bodies("training/states")[-1]["frames"]["sample"] is None) == (kind != "sample")
        expect(lab.page.locator("#prediction-kinds :checked")).to_have_value(kind)
        told = {"sample": "a class drawn at each", "mode": "the most probable class at each", "mean": "class 1"}[kind]
        expect(lab.page.locator("#stage-key")).to_contain_text(told)
    assert faults == []
