"""What a new visitor sees: what to do first, the same step in every panel, the path before, the valley in space."""

import math
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.lab import Lab, drag

HINT = re.compile("Drag the white circle")
CURVE_AT = """([id, step]) => {
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  const { xaxis, yaxis } = plot._fullLayout;
  const { left, top } = plot.getBoundingClientRect();
  const line = plot.data.find(({ mode }) => mode === "lines");
  return [left + xaxis._offset + xaxis.d2p(line.x[step]), top + yaxis._offset + yaxis.d2p(line.y[step])];
}"""
DRAWN_NEAR = """([x, y, radius]) => {
  const { xaxis, yaxis } = document.querySelector("#contour .js-plotly-plot")._fullLayout;
  const [left, top] = [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)].map((at) => Math.round(at * devicePixelRatio));
  const canvas = [...document.querySelectorAll("#contour > canvas")].at(-1);
  const data = canvas.getContext("2d").getImageData(left - radius, top - radius, 2 * radius, 2 * radius).data;
  return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""
GHOSTS = """() => document.querySelector("#contour .js-plotly-plot").data
    .filter(({ mode, opacity }) => mode === "lines" && opacity === 0.4).map(({ x, y }) => [Array.from(x), Array.from(y)])"""


@pytest.fixture
def lab(page: Page) -> Lab:
    return Lab(page)


def record(lab: Lab) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = lab.page.request.post("/api/trajectories", data=lab.body).json()["trajectories"]
    return found


def test_a_first_visit_says_what_to_do_until_it_is_done_and_nothing_jumps(lab: Lab) -> None:
    lab.open()
    caption = lab.page.locator("#caption")
    expect(caption).to_have_text(HINT)
    before = lab.page.locator("#contour").bounding_box()
    drag(lab.page, lab.slider(0, "learning_rate"), 0.3)
    lab.rest()
    expect(caption).not_to_have_text(HINT)
    assert lab.page.locator("#contour").bounding_box() == before
    lab.open("v=1&n=100")
    expect(caption).not_to_have_text(HINT)


def test_every_panel_shows_the_step_under_the_pointer(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=30&k=0")
    (run,) = record(lab)
    step = 12
    assert lab.page.evaluate(DRAWN_NEAR, [*run["phi"][step], 9]) == 0, "the path itself is Plotly's, at rest"
    lab.page.mouse.move(*lab.page.evaluate(CURVE_AT, ["loss", step]))
    label = lab.page.locator("#loss .hoverlayer .hovertext").first
    expect(label).to_contain_text(f"step {step}")
    lab.until(f"({DRAWN_NEAR})([{run['phi'][step][0]}, {run['phi'][step][1]}, 9]) > 20")
    lab.page.mouse.move(5, 5)
    lab.until(f"({DRAWN_NEAR})([{run['phi'][step][0]}, {run['phi'][step][1]}, 9]) === 0")


def test_the_path_before_the_start_was_moved_stays_as_a_ghost(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=30")
    (before,) = record(lab)
    assert lab.page.evaluate(GHOSTS) == []
    button = lab.page.locator("#start-point")
    button.focus()
    button.press("ArrowRight")
    lab.rest()
    ((x, y),) = lab.page.evaluate(GHOSTS)
    np.testing.assert_allclose(np.transpose([x, y]), before["phi"], rtol=1e-6, atol=1e-6)
    lab.number(0, "learning_rate").fill("0.012")
    lab.rest()
    assert lab.page.evaluate(GHOSTS) == [], "another rate has no path before"


def seen_from(eye: dict[str, float], point: list[float], heights: np.ndarray) -> bool:
    """Whether the line from a point of a relief of 1 x 1 x 0.6 to the eye stays above it."""
    x, y, z = point
    for share in np.linspace(0.02, 1, 100):
        left, up = x + share * (eye["x"] - x), y + share * (eye["y"] - y)
        over = z + share * (eye["z"] + 0.3 - z)
        if max(abs(left), abs(up)) > 0.5 or over > 0.6:
            return True
        row, column = round((up + 0.5) * (len(heights) - 1)), round((left + 0.5) * (len(heights) - 1))
        if heights[row, column] > over + 0.015:
            return False
    return True


def test_in_space_the_valley_of_the_best_fit_is_not_hidden_and_a_turned_camera_stays(lab: Lab) -> None:
    lab.open("v=1&s=gabor&o=gd&n=60&d=3d")
    lab.until("document.querySelector('#surface3d .js-plotly-plot')?._fullLayout?.scene?.camera")
    camera = "document.querySelector('#surface3d .js-plotly-plot')._fullLayout.scene.camera.eye"
    eye = lab.page.evaluate(camera)
    body = {"surface": lab.body["surface"], "x": [-10, 10], "y": [2.5, 22.5], "resolution": [121, 121]}
    loss = np.array(lab.page.request.post("/api/grids", data=body).json()["loss"])
    low, high = loss.min(), loss.max()
    heights = 0.6 * (loss - low) / (high - low)
    (run,) = record(lab)
    walked = [
        [x / 20, (y - 12.5) / 20, 0.6 * (value - low) / (high - low) + 0.01]
        for (x, y), value in zip(run["phi"], run["loss"], strict=True)
    ]
    assert sum(seen_from(eye, point, heights) for point in walked) > 0.9 * len(walked)
    assert math.hypot(eye["x"], eye["y"]) == pytest.approx(math.hypot(1, 1.35)), "as far away as ever"
    lab.open("v=1&s=gabor&o=gd&n=60&d=3d&c=1,1,1,0,0,0")
    lab.until("document.querySelector('#surface3d .js-plotly-plot')?._fullLayout?.scene?.camera")
    assert lab.page.evaluate(camera) == {"x": 1, "y": 1, "z": 1}


def test_the_help_names_the_marks_of_the_plot_and_sets_indices_low(lab: Lab) -> None:
    lab.open()
    lab.page.keyboard.press("?")
    sheet = lab.page.locator("#help")
    expect(sheet).to_contain_text("a minimum, a saddle point, a maximum")
    assert "_max" not in sheet.inner_text()
    assert sheet.locator("sub", has_text="max").count() > 0
    for name in ("scenarios", "share", "slides", "help"):
        lab.page.evaluate(f"document.getElementById('{name}').showPopover()")
        lab.page.locator(f"#{name} .close").click()
        expect(lab.page.locator(f"#{name}")).to_be_hidden()


@pytest.mark.parametrize(
    ("low", "high", "most", "labels"),
    [
        (0.3, 25, 7, ["0.5", "1", "2", "5", "10", "20"]),
        (0.3, 25, 3, ["1", "10"]),
        (0.3, 0.9, 2, ["0.5"]),
        (1e-12, 10, 3, ["10⁻¹⁰", "10⁻⁵", "1"]),
    ],
)
def test_an_axis_has_no_more_labels_than_fit(lab: Lab, low: float, high: float, most: int, labels: list[str]) -> None:
    lab.open()
    names = lab.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    address = next(name for name in names if name.endswith("/figures/ranges.js"))
    ticks = lab.page.evaluate(
        "async ([address, ...given]) => (await import(address)).logTicks(...given)", [address, low, high, most]
    )
    assert ticks.get("ticktext", labels) == labels
    assert len(ticks.get("ticktext", [])) <= most
