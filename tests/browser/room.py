"""What the pages of both labs have in common, as the tests use them."""

import time
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page

FRAME = 40
"""Milliseconds within which an event that was just sent has arrived."""
GO = """(address) => {
  history.pushState(null, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
  return new Promise((done) => setTimeout(done));
}"""
"""To an address as the browser's "back" goes there: the page takes it over."""


class Room:
    """A page at `path` with a plot, a list of optimisers and a table of the current step."""

    path = "/"

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[Any] = []

    def open(self, query: str = "") -> Self:
        """Show the address and wait until its step is drawn; a page that is there already takes it over."""
        if urlsplit(self.page.url).path != self.path:
            return self.load(query)
        self.page.evaluate(GO, self._address(query))
        self.rest()
        return self

    def load(self, query: str = "") -> Self:
        """Load the address, whatever is there, and wait until its step is drawn."""
        self.asked.clear()
        self.page.goto(self._address(query))
        self.until("performance.getEntriesByName('first-path').length > 0")
        self.rest()
        return self

    def _address(self, query: str) -> str:
        return f"{self.path}?{query}" if query else self.path

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

    @property
    def query(self) -> str:
        """What stands in the address bar behind the question mark."""
        return self.page.url.partition("?")[2]

    def optimizer(self, position: int) -> Locator:
        return self.page.locator("#optimizer-list article").nth(position)

    def slider(self, position: int, parameter: str) -> Locator:
        return self.optimizer(position).locator(f"[data-parameter={parameter}] input[type=range]")

    def number(self, position: int, parameter: str) -> Locator:
        return self.optimizer(position).locator(f"[data-parameter={parameter}] input[type=number]")

    def place(self, row: str, column: int = 0) -> Locator:
        """Where the table at this step has a number."""
        rows = self.page.locator("#table tbody tr")
        found = rows.filter(has=self.page.locator("th", has_text=row)).first
        return found.locator("td").nth(column)

    def cell(self, row: str, column: int = 0) -> str:
        """A number of the table at this step."""
        return self.place(row, column).inner_text()
