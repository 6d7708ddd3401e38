"""Numbers are printed in one way, whoever wrote the sentence they stand in."""

import pytest
from playwright.sync_api import expect

from app.pages import amount
from tests.browser.lab import Lab
from tests.browser.test_figures import script
from tests.browser.training_lab import TrainingLab


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("η·λmax = 0.5 × 5.665e4 = 2.833e4 > 2", "η·λmax = 0.5 × 5.665×10⁴ = 2.833×10⁴ > 2"),
        ("The loss rose from 0.0001234 to 1e+24.", "The loss rose from 1.234×10⁻⁴ to 1×10²⁴."),
        ("curvatures \N{MINUS SIGN}2e\N{MINUS SIGN}5 and 3", "curvatures \N{MINUS SIGN}2×10⁻⁵ and 3"),
        ("η = 0.05, at (1, 200), layer 1e, x1e5, 3.", "η = 0.05, at (1, 200), layer 1e, x1e5, 3."),
    ],
)
def test_a_sentence_of_the_server_has_the_pages_numbers(surface_lab: Lab, sentence: str, text: str) -> None:
    surface_lab.open()
    body = "return (await import(`${base}format.js`)).asPrinted(argument);"
    assert script(surface_lab.page, body, sentence) == text
    assert script(surface_lab.page, body, text) == text


def test_counts_have_the_groups_of_the_page_of_limits(surface_lab: Lab) -> None:
    body = "const { formatCount } = await import(`${base}format.js`); return argument.map(formatCount);"
    counts = [0, 4353, 9999, 10_000, 1_234_567]
    assert script(surface_lab.open().page, body, counts) == [amount(count) for count in counts]


def test_the_cause_of_a_divergence_has_powers_of_ten(surface_lab: Lab) -> None:
    surface_lab.open("v=1&s=goldstein_price&o=gd,learning_rate:0.5&n=60")
    (run,) = surface_lab.record()
    assert "e4 > 2" in run["reason"]
    expect(surface_lab.optimizer(0).locator(".status")).to_contain_text("×10⁴ > 2")
    expect(surface_lab.page.locator("#caption")).to_contain_text("slopes of 10 and of 100\N{THIN SPACE}000")
    assert "×10⁴" in surface_lab.page.locator("#table tbody td[title]").get_attribute("title")


def test_a_network_that_explodes_tells_its_loss_with_a_power_of_ten(training_lab: TrainingLab) -> None:
    training_lab.open("v=1&ds=lecture_sine&h=none&like=squared_error&b=all&o=sgd,learning_rate:2&n=40&k=40")
    reason = training_lab.page.locator("#optimizer-list .status")
    expect(reason).to_contain_text("the loss rose from")
    assert "×10" in reason.inner_text() and "e+" not in reason.inner_text()


def test_a_card_and_the_page_write_a_count_alike(training_lab: TrainingLab) -> None:
    page = training_lab.open().page
    page.locator("[popovertarget=scenarios]").click()
    card = page.locator(".scenarios a", has_text="Learning by heart")
    expect(card).to_contain_text("4353 parameters")
    card.click()
    training_lab.rest()
    expect(page.locator("#learnt-heading")).to_have_text("Parameters learnt: 4353")
    expect(page.locator("#caption")).to_contain_text("4353 parameters")


def test_no_number_is_cut_by_its_box(surface_lab: Lab) -> None:
    surface_lab.open("v=1&o=adadelta,learning_rate:0.0005,epsilon:0.000001")
    epsilon, rate = surface_lab.number(0, "epsilon"), surface_lab.number(0, "learning_rate")
    assert (epsilon.input_value(), rate.input_value()) == ("1e-6", "0.0005")
    assert epsilon.evaluate("box => box.scrollWidth <= box.clientWidth")
    epsilon.fill("0.0000025")
    surface_lab.rest()
    assert surface_lab.body["optimizers"][0]["epsilon"] == 2.5e-6


def test_an_equation_in_a_caption_stays_on_one_line(surface_lab: Lab) -> None:
    whole = "\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
    surface_lab.open("v=1&s=bowl&o=gd,learning_rate:0.22;gd,learning_rate:0.18&n=60&l=curvature")
    assert f"η·λmax{whole}2.2" in (surface_lab.page.locator("#caption").text_content() or "")
    surface_lab.open("v=1&o=adamw&i=0&k=20&sub=6")
    assert f"η{whole}" in (surface_lab.page.locator("#stage-caption").text_content() or "")
