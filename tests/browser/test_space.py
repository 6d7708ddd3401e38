"""The view in space: valleys are not hidden, a turned camera stays, paths lie on the surface."""

import json
import math
import re

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.lab import Lab

TRACE = """() => {
  const { x, y, z, meta, text } = document.querySelector("#surface3d .js-plotly-plot").data.find(({ type }) => type === "scatter3d");
  return { x: Array.from(x), y: Array.from(y), z: Array.from(z), steps: meta.steps, text: Array.from(text) };
}"""
RELIEF = """() => {
  const { x, y, z } = document.querySelector("#surface3d .js-plotly-plot").data.find(({ type }) => type === "surface");
  return { x: Array.from(x), y: Array.from(y), z };
}"""

COUNTED = """() => {
  const counted = (window.counted = { frames: 0, drawings: 0 });
  const count = (object, name, what) => {
    const original = object[name];
    object[name] = function (...given) {
      counted[what] += 1;
      return original.apply(this, given);
    };
  };
  count(window, "requestAnimationFrame", "frames");
  for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext]) {
    for (const name of ["drawArrays", "drawElements", "clear"]) count(prototype, name, "drawings");
  }
}"""
FRESH = "() => void Object.assign(window.counted, { frames: 0, drawings: 0 })"
SECOND = 1000


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


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
    lab.load("v=1&s=gabor&o=gd&n=60&d=3d")
    lab.until_in_space()
    camera = "document.querySelector('#surface3d .js-plotly-plot')._fullLayout.scene.camera.eye"
    eye = lab.page.evaluate(camera)
    body = {"surface": lab.body["surface"], "x": [-10, 10], "y": [2.5, 22.5], "resolution": [121, 121]}
    loss = np.array(lab.page.request.post("/api/grids", data=body).json()["loss"])
    low, high = loss.min(), loss.max()
    heights = 0.6 * (loss - low) / (high - low)
    (run,) = lab.record()
    walked = [
        [x / 20, (y - 12.5) / 20, 0.6 * (value - low) / (high - low) + 0.01]
        for (x, y), value in zip(run["phi"], run["loss"], strict=True)
    ]
    assert sum(seen_from(eye, point, heights) for point in walked) > 0.9 * len(walked)
    assert math.hypot(eye["x"], eye["y"]) == pytest.approx(math.hypot(1, 1.35)), "as far away as ever"
    lab.load("v=1&s=gabor&o=gd&n=60&d=3d&c=1,1,1,0,0,0")
    lab.until_in_space()
    assert lab.page.evaluate(camera) == {"x": 1, "y": 1, "z": 1}


@pytest.mark.parametrize("surface", ["rosenbrock", "himmelblau", "gabor"])
def test_in_space_most_of_the_lowest_places_are_seen_from_the_first_eye(lab: Lab, surface: str) -> None:
    lab.open(f"v=1&s={surface}&o=gd&n=20&d=3d")
    lab.until_in_space()
    eye = lab.page.evaluate("document.querySelector('#surface3d .js-plotly-plot')._fullLayout.scene.camera.eye")
    heights = np.array(lab.page.evaluate(RELIEF)["z"], dtype=float)
    heights = 0.6 * (heights - np.nanmin(heights)) / np.ptp(heights)
    rows, columns = np.nonzero(heights <= np.quantile(heights, 0.1))
    count = len(heights) - 1
    places = [
        [column / count - 0.5, row / count - 0.5, heights[row, column]]
        for row, column in zip(rows[::7], columns[::7], strict=True)
    ]
    assert sum(seen_from(eye, place, heights) for place in places) > 0.6 * len(places)


def test_a_camera_that_is_turned_stays_when_the_paths_move_and_is_in_the_address(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=40&d=3d")
    lab.until_in_space()
    camera = "JSON.stringify(document.querySelector('#surface3d .js-plotly-plot')._fullLayout.scene.camera.eye)"
    before = lab.page.evaluate(camera)
    box = lab.page.locator("#surface3d").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(*middle)
    lab.page.mouse.down()
    lab.page.mouse.move(middle[0] + 120, middle[1] - 30, steps=6)
    lab.page.mouse.up()
    lab.rest()
    turned = lab.page.evaluate(camera)
    assert turned != before
    lab.number(0, "learning_rate").fill("0.004")
    lab.rest()
    assert lab.page.evaluate(camera) == turned, "new data leave the camera alone"
    told = [float(value) for value in re.findall(r"[?&]c=([^&]*)", "?" + lab.query)[0].split(",")]
    assert told[:3] == pytest.approx(list(json.loads(turned).values()), abs=6e-4)


def test_in_space_no_frame_is_asked_for_and_nothing_drawn_while_nothing_moves(page: Page) -> None:
    page.add_init_script(f"({COUNTED})()")
    lab = Lab(page)
    lab.load("v=1&s=himmelblau&o=gd&n=40&d=3d")
    lab.until("window.counted.drawings > 0")
    for view in ("3d", "2d", "3d"):
        page.locator(f"input[name=view][value='{view}']").dispatch_event("click")
        lab.rest()
        page.wait_for_timeout(SECOND)
        page.evaluate(FRESH)
        page.wait_for_timeout(SECOND)
        assert page.evaluate("window.counted") == {"frames": 0, "drawings": 0}, view
    lab.number(0, "learning_rate").fill("0.004")
    lab.rest()
    lab.until("window.counted.drawings > 0")
    page.wait_for_timeout(SECOND)
    page.evaluate(FRESH)
    page.locator("#surface3d").hover()
    page.mouse.wheel(0, -200)
    lab.until("window.counted.drawings > 0")


def test_between_two_steps_a_path_follows_the_ground_and_its_numbers_are_real_steps(lab: Lab) -> None:
    lab.open("v=1&s=bowl&sp=condition:50&o=gd,learning_rate:0.038&n=40&d=3d")
    lab.until("document.querySelector('#surface3d .js-plotly-plot')?.data?.length > 2")
    trace, relief = lab.page.evaluate(TRACE), lab.page.evaluate(RELIEF)
    grid_x, grid_y, heights = (np.array(relief[name], dtype=float) for name in ("x", "y", "z"))
    (run,) = lab.record()
    steps = np.array(trace["steps"])
    assert len(steps) > 2 * len(run["phi"]), "long steps are filled in"
    assert (np.diff(steps) >= 0).all()
    points = np.transpose([trace["x"], trace["y"]])
    for step, phi in enumerate(run["phi"]):
        distances = np.abs(points[steps == step] - phi).max(axis=1)
        assert distances.min() < 1e-6
        assert all(f"step {step}<br>" in trace["text"][at] for at in np.flatnonzero(steps == step))
    span = np.ptp(heights)
    for (x, y), z in zip(points, trace["z"], strict=True):
        column = int(np.clip(np.searchsorted(grid_x, x) - 1, 0, len(grid_x) - 2))
        row = int(np.clip(np.searchsorted(grid_y, y) - 1, 0, len(grid_y) - 2))
        corners = heights[row : row + 2, column : column + 2]
        assert corners.min() <= z <= corners.max() + 0.02 * span, "it lies on the ground, a little lifted"
