"""B1 and B2: from the slider's event to the painted path, and from a cold first visit to the first path.

B1 is the page's own measure (User Timing, "slider-to-paint"), which begins in the handler and ends with the drawing. Beside
it stands a stricter one that the page knows nothing of: from the pointer's event to the end of that frame's layout and paint.
"""

import statistics
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.timing import Row, at_most
from tests.benchmarks.worker import Worker
from tests.browser import chromium

FIRST = "/"
SLIDER = "/?v=1&s=himmelblau&p=-1,1&o=gd;momentum;adam;rmsprop&n=500"
BATCHES = "/?v=1&s=gabor&r=mean&b=5&o=gd,learning_rate:1;momentum;adam;rmsprop&n=500&l=surface&g=cloud"
"""With the data and the curve, the batch's own loss surface as a ghost contour, and the cloud of batch gradients."""
MOVES = 60
VISITS = 5
WATCH = """
let moved = 0;
const events = new Map();
window.strict = [];
for (const kind of ["pointermove", "pointerrawupdate"]) addEventListener(kind, (event) => { moved = event.timeStamp; }, true);
const mark = performance.mark.bind(performance);
performance.mark = (name, options) => {
  const made = mark(name, options);
  if (name === "slider-event") events.set(made.startTime, moved || made.startTime);
  return made;
};
const measure = performance.measure.bind(performance);
performance.measure = (name, options) => {
  const made = measure(name, options);
  if (name === "slider-to-paint") {
    const began = events.get(made.startTime) ?? made.startTime;
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => window.strict.push(performance.now() - began);
    port2.postMessage(0);
  }
  return made;
};
"""


def wait_for_first_path(page: Page) -> None:
    """Look now and then: the page's policy lets no text become a script, so it cannot wait by itself."""
    for _ in range(400):
        if page.evaluate("performance.getEntriesByName('first-path').length > 0"):
            return
        page.wait_for_timeout(50)
    raise SystemExit("the page drew no path within 20 s")


def paints_of_a_drag(page: Page, shares: list[float], pause: float) -> list[float]:
    """The page's own measures, in milliseconds, while the first learning rate is dragged to shares of its slider."""
    slider = page.locator("input[type=range][name$=learning_rate]").first
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * shares[0], y)
    page.mouse.down()
    for share in shares[1:]:
        page.mouse.move(box["x"] + box["width"] * share, y)
        page.wait_for_timeout(pause)
    page.mouse.up()
    page.wait_for_timeout(200)
    found: list[float] = page.evaluate("performance.getEntriesByName('slider-to-paint').map((e) => e.duration)")
    return found


def slider_to_paint(browser: Browser, url: str) -> tuple[list[float], list[float], list[int]]:
    """Milliseconds of each recomputation while a slider is dragged, the strict ones, and the bytes of the answers."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    wait_for_first_path(page)
    page.wait_for_timeout(1500)
    sizes: list[int] = []
    page.on(
        "response",
        lambda answer: sizes.append(int(answer.headers["content-length"])) if "trajectories" in answer.url else None,
    )
    own = paints_of_a_drag(page, [0.1, *(0.1 + 0.4 * abs((k % 40) / 20 - 1) for k in range(MOVES))], 25)
    strict: list[float] = page.evaluate("window.strict")
    context.close()
    return own, strict, sizes


def first_visit(browser: Browser, url: str) -> tuple[float, float]:
    """Seconds to the first drawn path with a cold cache, and megabytes transferred until the page is at rest."""
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
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    context.close()
    return after / 1000, sum(sizes) / 1e6


def percentile_95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def rows() -> list[Row]:
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    with Worker("app.cli", "serve", "--port", "PORT") as worker, sync_playwright() as playwright:
        browser: Any = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        url = f"http://127.0.0.1:{worker.port}"
        visits = [first_visit(browser, url + FIRST) for _ in range(VISITS)]
        own, strict, sizes = slider_to_paint(browser, url + SLIDER)
        batches, strict_batches, _ = slider_to_paint(browser, url + BATCHES)
        browser.close()
    full = sum(size > 0.99 * max(sizes) for size in sizes) / len(sizes)
    name = f"B1 slider to path, Himmelblau, 4 × 500 steps, {len(own)} paints, {full:.0%} of the answers full"
    return [
        at_most(f"{name}: median {statistics.median(own):.1f} ms", "95th percentile", percentile_95(own), 33, "ms"),
        at_most(
            f"B1 the same, from the pointer's event to the painted frame: median {statistics.median(strict):.1f} ms",
            "95th percentile",
            percentile_95(strict),
            33,
            "ms",
        ),
        at_most(
            f"B1 with batches of 5: data, ghost contour and cloud on, {len(batches)} paints: "
            f"median {statistics.median(batches):.1f} ms; to the painted frame {percentile_95(strict_batches):.1f} ms",
            "95th percentile",
            percentile_95(batches),
            33,
            "ms",
        ),
        at_most(
            f"B2 first visit, cold cache, {VISITS} visits",
            "median to the first path",
            statistics.median(v[0] for v in visits),
            1.5,
            "s",
        ),
        at_most("B2 first visit, cold cache", "transferred, the largest", max(v[1] for v in visits), 1.6, "MB"),
    ]
