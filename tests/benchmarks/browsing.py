"""B1 and B2: from the slider's event to the painted path, and from a cold first visit to the first path."""

import statistics
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.serving import Worker
from tests.benchmarks.timing import Row, at_most
from tests.browser import chromium

ADDRESS = "/?v=1"
MOVES = 80


def wait_for_first_path(page: Page) -> None:
    """Look now and then: the page's policy lets no text become a script, so it cannot wait by itself."""
    for _ in range(400):
        if page.evaluate("performance.getEntriesByName('first-path').length > 0"):
            return
        page.wait_for_timeout(50)
    raise SystemExit("the page drew no path within 20 s")


def slider_to_paint(browser: Browser, url: str) -> list[float]:
    """Milliseconds of each recomputation while a learning-rate slider is dragged back and forth."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(url)
    wait_for_first_path(page)
    page.wait_for_timeout(1500)
    slider = page.locator("input[type=range][name$=learning_rate]").first
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    for k in range(MOVES):
        share = 0.3 + 0.4 * abs((k % 40) / 20 - 1)
        page.mouse.move(box["x"] + box["width"] * share, y)
        page.wait_for_timeout(25)
    page.mouse.up()
    measures: list[float] = page.evaluate("performance.getEntriesByName('slider-to-paint').map((e) => e.duration)")
    context.close()
    return measures


def first_visit(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds to the first drawn path with a cold cache, and megabytes transferred."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(url, wait_until="commit")
    wait_for_first_path(page)
    after: float = page.evaluate("performance.getEntriesByName('first-path')[0].startTime")
    page.wait_for_timeout(1000)
    context.close()
    return after / 1000, sum(sizes) / 1e6


def rows() -> list[Row]:
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    with Worker("app.cli", "serve", "--port", "PORT") as worker, sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        url = f"http://127.0.0.1:{worker.port}{ADDRESS}"
        visits = [first_visit(browser, url) for _ in range(3)]
        measures = slider_to_paint(browser, url)
        browser.close()
    p95 = statistics.quantiles(measures, n=20)[-1]
    name = f"B1 slider event to painted path, four optimisers × 500 steps, {len(measures)} moves"
    return [
        at_most(f"{name}: median {statistics.median(measures):.1f} ms", "95th percentile", p95, 33, "ms"),
        at_most("B2 first visit, cold cache", "to the first path", statistics.median(v[0] for v in visits), 1.5, "s"),
        at_most("B2 first visit, cold cache", "transferred", max(v[1] for v in visits), 1.6, "MB"),
    ]
