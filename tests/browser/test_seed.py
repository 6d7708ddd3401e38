"""The seed on the page: in the address and in every request, typable and drawn anew where it decides anything."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab

DRAWS = """
async () => {
  const { anotherSeed } = await import("/static/js/controls/seed-control.js");
  const seeds = [0, 1, 2, 5000, 9998, 9999, 10000, 2 ** 31 - 1];
  return seeds.flatMap((seed) => [0, 0.00005, 0.49995, 0.5, 0.99985, 0.99999].map((share) => [seed, anotherSeed(seed, () => share)]));
}
"""


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


def test_the_seed_is_kept_sent_typed_and_drawn_where_it_decides_anything(lab: Lab) -> None:
    lab.open("v=1&s=gabor&o=gd&n=20&seed=7")
    control = lab.page.locator("#seed")
    expect(control).to_be_hidden()
    assert lab.body["seed"] == 7
    for seed, drawn in lab.page.evaluate(DRAWS):
        assert drawn != seed and 1 <= drawn <= 9999

    lab.page.locator("#batches").get_by_text("a batch (SGD)").click()
    box = control.get_by_role("spinbutton", name="Seed")
    expect(box).to_have_value("7")
    box.fill("12")
    lab.rest()
    assert lab.body["seed"] == 12 and lab.body["batches"]
    asked = len(lab.asked)
    box.fill("1.5")
    expect(control.get_by_role("alert")).to_contain_text("whole number")
    lab.rest()
    assert len(lab.asked) == asked
    control.get_by_role("button", name="Draw a new seed").click()
    lab.rest()
    drawn = lab.body["seed"]
    assert drawn != 12
    expect(box).to_have_value(str(drawn))
    expect(control.locator(".complaint")).to_be_empty()
    lab.page.locator("#position").click()
    lab.page.keyboard.press("r")
    lab.rest()
    assert lab.body["seed"] == drawn and f"seed={drawn}" in lab.query.split("&")

    lab.page.locator("#batches").get_by_text("all data", exact=True).first.click()
    expect(control).to_be_hidden()
