"""The page /docs in a real browser: our own document, no foreign request, a request that can be tried."""

import json

from playwright.sync_api import Page, expect


def test_a_request_can_be_tried_from_the_documentation(page: Page) -> None:
    page.goto("/docs")
    operation = page.locator(".opblock", has_text="/api/trajectories").first
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Try it out").click()
    with page.expect_response("**/api/trajectories") as waiting:
        operation.get_by_role("button", name="Execute").click()
    assert waiting.value.status == 200
    assert json.loads(waiting.value.text())["trajectories"]
    expect(operation.locator(".responses-table.live-responses-table")).to_contain_text("200")
