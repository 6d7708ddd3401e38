"""The page /limits: what the server allows, readable by a person."""

from playwright.sync_api import Page, expect


def test_every_limit_is_told_with_its_value_and_its_variable(page: Page) -> None:
    page.goto("/limits")
    limits = page.evaluate("fetch('/api/limits').then(answer => answer.json())")["limits"]
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(len(limits))
    for row, limit in zip(rows.all(), limits, strict=True):
        sentence, value, variable = (cell.inner_text() for cell in row.locator("th, td").all())
        assert sentence == limit["help"]
        assert value.replace("\u2009", "") == (
            str(limit["value"])
            if isinstance(limit["value"], str)
            else f"{limit['value']:g}"
            if limit["value"] < 10_000
            else f"{limit['value']:.0f}"
        )
        assert variable == (limit["variable"] or "the language of formulas")


def test_on_a_phone_nothing_is_wider_than_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/limits")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
