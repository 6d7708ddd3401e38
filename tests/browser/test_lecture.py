"""What the back row sees of the training lab."""

import pytest

from tests.browser.training_lab import TrainingLab

CUT = """(panel) => [...document.querySelectorAll(`#panel-${panel} .js-plotly-plot text`)].filter((text) => {
  const [inner, outer] = [text, text.closest(".js-plotly-plot")].map((node) => node.getBoundingClientRect());
  return inner.width > 0 && (inner.top < outer.top - 1 || inner.bottom > outer.bottom + 1 || inner.right > outer.right + 1);
}).map((text) => text.textContent)"""


@pytest.mark.parametrize("panel", ["plane", "calibration"])
def test_no_text_of_a_plot_is_cut_in_lecture_mode(training_lab: TrainingLab, panel: str) -> None:
    lab = training_lab.open("v=1&dp=n:60&h=4&k=40&n=60&lecture=1")
    lab.page.locator(f"#tab-{panel}").click()
    lab.rest()
    lab.until(f"document.querySelectorAll('#panel-{panel} .js-plotly-plot text').length > 5")
    assert lab.page.evaluate(CUT, panel) == []
