"""A run as long as ten minutes of training: what the page keeps of it thins itself, and the page does not grow."""

import httpx
from playwright.sync_api import Page

from tests.browser.training_lab import TrainingLab

STEPS = 10_000
"""The longest run there is. Of two optimisers these are more records than the 18,000 of ten minutes at 30 steps a second;
here they come as fast as they can."""
MOST = 4096
"""Records that a page keeps of a run."""
GROWTH = 2e6
"""Bytes: what the bench allows for ten minutes."""
CURVES = """() => {
  const lines = [...document.querySelector("#loss > div").data].filter(({ mode }) => mode === "lines");
  return lines.map(({ x, y }) => [Array.from(x), Array.from(y)]);
}"""


def test_a_run_of_ten_minutes_is_kept_with_its_ends_and_extremes_in_a_page_that_does_not_grow(
    page: Page, client: httpx.Client
) -> None:
    lab = TrainingLab(page).open(f"v=1&dp=n:60&h=4&b=10&o=sgd;adam&n={STEPS}")
    session = page.context.new_cdp_session(page)

    def heap() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(session.send("Runtime.getHeapUsage")["usedSize"])

    page.locator("#speed").fill("4")
    lab.play()
    lab.reach(MOST + 400)  # by now it has been thinned
    early = heap()
    lab.reach(STEPS, 60)
    lab.rest()
    assert heap() - early < GROWTH
    runs = client.post("/api/training", json=lab.bodies("training")[-1] | {"frames": None}).json()["runs"]
    drawn = page.evaluate(CURVES)  # the validation losses of both runs, then their training losses
    names = [(run, name) for name in ("validation_loss", "loss") for run in runs]
    for (steps, kept), (run, name) in zip(drawn, names, strict=True):
        whole = run[name]
        assert MOST / 2 <= len(steps) <= MOST and steps == sorted(set(steps))
        assert (steps[0], steps[-1]) == (0, STEPS)
        assert kept == [whole[step] for step in steps]
        assert (min(kept), max(kept)) == (min(whole), max(whole))
