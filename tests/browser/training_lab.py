"""The training lab as the tests use it."""

import json
import time
from typing import Any

from playwright.sync_api import Locator, Page, Request

FRAME = 40
"""Milliseconds within which an event that was just sent has arrived."""


class TrainingLab:
    """A page of the training lab, and what it has asked for: bodies by their path, in their order."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[tuple[str, dict[str, Any]]] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and request.post_data:
            self.asked.append((request.url.partition("/api/")[2].partition("?")[0], json.loads(request.post_data)))

    def open(self, query: str = "") -> "TrainingLab":
        """Open the address and wait until its step is shown."""
        self.page.goto(f"/training?{query}" if query else "/training")
        self.until("performance.getEntriesByName('first-path').length > 0")
        self.rest()
        return self

    def until(self, expression: str, seconds: float = 20.0) -> None:
        """Wait until an expression is true (Playwright's own waiting needs eval, which the page forbids)."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, expression
            self.page.wait_for_timeout(30)

    def rest(self, seconds: float = 20.0) -> None:
        """Wait until nothing is under way, all is drawn, and the address is up to date."""
        self.page.wait_for_timeout(FRAME)
        self.until("document.getElementById('room').ariaBusy === 'false'", seconds)

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == path]

    @property
    def query(self) -> str:
        return self.page.url.partition("?")[2]

    @property
    def step(self) -> int:
        return int(self.page.locator("#position").inner_text().split(" / ")[0])

    def play(self) -> None:
        self.page.locator("#play").click()

    def reach(self, step: int, seconds: float = 20.0) -> None:
        """Wait until a run that plays has reached a step."""
        self.until(f"parseInt(document.getElementById('position').textContent) >= {step}", seconds)

    def to(self, step: int) -> None:
        self.page.locator("#scrub").fill(str(step))
        self.rest()

    def optimizer(self, position: int) -> Locator:
        return self.page.locator("#optimizer-list article").nth(position)

    def number(self, position: int, parameter: str) -> Locator:
        return self.optimizer(position).locator(f"[data-parameter={parameter}] input[type=number]")

    def cell(self, row: str, column: int = 0) -> str:
        """A number of the table at this step."""
        rows = self.page.locator("#table tbody tr")
        return rows.filter(has=self.page.locator("th", has_text=row)).first.locator("td").nth(column).inner_text()

    def curve(self, position: int = 0) -> list[tuple[int, float]]:
        """Steps and training losses of a run as the plot holds them: what the page itself has kept."""
        found = self.page.evaluate(
            """(index) => {
              const lines = [...document.querySelector("#loss > div").data].filter(({ mode, line }) => mode === "lines" && line.width > 2);
              return Array.from(lines[index].x, (x, at) => [x, lines[index].y[at]]);
            }""",
            position,
        )
        return [(step, loss) for step, loss in found]
