"""The training lab as the tests use it."""

import json
from typing import Any

from playwright.sync_api import Page, Request

from tests.browser.room import Room


class TrainingLab(Room):
    """A page of the training lab, and what it has asked for: bodies by their path, in their order."""

    path = "/training"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.asked: list[tuple[str, dict[str, Any]]] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and request.post_data:
            self.asked.append((request.url.partition("/api/")[2].partition("?")[0], json.loads(request.post_data)))

    def forget(self) -> None:
        self.asked.clear()

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for asked, body in self.asked if asked == path]

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
