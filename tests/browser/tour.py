"""Through all that a page can show: its views, panels, tables and sheets, whatever page it is."""

from collections.abc import Iterator

from playwright.sync_api import Page

from app.context import Context
from app.pages import Pages
from app.settings import Settings

PAGES = [route.path for route in Pages(Context.of(Settings())).routes() if "{" not in route.path]
"""The addresses of all pages."""
QUERIES = {"/": "v=1&s=gabor&o=gd;adam&n=20&b=10&i=1", "/training": "v=1&dp=n:60&h=4&n=20&k=10"}
"""What is opened of a page that shows more with a state."""
REST = "document.getElementById('room')?.ariaBusy !== 'true' && (!document.getElementById('api') || document.querySelector('.opblock'))"

FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def go_to(page: Page, path: str) -> None:
    """Open the page, with a state where it shows more with one."""
    page.goto(f"{path}?{QUERIES[path]}" if path in QUERIES else path)


def tour(page: Page) -> Iterator[str]:
    """Open all that the page has, one after the other; each time the selector of what has just been opened."""
    _rest(page)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    yield "body"
    if page.locator("[data-table]").count():
        _click_all(page, "[data-table]")
        yield "main"
        _click_all(page, "[data-table]")
    if page.locator("input[name=view]").count():
        page.locator("input[name=view][value='3d']").dispatch_event("click")
        _rest(page)
        yield "#stage"
    for tab in page.locator("[role=tab]:not(.opblock *)").all():
        tab.dispatch_event("click")
        _rest(page)
        yield f"#{tab.get_attribute('aria-controls')}"
    for operation in page.locator(".opblock-summary-control").all()[:1]:
        operation.click()
        yield ".opblock"
    for sheet in page.locator("[popover]").all():
        sheet.evaluate("sheet => sheet.showPopover()")
        page.evaluate(FRAME)
        yield f"#{sheet.get_attribute('id')}"
        sheet.evaluate("sheet => sheet.hidePopover()")


def _click_all(page: Page, selector: str) -> None:
    page.evaluate("selector => document.querySelectorAll(selector).forEach((one) => one.click())", selector)
    _rest(page)


def _rest(page: Page) -> None:
    """Nothing is under way, and all is drawn."""
    page.wait_for_timeout(60)
    for _ in range(600):
        if page.evaluate(REST):
            break
        page.wait_for_timeout(50)
    page.evaluate(FRAME)
