"""What is shown, taken away as a file: numbers, and pictures that show the plot; a failure is told."""

import base64
import csv
import io
import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab

PICTURE = """
async (data) => {
  const image = new Image();
  image.src = `data:image/png;base64,${data}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data: pixels } = context.getImageData(0, 0, image.width, image.height);
  const colors = new Map();
  const packed = new Uint32Array(pixels.buffer);
  for (const color of packed) colors.set(color, (colors.get(color) ?? 0) + 1);
  return { width: image.width, height: image.height, colors: colors.size, commonest: Math.max(...colors.values()) / packed.length };
}
"""


@pytest.fixture
def lab(page: Page) -> Lab:
    return Lab(page)


def taken(lab: Lab, label: str) -> tuple[str, bytes]:
    """The name and the bytes of the file behind a button."""
    with lab.page.expect_download() as download:
        lab.page.locator("#share").get_by_role("button", name=label).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def look_at_picture(lab: Lab, plot: str) -> None:
    """The picture is twice as large as the plot, and shows something."""
    name, content = taken(lab, "PNG")
    assert name == "fall-line-himmelblau.png"
    picture = lab.page.evaluate(PICTURE, base64.b64encode(content).decode())
    width, height = (lab.page.locator(plot).evaluate(f"e => 2 * e.client{side}") for side in ("Width", "Height"))
    assert (picture["width"], picture["height"]) == (width, height)
    assert picture["colors"] > 200
    assert picture["commonest"] < 0.9


def test_what_is_shown_can_be_taken_away_as_a_file(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd;adam&n=20&seed=7")
    lab.page.locator("button[popovertarget=share]").click()
    name, content = taken(lab, "CSV")
    assert name == "fall-line-himmelblau.csv"
    assert len(list(csv.DictReader(io.StringIO(content.decode())))) == 2 * 21
    name, content = taken(lab, "JSON")
    assert name == "fall-line-himmelblau.json"
    assert [path["optimizer"]["name"] for path in json.loads(content)["trajectories"]] == ["gd", "adam"]
    look_at_picture(lab, "#contour")
    lab.page.locator("#share").get_by_role("button", name="Copy the script").click()
    script = lab.page.locator("#share").get_by_label("The script for PyTorch")
    expect(script).to_have_value(re.compile(r"torch\.optim\.SGD\(\[phi\], lr="))
    compile(script.input_value(), "script", "exec")

    lab.page.evaluate("() => { window.toImage = Plotly.toImage; Plotly.toImage = () => Promise.reject('no canvas'); }")
    lab.page.locator("#share").get_by_role("button", name="PNG").click()
    expect(lab.page.locator("#trouble")).to_have_text("There is no picture of the plot: no canvas.")
    lab.page.evaluate("() => { Plotly.toImage = () => Promise.resolve('data:,'); }")
    lab.page.locator("#share").get_by_role("button", name="PNG").click()
    expect(lab.page.locator("#trouble")).to_contain_text("the browser gave no image")
    lab.page.evaluate("() => { Plotly.toImage = window.toImage; }")
    taken(lab, "PNG")
    expect(lab.page.locator("#trouble")).to_be_hidden()

    lab.page.keyboard.press("Escape")
    lab.page.get_by_text("3-D").click()
    lab.rest()
    lab.page.locator("button[popovertarget=share]").click()
    lab.until("document.querySelector('#surface3d .gl-container canvas') !== null")
    look_at_picture(lab, "#surface3d")


def test_the_code_can_be_as_large_as_the_screen_for_the_last_row(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    lab.page.locator("button[popovertarget=share]").click()
    lab.page.get_by_role("button", name="Full screen").click()
    lab.until("document.fullscreenElement?.matches('figure')")
    code = lab.page.get_by_role("img", name="QR code of")
    lab.until("document.querySelector('.hall-code').clientHeight > 0.8 * innerHeight")
    box, window = code.bounding_box(), lab.page.evaluate("[innerWidth, innerHeight]")
    assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= window[1]
    lab.page.evaluate("document.exitFullscreen()")
    lab.until("!document.fullscreenElement")
    expect(lab.page.locator("#share")).to_be_visible()
