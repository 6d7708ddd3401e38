"""The code in the share sheet: a telephone that reads it opens the picture that is shown."""

import re

import httpx
import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("path", ["/?surface=beale", "/training"])
def test_the_sheet_shows_the_code_of_the_address_in_it(page: Page, base_url: str, path: str) -> None:
    page.goto(path)
    page.get_by_role("button", name="Share").click()
    code = page.get_by_role("img", name=re.compile("QR code of"))
    expect(code).to_be_visible()
    shown = page.locator("#share input").first.input_value()
    expect(code).to_have_attribute("alt", f"QR code of {shown}")
    expected = httpx.post(base_url + "/api/codes", json={"address": shown}).json()["svg"]
    drawn = code.evaluate("image => decodeURIComponent(image.src.split(',').slice(1).join(','))")
    assert drawn == expected
    box = code.bounding_box()
    assert box is not None and box["width"] >= 250 and abs(box["width"] - box["height"]) < 3
    expect(page.locator("#share")).to_contain_text("--lan")
