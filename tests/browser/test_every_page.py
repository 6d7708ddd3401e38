"""Each page with all its views, panels and sheets: within the policy for content, and for everybody's eyes and hands."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import axe_playwright_python
import httpx
import pytest
from playwright.sync_api import Page

from tests.browser.tour import PAGES, go_to, tour
from tests.conftest import Pages

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
DESK: dict[str, Any] = {"viewport": {"width": 1400, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ROOMS = {"desk": (DESK, ["light", "dark"]), "telephone": (PHONE, ["dark"])}
"""What a page is opened in, and its colour schemes: in the first one all rules are looked at, in others those of colour.

On a telephone the colours are those of a desk: they are looked at in the page alone, not in each part that is opened."""
ALL: dict[str, Any] = {}
COLOURS = {"runOnly": ["color-contrast"]}
COLOURLESS = {"rules": {"color-contrast": {"enabled": False}}}
FAULTS = """async ([root, rules]) => {
  const options = { resultTypes: ["violations"], ...rules };
  const { violations } = await axe.run(document.querySelector(root), options);
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => `${id}: ${target.join(" ")}: ${[...any, ...all, ...none][0]?.message}`));
}"""
WATCH = """window.violations = [];
addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}`));"""


class Inline(HTMLParser):
    """The scripts and handlers that stand in a page itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        handlers = [name for name, value in attrs if name.startswith("on") or (value or "").startswith("javascript:")]
        if handlers or (tag == "script" and "src" not in given):
            self.found.append(f"{tag} {handlers}")


def watching(page: Page) -> list[str]:
    """What its console says of the policy for content."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
    page.add_init_script(WATCH)
    return said


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("room", ROOMS)
def test_a_page_with_all_that_it_shows_is_accessible_and_keeps_its_policy(pages: Pages, room: str, path: str) -> None:
    options, (first, *others) = ROOMS[room]
    page = pages(options | {"color_scheme": first})
    said = watching(page)
    found: list[str] = []

    def look(scheme: str, opened: str, rules: dict[str, Any]) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        found.extend(f"{scheme}: {opened}: {fault}" for fault in page.evaluate(FAULTS, [opened, rules]))

    go_to(page, path)
    for opened in tour(page):
        look(first, opened, ALL if others or opened == "body" else COLOURLESS)
    for other in others:
        page.emulate_media(color_scheme=other)
        for opened in tour(page):
            look(other, opened, COLOURS)
    violations = page.evaluate("window.violations") + said
    page.close()
    assert violations == []
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_no_script_stands_in_a_page_itself(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert Inline(answer.text).found == []


def test_a_violation_would_be_seen(pages: Pages) -> None:
    page = pages(DESK)
    said = watching(page)
    page.goto("/health/live")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))")
    page.wait_for_timeout(50)
    assert page.evaluate("window.violations.length") == 1 and len(said) == 1
    page.close()
    assert Inline("<p onclick='1'><script>1</script>").found == ["p ['onclick']", "script []"]
