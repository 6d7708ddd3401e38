"""The surface lab as the tests use it: open it, move things, read what was asked and what is shown."""

import json
from typing import Any

from playwright.sync_api import Locator, Page, Request

from tests.browser.room import Room


class Lab(Room):
    """A page of the surface lab and the trajectories it has asked for."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.asked: list[dict[str, Any]] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/api/trajectories") and request.post_data:
            self.asked.append(json.loads(request.post_data))

    def forget(self) -> None:
        del self.asked[:-1]  # paths that are there are not asked for again

    @property
    def body(self) -> dict[str, Any]:
        """The last request for trajectories."""
        return self.asked[-1]

    def record(self) -> list[dict[str, Any]]:
        """The paths that were asked for last, as JSON."""
        found: list[dict[str, Any]] = self.page.request.post("/api/trajectories", data=self.body).json()["trajectories"]
        return found

    def until_in_space(self) -> None:
        """Wait until the view in space has a camera."""
        self.until("document.querySelector('#surface3d .js-plotly-plot')?._fullLayout?.scene?.camera")

    def set_step(self, step: int) -> None:
        self.page.locator("#scrub").fill(str(step))

    @property
    def position(self) -> str:
        return self.page.locator("#position").inner_text()


def drag(page: Page, slider: Locator, share: float, moves: int = 12) -> None:
    """Drag a slider's thumb with the mouse to a share of its length."""
    box = slider.bounding_box()
    assert box is not None
    low, high, value = (
        float(slider.evaluate(f"input => Number(input.{name})") or 0) for name in ("min", "max", "value")
    )
    thumb = 16
    at = box["x"] + thumb / 2 + (box["width"] - thumb) * (value - low) / (high - low)
    end = box["x"] + thumb / 2 + (box["width"] - thumb) * share
    middle = box["y"] + box["height"] / 2
    page.mouse.move(at, middle)
    page.mouse.down()
    for move in range(1, moves + 1):
        page.mouse.move(at + (end - at) * move / moves, middle)
        page.wait_for_timeout(16)
    page.mouse.up()
