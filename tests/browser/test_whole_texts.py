"""What is written can be read whole: nothing is cut, and nothing is drawn over words."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab

WIDE = """(place) => [...place.querySelectorAll("tbody tr")].map((row) => {
  const words = document.createRange();
  words.selectNodeContents(row.cells[1]);
  const [formula, number] = [words.getBoundingClientRect(), document.createRange()];
  number.selectNodeContents(row.cells[2]);
  const beside = number.getBoundingClientRect();
  const over = formula.right > beside.left && formula.top + 4 < beside.bottom && beside.top + 4 < formula.bottom;
  return { name: row.dataset.quantity, over, cut: formula.right > place.getBoundingClientRect().right };
}).filter(({ over, cut }) => over || cut)"""
"""Formulas that lie over the number beside them, or leave the table."""

INK = """(host) => {
  const words = host.querySelector(".annotation").getBoundingClientRect();
  const canvas = host.querySelector("canvas");
  const [place, scale] = [canvas.getBoundingClientRect(), canvas.width / canvas.clientWidth];
  const { data } = canvas.getContext("2d").getImageData((words.left - place.left) * scale, (words.top - place.top) * scale, words.width * scale, words.height * scale);
  return data.filter((_, at) => at % 4 === 3).some((alpha) => alpha > 0);
}"""
"""Whether the canvas above a plot has drawn anything over its first annotation."""

LINES = """(label) => {
  const words = document.createRange();
  words.selectNode(label.lastChild);
  return words.getClientRects().length;
}"""
"""On how many lines the words of a label stand."""


@pytest.mark.parametrize("optimizers", ["nadam", "adadelta", "adam", "adamw"])
@pytest.mark.parametrize("lecture", ["", "&lecture=1"], ids=["usual", "lecture"])
def test_formulas_inside_a_step_are_whole(surface_lab: Lab, optimizers: str, lecture: str) -> None:
    surface_lab.open(f"v=1&o={optimizers}&i=0&k=20{lecture}")
    table = surface_lab.page.locator("#inside-table")
    expect(table.locator("tbody tr").first).to_be_visible()
    assert table.evaluate(WIDE) == []
    assert surface_lab.page.locator(".readings").evaluate("e => e.scrollWidth <= e.clientWidth")


def test_what_the_table_of_layers_means_is_in_sight(training_lab: TrainingLab) -> None:
    training_lab.open("v=1&ds=moons&t=layers&k=30")
    note = training_lab.page.locator("#layers > .note")
    expect(note).to_contain_text("signals vanish or explode")
    layers = training_lab.page.locator("#layers")
    assert layers.evaluate("place => place.scrollHeight <= place.clientHeight"), "three layers and the note have room"
    training_lab.page.set_viewport_size({"width": 1280, "height": 720})
    training_lab.rest()
    inside, panel = note.bounding_box(), layers.bounding_box()
    assert inside is not None and panel is not None
    assert inside["y"] + inside["height"] <= panel["y"] + panel["height"] + 1


def test_no_line_goes_through_the_words_that_a_curve_is_off_the_scale(
    surface_lab: Lab, training_lab: TrainingLab
) -> None:
    surface_lab.open("v=1&s=goldstein_price&o=gd,learning_rate:0.5;adam&n=60&k=52")
    for host in ("#loss", "#gradient"):
        expect(surface_lab.page.locator(f"{host} .annotation")).to_contain_text("off the scale")
        assert not surface_lab.page.locator(host).evaluate(INK)
    training_lab.open(
        "v=1&ds=lecture_sine&h=16,16&act=leaky_relu&like=squared_error&o=sgd;sgd,learning_rate:0.2&n=200&k=190"
    )
    expect(training_lab.page.locator("#loss .annotation")).to_contain_text("off the scale")
    assert not training_lab.page.locator("#loss").evaluate(INK)


@pytest.mark.parametrize("path", ["/?v=1&o=gd;momentum", "/training?v=1&o=gd;adam"], ids=["surface", "training"])
def test_on_a_telephone_a_name_of_two_words_has_one_line(browser: Browser, base_url: str, path: str) -> None:
    window: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with browser.new_context(base_url=base_url, **window) as context:
        page = context.new_page()
        page.goto(path)
        header = page.locator("#optimizer-list header").first
        expect(header).to_contain_text("Gradient descent")
        assert header.locator(".legend").evaluate(LINES) == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        small = (
            "e => [...e.querySelectorAll('button')].filter((b) => Math.min(b.offsetWidth, b.offsetHeight) < 44).length"
        )
        assert header.evaluate(small) == 0


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1280, 720), (390, 844)])
@pytest.mark.parametrize("look", ["", "&lecture=1"], ids=["usual", "lecture"])
def test_what_is_said_of_a_cloud_of_gradients_is_whole(surface_lab: Lab, width: int, height: int, look: str) -> None:
    surface_lab.page.set_viewport_size({"width": width, "height": height})
    for query in ("o=gd;momentum;adam&n=60&k=30", "r=mean&p=-0.5,4&o=sgd,learning_rate:1.5&n=500"):
        surface_lab.open(f"v=1&s=gabor&b=5&{query}{look}")
        words = surface_lab.page.locator("#cloud .words")
        expect(words).to_contain_text("Mean of the 500 drawn")
        expect(surface_lab.page.locator("#cloud")).not_to_have_class(re.compile("waiting"))
        assert words.evaluate("place => place.scrollHeight <= place.clientHeight + 1")
        assert words.evaluate("place => place.scrollWidth <= place.clientWidth + 1")
