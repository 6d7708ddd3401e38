"""Sheets that are opened by their buttons, which work before a page's scripts have begun."""

import re

import pytest
from playwright.sync_api import Page, Route, expect


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
