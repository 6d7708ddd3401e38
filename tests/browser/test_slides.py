"""As on the slide, as in most software: the sheet lists what is on the screen, and its switches change the run."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab

SHAPES = """
() => document.querySelector("#data .js-plotly-plot").data.filter(({ mode }) => mode === "markers")
        .map(({ name, x, y, marker }) => ({ name, x: Array.from(x), y: Array.from(y), symbol: marker.symbol }))
"""


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


def entry(lab: Lab, title: str) -> Locator:
    return lab.page.locator("#slides section").filter(has=lab.page.get_by_role("heading", name=title))


def test_a_switch_takes_the_other_form_and_with_the_rate_moved_along_the_same_path(lab: Lab) -> None:
    lab.open("v=1&s=line&o=gd;momentum,learning_rate:0.05&n=40")
    losses = [lab.cell("loss", column) for column in (0, 1)]
    lab.page.keyboard.press("s")
    expect(lab.page.locator("#slides h2")).to_contain_text(["As on the slide", "Momentum", "Line fit", "Every run"])
    momentum, mean = entry(lab, "an average or a sum"), entry(lab, "sum or mean")
    assert momentum.locator("math").count() >= 3
    expect(entry(lab, "Where the counting starts").get_by_role("radio")).to_have_count(0)
    software = momentum.get_by_role("radio", name="As in most software")
    slide = momentum.get_by_role("radio", name="As on the slide")
    expect(slide).to_be_checked()

    software.check()
    lab.rest()
    changed = lab.body["optimizers"][1]
    assert (changed["form"], changed["learning_rate"]) == ("heavy_ball", 0.05)
    assert [lab.cell("loss", column) for column in (0, 1)] == [losses[0], lab.cell("loss", 1)]
    assert lab.cell("loss", 1) != losses[1]
    assert "form:heavy_ball" in lab.query

    slide.check()
    momentum.get_by_role("checkbox").check()
    software.check()
    lab.rest()
    changed = lab.body["optimizers"][1]
    assert (changed["form"], changed["learning_rate"]) == ("heavy_ball", 0.005)
    assert lab.cell("loss", 1) == losses[1]

    mean.get_by_role("checkbox").check()
    points = [lab.cell("φ", column) for column in (0, 1)]
    mean.get_by_role("radio", name="As in most software").check()
    lab.rest()
    assert lab.body["surface"]["reduction"] == "mean" and "r=mean" in lab.query
    assert [optimizer["learning_rate"] for optimizer in lab.body["optimizers"]] == [0.24, 0.06]
    assert [lab.cell("φ", column) for column in (0, 1)] == points
    assert float(lab.cell("loss", 0)) == pytest.approx(float(losses[0]) / 12, rel=1e-3)
    mean.get_by_role("radio", name="As on the slide").check()
    lab.rest()
    assert [optimizer["learning_rate"] for optimizer in lab.body["optimizers"]] == [0.02, 0.005]

    lab.page.get_by_label("Form", exact=True).select_option("ema")
    expect(slide).to_be_checked()
    lab.page.keyboard.press("Escape")
    expect(lab.page.locator("#slides")).to_be_hidden()
    lab.page.locator("#surface-select").select_option("himmelblau")
    lab.page.locator("button[popovertarget=slides]").click()
    expect(mean).to_have_count(0)


def test_on_batches_the_same_path_takes_the_size_of_the_batch(lab: Lab) -> None:
    lab.open("v=1&s=line&o=gd&b=4&n=60&k=60")
    rate = lab.body["optimizers"][0]["learning_rate"]
    points = [lab.cell("φ", 0)]
    lab.page.keyboard.press("s")
    mean = entry(lab, "sum or mean")
    mean.get_by_role("checkbox").check()
    mean.get_by_role("radio", name="As in most software").check()
    lab.rest()
    assert lab.body["surface"]["reduction"] == "mean"
    assert lab.body["optimizers"][0]["learning_rate"] == pytest.approx(4 * rate, rel=1e-12)
    assert [lab.cell("φ", 0)] == points
    keep = mean.get_by_role("checkbox").locator("..")
    expect(keep).to_have_text("Keep the path: η becomes ηB in the software’s form")
    lab.page.keyboard.press("Escape")
    for query, words in {"b=5": "ηB in the software’s form, but for the short last batch of each epoch",
                         "b=5,fresh": "ηB in the software’s form", "": "ηn in the software’s form"}.items():  # fmt: skip
        lab.open(f"v=1&s=line&o=gd&n=60&{query}")
        lab.page.keyboard.press("s")
        expect(keep).to_have_text(f"Keep the path: η becomes {words}")
        lab.page.keyboard.press("Escape")


def test_two_classes_differ_in_shape_and_the_border_lies_where_the_logit_is_zero(lab: Lab) -> None:
    lab.open("v=1&s=logistic&o=gd;adam&n=300&k=300")
    lab.page.wait_for_timeout(300)
    marks = lab.page.evaluate(SHAPES)
    symbols = {mark["name"]: mark["symbol"] for mark in marks if mark["name"].startswith("class")}
    assert len(set(symbols.values())) == len(symbols) == 2
    assert {(mark["name"], y) for mark in marks for y in mark["y"]} >= {("class 0", 0), ("class 1", 1)}
    for column, name in enumerate(("Gradient descent", "Adam")):
        phi = [float(lab.cell(f"φ{digit}", column).replace("−", "-")) for digit in "₀₁"]
        (border,) = (mark for mark in marks if mark["name"] == name)
        assert border["y"] == [0.5]
        assert border["x"] == [pytest.approx(-phi[0] / phi[1], rel=2e-3)]
    lab.page.locator("button[data-table=data]").click()
    heads = lab.page.locator("#data-table th")
    expect(heads.nth(1)).to_have_text("class")
