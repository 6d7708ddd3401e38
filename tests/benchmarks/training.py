"""The training lab in a browser: frames a second, a slider that is moved while it trains, the memory of a long run.

The run of the row with minutes is as long as PAGE_MINUTES says (1 without it); ten minutes are what the bar is meant for.
The last row has more records than ten minutes of 30 steps a second, 20,000 of two runs, and a thousand pictures of each:
it begins to count when the history has begun to thin itself.
"""

import itertools
import os
import statistics
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.benchmarks.browsing import paints_of_a_drag, percentile_95, wait_for_first_path
from tests.benchmarks.timing import Row, at_most
from tests.benchmarks.worker import Worker
from tests.browser import chromium

LEARNING = "/training?v=1&b=32&o=adam&n=10000"
"""2-8-8-1 with tanh on two moons, Adam, batches of 32."""
RACE = "/training?v=1&b=32&o=sgd;adam&n=10000"
THINNED, END = 4500, 10_000
"""Steps: by the first the history of a run has been thinned, the second is the last there is."""
MOVES = 30
FRAMES = """() => {
  window.shown = [];
  const place = document.getElementById("position");
  new MutationObserver(() => window.shown.push(performance.now())).observe(place, { childList: true, subtree: true });
}"""
MINUTES = float(os.environ.get("PAGE_MINUTES", "1"))


def set_pace(page: Page, steps_a_second: float) -> None:
    page.evaluate(
        """(pace) => {
          const slider = document.getElementById("speed");
          slider.step = "any";
          slider.value = Math.log10(pace);
          slider.dispatchEvent(new Event("input"));
        }""",
        steps_a_second,
    )


def open_and_play(page: Page, url: str, pace: float) -> None:
    page.goto(url)
    wait_for_first_path(page)
    page.wait_for_timeout(1500)
    set_pace(page, pace)
    page.locator("#play").click()


def gaps(page: Page) -> list[float]:
    """Milliseconds between two steps that are shown, over five seconds."""
    page.evaluate(FRAMES)
    page.wait_for_timeout(5000)
    shown: list[float] = page.evaluate("window.shown")
    return [after - before for before, after in itertools.pairwise(shown)]


def live_changes(page: Page) -> list[float]:
    """Milliseconds from a slider's event to the first picture that was trained with its value."""
    return paints_of_a_drag(page, [0.3, *(0.3 + 0.3 * abs((k % 20) / 10 - 1) for k in range(MOVES))], 250)


def heap(session: CDPSession) -> float:
    """Megabytes of the page's objects that are alive."""
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def growth(page: Page, session: CDPSession) -> tuple[float, float]:
    """Megabytes alive after a tenth of the time, and by how much they have grown at its end."""
    whole = 60_000 * MINUTES
    page.wait_for_timeout(0.1 * whole)
    early = heap(session)
    page.wait_for_timeout(0.9 * whole)
    return early, heap(session) - early


def reach(page: Page, step: int) -> None:
    while int(page.locator("#position").inner_text().split(" / ")[0]) < step:
        page.wait_for_timeout(100)


def growth_of_records(page: Page, session: CDPSession) -> tuple[float, float]:
    """Megabytes alive when the history has been thinned, and by how much they have grown when the runs are over."""
    reach(page, THINNED)
    early = heap(session)
    reach(page, END)
    page.wait_for_timeout(1000)
    return early, heap(session) - early


def rows() -> list[Row]:
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    with Worker("app.cli", "serve", "--port", "PORT") as worker, sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        page = context.new_page()
        open_and_play(page, f"http://127.0.0.1:{worker.port}{LEARNING}", 30)
        between = gaps(page)
        moved = live_changes(page)
        pace = min(30.0, 9000 / (60 * MINUTES))
        open_and_play(page, f"http://127.0.0.1:{worker.port}{LEARNING}", pace)
        early, grown = growth(page, context.new_cdp_session(page))
        reached = page.locator("#position").inner_text()
        open_and_play(page, f"http://127.0.0.1:{worker.port}{RACE}", 300)
        thinned, more = growth_of_records(page, context.new_cdp_session(page))
        browser.close()
    name = "Training 2-8-8-1 at 30 steps a second"
    return [
        at_most(f"{name}: {len(between)} steps shown", "median between two", statistics.median(between), 34, "ms"),
        at_most(
            f"{name}, η moved {len(moved)} times: median {statistics.median(moved):.0f} ms",
            "95th percentile to the picture",
            percentile_95(moved),
            100,
            "ms",
        ),
        at_most(f"{MINUTES:g} minutes of training, to {reached}: {early:.1f} MB alive", "growth", grown, 2, "MB"),
        at_most(f"From {THINNED} to {END} records of two runs: {thinned:.1f} MB alive", "growth", more, 2, "MB"),
    ]
