"""A dragged slider follows the hand before the next frame does, with the values that the browser itself would give it."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.lab import Lab, drag


@pytest.fixture
def lab(page: Page) -> Lab:
    return Lab(page)


WATCH = """() => {
  window.told = [];
  for (const kind of ["pointerrawupdate", "pointermove"]) addEventListener(kind, () => told.push(kind), true);
  const mark = performance.mark.bind(performance);
  performance.mark = (name, options) => {
    told.push(name);
    return mark(name, options);
  };
}"""
OWN = """async (attributes) => {
  const base = new URL(".", document.querySelector("script[type=module]").src).href;
  const { valueAt } = await import(`${base}controls/ahead.js`);
  const slider = Object.assign(document.createElement("input"), { type: "range", id: "own" });
  Object.assign(slider, attributes);
  slider.style.cssText = "position: fixed; left: 100px; top: 10px; width: 237px; height: 20px; margin: 0; z-index: 9";
  document.body.append(slider);
  window.found = [];
  addEventListener("pointermove", ({ clientX, buttons }) => {
    if (buttons && slider.isConnected) setTimeout(() => found.push([valueAt(slider, clientX), Number(slider.value)]));
  });
}"""


def moved(page: Page, places: list[float]) -> None:
    page.mouse.move(places[0], 20)
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(place, 20)
        page.wait_for_timeout(40)
    page.mouse.up()


def test_a_move_is_asked_for_when_the_browser_tells_of_it_and_not_a_frame_later(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    lab.page.evaluate(WATCH)
    before = len(lab.asked)
    drag(lab.page, lab.slider(0, "learning_rate"), 0.3)
    lab.rest()
    told = lab.page.evaluate("told")
    asked = [told[k - 1] for k, kind in enumerate(told) if kind == "slider-event"]
    assert len(asked) >= 5 and asked.count("pointerrawupdate") >= len(asked) - 2  # the first press is the browser's own
    bodies = [json.dumps(body, sort_keys=True) for body in lab.asked[before:]]
    assert len(set(bodies)) == len(bodies), "what the browser does with the same move asks for nothing again"


SLIDERS = [
    {"min": "0", "max": "1", "step": "0.01"},
    {"min": "-4", "max": "0.5", "step": "0.02"},
    {"min": "3", "max": "9", "step": "1"},
]


def test_the_value_at_a_pointer_is_that_of_the_browsers_own_slider(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    for attributes in SLIDERS:
        lab.page.evaluate(OWN, attributes)
        moved(lab.page, [101, 107.5, 109, 150.25, 218.5, 219, 240, 301.7, 329, 331, 400])
        found = lab.page.evaluate("found")
        assert len(found) >= 8
        assert [ours for ours, _ in found] == pytest.approx([theirs for _, theirs in found], abs=1e-9), attributes
        lab.page.evaluate("document.getElementById('own').remove()")


def test_a_slider_of_another_make_has_the_last_word(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    slider = lab.slider(0, "learning_rate")
    slider.evaluate("slider => { slider.style.paddingLeft = '40px'; }")  # where we do not know how it is drawn
    box = slider.bounding_box()
    assert box is not None
    moved_to = box["x"] + 0.7 * box["width"]
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.page.mouse.down()
    lab.page.mouse.move(moved_to, box["y"] + box["height"] / 2)
    lab.page.wait_for_timeout(60)
    lab.page.mouse.move(moved_to + 1, box["y"] + box["height"] / 2)
    lab.page.wait_for_timeout(60)
    lab.page.mouse.up()
    lab.rest()
    low, high, value, width = slider.evaluate("s => [s.min, s.max, s.value, s.clientWidth - 40].map(Number)")
    share = (moved_to + 1 - box["x"] - 40 - 8) / (width - 16)
    assert (value - low) / (high - low) == pytest.approx(share, abs=0.02)
