"""The surface lab as the tests use it: open it, move things, read what was asked and what is shown."""

import json
import time
from typing import Any

from playwright.sync_api import Locator, Page, Request

FRAME = 40
"""Milliseconds within which an event that was just sent has arrived."""


class Lab:
    """A page of the surface lab and the trajectories it has asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[dict[str, Any]] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.url.endswith("/api/trajectories") and request.post_data:
            self.asked.append(json.loads(request.post_data))

    def open(self, query: str = "") -> "Lab":
        """Open the address and wait for the first drawn path."""
        self.page.goto(f"/?{query}" if query else "/")
        self.until("performance.getEntriesByName('first-path').length > 0")
        self.rest()
        return self

    def until(self, expression: str, seconds: float = 20.0) -> None:
        """Wait until an expression is true (Playwright's own waiting needs eval, which the page forbids)."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(30)

    def rest(self) -> None:
        """Wait until the hand has rested, all is drawn, and the address is up to date."""
        self.page.wait_for_timeout(FRAME)
        self.until("document.getElementById('room').ariaBusy === 'false'")

    @property
    def query(self) -> str:
        """What stands in the address bar behind the question mark."""
        return self.page.url.partition("?")[2]

    @property
    def body(self) -> dict[str, Any]:
        """The last request for trajectories."""
        return self.asked[-1]

    def optimizer(self, position: int) -> Locator:
        return self.page.locator("#optimizer-list article").nth(position)

    def slider(self, position: int, parameter: str) -> Locator:
        return self.optimizer(position).locator(f"[data-parameter={parameter}] input[type=range]")

    def number(self, position: int, parameter: str) -> Locator:
        return self.optimizer(position).locator(f"[data-parameter={parameter}] input[type=number]")

    def cell(self, row: str, column: int) -> str:
        """A number of the table at this step."""
        rows = self.page.locator("#table tbody tr")
        found = rows.filter(has=self.page.locator("th", has_text=row)).first
        return found.locator("td").nth(column).inner_text()

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
