"""Which run of several is opened up: any optimiser's, any seed's; what is shown then is what the API tells of that run."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.training_lab import TrainingLab
from tests.conftest import Watched

THREE = "v=1&ds=heteroscedastic&dp=n:60&h=4&like=heteroscedastic&b=10&o=momentum;adam&n=200&k=60&seed=5&e=3"


@pytest.fixture
def lab(training_lab: TrainingLab) -> TrainingLab:
    return training_lab


def printed(value: float) -> str:
    return f"{value:.4g}".replace("-", "\u2212")


def told_of(client: httpx.Client, lab: TrainingLab, place: int, member: int) -> dict[str, Any]:
    """What the API tells of one run at the step that is shown."""
    answer = client.post("/api/training/states", json=lab.bodies("training/states")[-1]).json()
    found: dict[str, Any] = answer["runs"][3 * place + member]
    assert found["seed"] == 5 + member
    return found


def shown(lab: TrainingLab) -> list[str]:
    return lab.page.locator("#learnt-of option:checked").all_inner_texts()


def test_the_seed_that_is_chosen_is_opened_up_in_every_panel(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(THREE)
    assert shown(lab) == ["Adam", "seed 5"]
    lab.page.get_by_label("Seed whose network is shown").select_option("seed 7")
    lab.rest()
    assert "m=2" in lab.query.split("&")
    run = told_of(client, lab, 1, 2)
    assert (lab.cell("training loss", 1), lab.cell("validation loss", 1)) == (
        printed(run["loss"]), printed(run["validation_loss"]),
    )  # fmt: skip
    assert lab.cell("training loss", 0) == printed(told_of(client, lab, 0, 2)["loss"])
    expect(lab.page.locator("#table thead")).to_contain_text("Adam, seed 7")
    expect(lab.page.locator("#caption")).to_contain_text("Adam, seed 7: an RMS error of")
    expect(lab.page.locator("#stage-key")).to_contain_text("±2σ of Adam, seed 7")
    lab.page.locator("#network").focus()
    lab.page.keyboard.press("ArrowDown")
    lab.rest()
    expect(lab.page.locator("#network-aside")).to_contain_text(f"bias {printed(run['parameters'][0]['biases'][0])}")
    for tab in ("layers", "parameters", "calibration"):
        lab.page.locator(f"#tab-{tab}").click()
        lab.rest()
        found = {
            "layers": lambda: lab.page.locator("#layers tbody tr output").first.inner_text(),
            "parameters": lambda: lab.page.locator("#parameters tbody td").first.inner_text(),
            "calibration": lambda: lab.page.evaluate("[...document.querySelector('#calibration > div').data[1].y]"),
        }[tab]()
        known = {
            "layers": f"sd {printed(run['frame']['layers'][0]['activations']['deviation'])}",
            "parameters": printed(run["parameters"][0]["weights"][0][0]),
            "calibration": pytest.approx(run["calibration"]["training"]),
        }[tab]
        assert found == known, tab


def test_the_loss_plane_is_that_around_the_path_of_the_seed_that_is_opened_up(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open(f"{THREE}&m=1&t=plane")
    body = lab.bodies("training/slices")[-1]
    assert (body["member"], body["run"], body["steps"]) == (1, 1, 60)
    alone = {**body, "ensemble": 1, "seed": 6, "network": {**body["network"], "seed": 6}}
    del alone["member"]
    found = client.post("/api/training/slices", json=alone).json()
    drawn = lab.page.evaluate("document.querySelector('#plane > div').data[0].text[40][40]")
    assert drawn == printed(found["loss"][-1][-1])
    assert [path["seed"] for path in found["paths"]] == [6, 6]
    lab.page.keyboard.press("s")
    lab.rest()
    assert lab.bodies("training/slices")[-1]["member"] == 2
    expect(lab.page.locator("#plane-words")).to_contain_text("Adam leaves it by up to")


def test_a_plane_that_was_refused_is_asked_for_again_by_who_comes_back_to_it(watched: Watched) -> None:
    lab = TrainingLab(watched.page).open("v=1&dp=n:60&h=4&init=zeros&o=adam&n=100&k=20&t=plane&pd=random")
    words = lab.page.locator("#plane-words")
    expect(words).to_contain_text("too few weights that are not zero")
    asked = len(lab.bodies("training/slices"))
    for tab in ("network", "plane"):
        lab.page.locator(f"#tab-{tab}").click()
        lab.rest()
    assert len(lab.bodies("training/slices")) == asked + 1
    expect(words).to_contain_text("too few weights that are not zero")
    watched.check("status of 422")


def test_keys_open_up_the_next_seed_and_the_next_optimiser_and_come_round(lab: TrainingLab) -> None:
    lab.open(THREE)
    for key, names in [
        ("s", ["Adam", "seed 6"]), ("s", ["Adam", "seed 7"]), ("s", ["Adam", "seed 5"]), ("o", ["Momentum", "seed 5"]),
        ("s", ["Momentum", "seed 6"]), ("o", ["Adam", "seed 6"]),
    ]:  # fmt: skip
        lab.page.keyboard.press(key)
        lab.rest()
        assert shown(lab) == names and lab.step == 60
    assert {"m=1", "e=3"} <= set(lab.query.split("&")) and "look=" not in lab.query
    lab.page.locator("#learnt-of select").last.focus()
    lab.page.keyboard.press("ArrowDown")
    lab.rest()
    assert shown(lab) == ["Adam", "seed 7"] and lab.step == 60


def test_one_run_alone_has_nothing_to_choose_and_fewer_seeds_leave_the_last_one_open(lab: TrainingLab) -> None:
    lab.open(f"{THREE}&m=2")
    seeds = lab.page.locator("#batches [data-parameter=seeds] input[type=number]")
    lab.page.locator("summary", has_text="Several seeds").click()
    seeds.fill("2")
    lab.rest()
    assert shown(lab) == ["Adam", "seed 6"] and {"m=1", "e=2"} <= set(lab.query.split("&"))
    seeds.fill("1")
    lab.rest()
    assert "m=" not in lab.query
    expect(lab.page.locator("#learnt-of select:visible")).to_have_count(1)
    lab.load("v=1&dp=n:60&o=adam&e=2&m=5&n=100")
    assert "m=5" not in lab.query  # there is no such seed
    lab.open("v=1&dp=n:60&o=adam&n=100")
    expect(lab.page.locator("#learnt-of")).to_be_hidden()


def test_while_it_plays_the_seed_that_is_opened_up_is_followed(lab: TrainingLab, client: httpx.Client) -> None:
    lab.open(THREE)
    lab.play()
    lab.reach(80)
    lab.page.keyboard.press("s")
    lab.reach(200)
    lab.rest()
    assert shown(lab) == ["Adam", "seed 6"]
    assert lab.cell("training loss", 1) == printed(told_of(client, lab, 1, 1)["loss"])
    expect(lab.page.locator("#table thead")).to_contain_text("Adam, seed 6")


def test_another_run_begins_at_the_parameters_of_the_seed_that_is_opened_up(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open(f"{THREE}&m=2&t=parameters")
    run = told_of(client, lab, 1, 2)
    lab.page.get_by_role("button", name="Start from here").click()
    lab.rest()
    assert lab.bodies("training/states")[-1]["initial_parameters"] == run["parameters"]
    expect(lab.page.locator("#log")).to_contain_text("Adam, seed 7, step 60")


def test_the_parts_of_a_loss_add_up_to_it_and_are_as_long_as_they_are_large(
    lab: TrainingLab, client: httpx.Client
) -> None:
    lab.open("v=1&ds=combined&dp=n:60&h=4&like=combined,sigma:0.4&b=10&o=momentum;adam&n=200&k=60")
    answer = client.post("/api/training/states", json=lab.bodies("training/states")[-1]).json()
    place = lab.page.locator("#loss-parts")
    for look, run in ((1, answer["runs"][1]), (0, answer["runs"][0])):
        scores = run["frame"]["scores"]
        rows = place.locator("tbody tr:not(.piled)")
        for row, part in enumerate(("training", "validation")):
            texts = rows.nth(row).locator("td").all_inner_texts()
            numbers = [float(text.replace("\u2212", "-").replace(" ", "").removeprefix("=")) for text in texts]
            assert numbers == pytest.approx([*scores[part]["loss_parts"], scores[part]["loss"]], rel=1e-3)
            assert sum(numbers[:-1]) == pytest.approx(numbers[-1], rel=1e-3)
        assert texts[-1] == f"= {lab.cell('validation loss', look)}"
        widths = (
            place.locator(".piled")
            .first.locator("rect")
            .evaluate_all("(all) => all.map((one) => +one.getAttribute('width'))")
        )
        shares = [width / sum(widths) for width in widths]
        assert shares == pytest.approx([part / scores["training"]["loss"] for part in scores["training"]["loss_parts"]])
        lab.page.keyboard.press("o")
        lab.rest()
    assert place.locator("thead th").all_inner_texts() == ["y1", "y2", "class", "loss"]
    lab.open("v=1&dp=n:60&o=adam&n=100")
    expect(place).to_be_hidden()


def test_a_part_below_zero_lies_on_the_other_side_of_the_line(lab: TrainingLab, client: httpx.Client) -> None:
    """A normal density of small σ is above 1 where it is highest: its negative logarithm is below 0."""
    lab.open("v=1&ds=combined&dp=n:60,noise:0.05&h=8&like=combined,sigma:0.1&o=adam&n=2000&k=2000")
    answer = client.post("/api/training/states", json=lab.bodies("training/states")[-1]).json()
    parts = answer["runs"][0]["frame"]["scores"]["training"]["loss_parts"]
    assert min(parts) < 0
    place = lab.page.locator("#loss-parts")
    first = place.locator("tbody tr").first.inner_text()
    assert "\u2212" in first
    edges = (
        place.locator(".piled")
        .first.locator("rect")
        .evaluate_all(
            "(all) => all.map((one) => [+one.getAttribute('x'), +one.getAttribute('x') + +one.getAttribute('width')])"
        )
    )
    zero = float(place.locator(".zero").first.get_attribute("d").split("M")[1].split(" ")[0])
    for part, (low, high) in zip(parts, edges, strict=True):
        assert (high <= zero + 1e-6) if part < 0 else (low >= zero - 1e-6)
