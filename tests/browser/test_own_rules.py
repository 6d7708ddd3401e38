"""Rules of one's own on the page: typed, checked, moved, shown from a built-in one, copied in the address."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from engine.rule_text.custom import CUSTOM
from tests.conftest import Watched

from .lab import Lab

RECORDS = """
async ([body, first, second]) => {
  const request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const { trajectories } = await (await fetch("/api/trajectories", request)).json();
  const told = ({ phi, loss, gradient, state }) => JSON.stringify({ phi, loss, gradient, state });
  return told(trajectories[first]) === told(trajectories[second]);
}
"""
MOMENTUM = "m = beta*m + (1 - beta)*g\nphi = phi - eta*m"
HEAVY = "m = beta*m + g  # heavy; ball, ~ !\nphi = phi - eta*m"


@pytest.fixture
def lab(watched: Watched) -> Iterator[Lab]:
    """A page on which the server may refuse rules, and nothing else goes wrong."""
    yield Lab(watched.page)
    watched.check("status of 422")


def typed(lab: Lab, position: int, text: str) -> None:
    lab.optimizer(position).locator("textarea").fill(text)
    lab.page.wait_for_timeout(250)
    lab.rest()


def test_a_typed_rule_is_an_optimiser_among_the_others(lab: Lab, browser: Browser, base_url: str) -> None:
    lab.load("v=1&s=himmelblau&o=momentum,learning_rate:0.05&n=120")
    lab.page.locator("#optimizer-add").select_option(label="+ own rule")
    lab.until("document.querySelector('textarea') !== null")
    lab.rest()
    box = lab.optimizer(1)
    assert box.locator("textarea").input_value() == MOMENTUM
    assert lab.page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    assert box.locator(".preview math").count() == 2

    # typed and moved: the same numbers as the built-in one's
    lab.number(1, "learning_rate").fill("0.05")
    lab.rest()
    assert lab.body["optimizers"][1] == {
        "name": CUSTOM,
        "rule": MOMENTUM,
        "parameters": {"learning_rate": 0.05, "beta": 0.9},
    }
    assert lab.page.evaluate(RECORDS, [lab.body, 0, 1])
    assert lab.cell("loss", 0) == lab.cell("loss", 1) != "–"
    assert lab.cell("m", 0) == lab.cell("m", 1) != "–"

    # what is inside its step is told as of any other
    lab.page.get_by_role("button", name="Inside Own rule").click()
    lab.rest()
    assert lab.page.locator("#inside").is_visible()
    lab.page.get_by_role("button", name="Inside Own rule").click()

    # an error names line and column, and the last rule that made sense stays
    typed(lab, 1, "m = beta*m + g\nphi = phi - eta*(m")
    assert "Line 2, column 19" in box.locator(".complaint").first.inner_text()
    excerpt, mark = box.locator(".fault").inner_text().splitlines()
    assert excerpt[: mark.index("^")].endswith("eta*(m")
    assert box.locator("textarea").get_attribute("aria-invalid") == "true"
    assert lab.body["optimizers"][1]["rule"] == MOMENTUM

    # another rule keeps the values that it still has, and brings sliders for the rest
    typed(lab, 1, "v = gamma*v + (1 - gamma)*g**2\nphi = phi - eta*g/sqrt(v + small)")
    assert lab.body["optimizers"][1]["parameters"] == {"learning_rate": 0.05, "gamma": 0.999, "small": 1}
    assert not box.locator(".fault").is_visible()
    lab.slider(1, "small").focus()
    lab.page.keyboard.press("ArrowLeft")
    lab.rest()
    assert lab.body["optimizers"][1]["parameters"]["small"] < 1
    assert lab.cell("v", 0) == "–" != lab.cell("v", 1)

    # the address reproduces rule and numbers
    typed(lab, 1, HEAVY)
    body, address = lab.body, lab.page.url
    assert body["optimizers"][1]["rule"] == HEAVY
    context = browser.new_context(base_url=base_url)
    other = Lab(context.new_page())
    other.page.goto(address)
    other.until("performance.getEntriesByName('first-path').length > 0")
    other.rest()
    assert other.body == body
    assert other.page.url == address
    assert other.optimizer(1).locator("textarea").input_value() == HEAVY
    context.close()


def test_a_built_in_optimiser_is_shown_as_a_rule(lab: Lab) -> None:
    lab.load("v=1&s=rosenbrock&o=adam,learning_rate:0.07,epsilon_inside_root:0~cosine&n=200")
    lab.page.get_by_role("button", name="Show and edit Adam as a rule").click()
    lab.until("document.querySelectorAll('#optimizer-list article').length === 2")
    lab.rest()
    shown = lab.body["optimizers"][1]
    assert "phi = phi - eta*m_hat/(sqrt(v_hat) + epsilon)" in shown["rule"]
    assert shown["parameters"]["learning_rate"] == 0.07
    assert shown["schedule"] == lab.body["optimizers"][0]["schedule"]
    assert lab.page.evaluate(RECORDS, [lab.body, 0, 1])

    # a rule without a learning rate has no schedule
    typed(lab, 1, "phi = phi - 0.001*g")
    assert lab.body["optimizers"][1] == {"name": CUSTOM, "rule": "phi = phi - 0.001*g", "parameters": {}}
    assert lab.optimizer(1).locator("select").count() == 0
    lab.page.get_by_role("button", name="About Own rule").click()
    assert lab.page.locator("#help").get_by_text("Update rules of your own").is_visible()


def test_an_address_with_a_rule_that_is_none_is_read_without_it(lab: Lab) -> None:
    lab.load(f"v=1&o=gd;{CUSTOM}=phi%3Dphi-eta*(g;{CUSTOM}=phi=phi-eta*g,eta:3,learning_rate:0.002")
    assert lab.body["optimizers"][1:] == [
        {"name": CUSTOM, "rule": "phi=phi-eta*g", "parameters": {"learning_rate": 0.002}}
    ]
