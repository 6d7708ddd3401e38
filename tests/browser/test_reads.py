"""A plot is drawn in full again when something that it shows has changed, and else left as it stands."""

import pytest
from playwright.sync_api import Page

from tests.browser.lab import Lab

COUNT = """() => {
  if (window.drawn?.splice(0)) return;
  window.drawn = [];
  const { react } = window.Plotly;
  window.Plotly.react = (place, ...figure) => (window.drawn.push(place.parentElement.id), react(place, ...figure));
}"""
QUERY = "v=1&s=gabor&o=gd;adam&n=40"
ALL = {"contour", "loss", "gradient", "data"}


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    opened = surface_lab.open(QUERY)
    opened.page.evaluate(COUNT)
    return opened


def drawn(lab: Lab) -> set[str]:
    """The plots that were drawn in full since the last time."""
    lab.rest()
    found: list[str] = lab.page.evaluate("drawn.splice(0)")
    return set(found)


def test_a_state_that_is_gone_to_again_draws_nothing(lab: Lab) -> None:
    lab.open(QUERY)
    assert drawn(lab) == set()
    assert lab.page.locator("#contour.live").count() == 0, "Plotly's own paths are shown, not those for a moving hand"


@pytest.mark.parametrize(
    ("change", "plots"),
    [
        ("o=gd;adam,learning_rate:0.02", ALL),
        ("k=7", ALL),
        ("o=!gd;adam", ALL),
        ("theme=dark", ALL),
        ("p=1,12", ALL),
        ("a=evaluations", {"loss", "gradient"}),
        ("l=curvature", {"contour"}),
    ],
)
def test_what_changes_is_drawn(lab: Lab, change: str, plots: set[str]) -> None:
    name = change.partition("=")[0]
    kept = [part for part in QUERY.split("&") if not part.startswith(f"{name}=")]
    lab.open("&".join([*kept, change]))
    found = drawn(lab)
    assert plots <= found and (plots != {"loss", "gradient"} or "contour" not in found)


def test_another_window_has_all_plots_drawn(lab: Lab) -> None:
    lab.page.set_viewport_size({"width": 1200, "height": 800})
    assert drawn(lab) == ALL


READS = """async () => {
  const { createReads } = await import("/static/js/plot/reads.js");
  const reads = createReads();
  const numbers = new Float32Array(3);
  const view = { step: 3, unread: 1, hidden: new Set([1]), colors: [{ color: "red", dash: [2, 3] }], numbers, look: null };
  const before = reads.hold(view);
  const made = reads.of(view, ({ step, hidden, colors, numbers: held, look }) => [step, hidden.size, colors[0].color, held.length, look]);
  const others = [
    {}, { unread: 2 }, { hidden: new Set([1]), colors: [{ color: "red", dash: [2, 3] }] },
    { step: 4 }, { hidden: new Set([2]) }, { hidden: new Set() }, { colors: [{ color: "blue", dash: [2, 3] }] }, { colors: [{ color: "red" }] },
    { colors: [] }, { numbers: new Float32Array(3) }, { look: {} }, { hidden: [1] },
  ];
  return [before, made, others.map((other) => reads.hold({ ...view, ...other }))];
}"""


def test_what_is_not_read_does_not_count_and_long_numbers_are_the_same_only_as_themselves(page: Page) -> None:
    page.goto("/health/live")
    before, made, held = page.evaluate(READS)
    assert (before, made) == (False, [3, 1, "red", 3, None])
    assert held == [True] * 3 + [False] * 9
