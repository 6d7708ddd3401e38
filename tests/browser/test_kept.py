"""What the pages keep in the browser: nothing but what may be cached, so that tests can share a context."""

import pytest
from playwright.sync_api import Page

from app.serving.budgets import COOKIE
from tests.browser.lab import Lab
from tests.browser.room import Room
from tests.browser.training_lab import TrainingLab

KEPT = """async () => [
  localStorage.length, sessionStorage.length, (await indexedDB.databases()).length, (await caches.keys()).length,
  (await navigator.serviceWorker.getRegistrations()).length,
]"""


@pytest.mark.parametrize("lab", [Lab, TrainingLab])
def test_a_visit_leaves_nothing_in_the_browser(page: Page, lab: type[Room]) -> None:
    visited = lab(page).open()
    page.locator("#theme").click()
    page.keyboard.press("ArrowRight")
    visited.rest()
    assert visited.query != ""
    assert page.evaluate(KEPT) == [0] * 5
    # the cookie that budgets are kept by is the server's, for a page that is sent whole; it ends with the browser
    assert [(cookie["name"], cookie["expires"]) for cookie in page.context.cookies()] in ([], [(COOKIE, -1)])
