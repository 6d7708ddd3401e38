"""Sheets: their buttons, which work before a page's scripts have begun, and their keys."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab


@pytest.mark.parametrize(
    ("button", "shown"),
    [("Share", "QR code of http"), ("Help", "Adam"), ("Slides", "sum or mean")],
)
def test_a_sheet_that_was_opened_before_the_page_began_is_filled_when_it_begins(
    page: Page, button: str, shown: str
) -> None:
    held: list[Route] = []
    page.route("**/api/catalog", lambda route: held.append(route))
    with page.expect_request("**/api/catalog"):
        page.goto("/?s=line&o=adam&n=20")
    page.get_by_role("button", name=re.compile(f"^{button}")).click()
    sheet = page.locator(".sheet:popover-open")
    expect(sheet).to_be_visible()
    expect(sheet).to_be_empty()
    for route in held:
        route.continue_()
    part = sheet.get_by_role("img" if button == "Share" else "heading", name=re.compile(shown)).first
    expect(part).to_be_visible()


@pytest.mark.parametrize("kind", [Lab, TrainingLab], ids=["surface", "training"])
def test_in_lecture_mode_keys_go_to_a_scenario_and_share(page: Page, kind: type[Lab | TrainingLab]) -> None:
    lab = kind(page).open("v=1&lecture=1")
    scenarios, share = page.locator("#scenarios"), page.locator("#share")
    page.keyboard.press("h")
    expect(share.get_by_role("img", name=re.compile("QR code of http"))).to_be_visible()
    expect(share.locator(".close")).to_be_focused()
    page.keyboard.press("h")
    expect(share).to_be_hidden()
    page.keyboard.press("g")
    expect(scenarios).to_be_visible()
    page.keyboard.press("Tab")
    card = scenarios.locator("a").first
    expect(card).to_be_focused()
    page.keyboard.press("Enter")
    lab.rest()
    expect(scenarios).to_be_hidden()
    expect(page.locator("#play")).to_be_focused()
    address = card.get_attribute("href")
    assert address is not None and lab.query == f"{address[1:]}&lecture=1", "a card leaves the mode as it is"
    page.keyboard.press("?")
    expect(page.locator("#help kbd", has_text="G, H")).to_be_visible()
