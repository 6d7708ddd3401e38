"""What the training lab keeps and draws of given records: its modules alone, in a page that nobody changes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.training_lab import TrainingLab
from tests.conftest import WINDOW, Pages, Watched


@pytest.fixture(scope="module")
def modules(pages: Pages, base_url: str) -> Iterator[Page]:
    watched = Watched(pages(WINDOW), base_url)
    yield TrainingLab(watched.page).open("v=1&dp=n:60&h=4&n=300").page
    watched.close()
    watched.check()


def test_what_a_long_run_leaves_in_the_page_is_bounded_and_keeps_ends_and_extremes_of_every_curve(
    modules: Page,
) -> None:
    length, first, last, known, extremes, none = modules.evaluate(
        """async () => {
          const { createHistory, MOST } = await import("/static/js/training/history.js");
          const history = createHistory();
          const spiked = (low, high) => (at) => (at === high ? 50 : at === low ? -50 : Math.sin(at));
          const curves = { loss: spiked(777, 60_001), validation_loss: spiked(780, 20_003), batch_loss: spiked(90_002, 781) };
          for (let step = 0; step < 100_000; step += 20) {
            const steps = Array.from({ length: 20 }, (_, k) => step + k);
            history.add({ step: steps, epoch: steps, learning_rate: steps, ...Object.fromEntries(Object.entries(curves).map(([name, of]) => [name, steps.map(of)])) });
          }
          const ordered = history.step.subarray(0, history.length).every((step, at, all) => at === 0 || step > all[at - 1]);
          const extremes = Object.keys(curves).map((name) => history[name].subarray(0, history.length)).map((kept) => [Math.min(...kept), Math.max(...kept)]);
          const without = createHistory(24);
          for (let step = 0; step < 99; step += 1) without.add({ step: [step], loss: [step === 0 ? NaN : -step], validation_loss: null });
          return [history.length <= MOST && ordered, history.step[0], history.last, history.at(99_999), extremes, [without.length <= 24, without.last]];
        }"""
    )
    assert (length, first, last) == (True, 0, 99_999) and known > 0
    assert extremes == [[-50, 50]] * 3 and none == [True, 98]


@pytest.mark.parametrize(
    ("axis", "batch", "title", "rules"),
    [
        ("steps", 20, "step (lines: epochs)", [5, 10, 15]),
        ("steps", 100, "step (lines: every 5 epochs)", [5, 10, 15]),
        ("evaluations", 20, "gradient evaluations (lines: epochs)", [10, 20, 30]),
        ("epochs", 20, "epoch", []),
    ],
)
def test_the_axis_of_the_losses_says_what_its_lines_are(
    modules: Page, axis: str, batch: int, title: str, rules: list[int]
) -> None:
    """18 of 200 steps on 100 samples; each step asks for two gradients."""
    made = modules.evaluate(
        """async ([axis, batch]) => {
          const { createHistory } = await import("/static/js/training/history.js");
          const { learningScene, learningLayout } = await import("/static/js/figures/learning.js");
          const history = createHistory();
          const step = Array.from({ length: 19 }, (_, k) => k);
          const falling = step.map((k) => 1 / (1 + k));
          history.add({ step, epoch: step.map((k) => (k * batch) / 100), loss: falling, validation_loss: falling });
          const run = { history, color: "#000000", dash: [], name: "", opened: true, position: 0, status: "running", divergedAt: null, evaluationsPerStep: 2 };
          const view = { runs: [run], step: 0, steps: 200, axis, changes: [], theme: "light", lecture: false };
          const rules = learningScene(view).rules.map(({ x }) => x).slice(0, -1);
          return [learningLayout(view).xaxis, rules];
        }""",
        [axis, batch],
    )
    assert (made[0]["title"]["text"], made[1]) == (title, rules)
    assert made[0]["range"][1] == pytest.approx(1.01 * {"steps": 200, "evaluations": 400, "epochs": 40}[axis])
