"""The surface lab in the dark, on a telephone, on a stage, and while the server is away."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Stays
from tests.browser.lab import Lab
from tests.browser.trouble import told
from tests.conftest import Watched

LIGHTNESS = "Number(getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/)[0])"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


@pytest.fixture
def forgiving(watched: Watched) -> Iterator[Lab]:
    """A page whose console may tell of refused requests: browsers log each answer of 4xx and 5xx, and that none came."""
    yield Lab(watched.page)
    watched.check("Failed to load resource")


class TestDark:
    @pytest.fixture
    def context_options(self) -> dict[str, Any]:
        return {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"}

    def test_the_page_follows_the_system_and_the_button_overrules_it(self, lab: Lab) -> None:
        lab.load()
        assert lab.page.evaluate(LIGHTNESS) < 60
        lab.page.locator("#theme").click()
        assert lab.page.evaluate(LIGHTNESS) > 200
        lab.rest()
        assert "theme=light" in lab.query


class TestPhone:
    @pytest.fixture
    def context_options(self) -> dict[str, Any]:
        return PHONE

    def test_one_column_with_the_plot_first_and_nothing_to_scroll_sideways(self, lab: Lab) -> None:
        lab.open("v=1&s=gabor")
        assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
        selectors = ("#contour", ".transport", "#optimizer-list", "#surface-picker", "#loss")
        tops = [lab.page.locator(selector).evaluate("e => e.getBoundingClientRect().top") for selector in selectors]
        assert tops == sorted(tops)
        assert tops[0] < 200

    def test_targets_are_large_enough_for_a_finger(self, lab: Lab) -> None:
        lab.open()
        small = lab.page.evaluate(
            """() => [...document.querySelectorAll("button, select, input[type=number]")]
                 .filter((e) => e.checkVisibility({ opacityProperty: true }) && !e.closest("[popover], .plot"))
                 .filter((e) => e.getBoundingClientRect().height < 44 || e.getBoundingClientRect().width < 44)
                 .map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert small == []


@pytest.mark.parametrize("width", [390, 768, 1024, 1280, 1920])
def test_no_window_is_so_narrow_that_it_scrolls_sideways(lab: Lab, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 800})
    lab.open("v=1&s=gabor&o=gd;momentum;rmsprop;adam")
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= width
    inside = "e => e.scrollWidth <= e.clientWidth + 1"
    assert lab.page.locator(".transport").evaluate(inside)


@pytest.mark.parametrize("width", [390, 600, 768])
def test_in_one_column_all_buttons_of_the_transport_stand_on_one_line_below_the_scrub_bar(lab: Lab, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 900})
    lab.open("v=1&s=himmelblau&o=gd")
    tops = lab.page.evaluate(
        "[...document.querySelectorAll('.transport button')].map((one) => one.getBoundingClientRect().top)"
    )
    assert len(set(tops)) == 1
    scrub = lab.page.locator("#scrub").bounding_box()
    assert scrub is not None and scrub["y"] + scrub["height"] <= tops[0]


class TestStillness:
    @pytest.fixture
    def context_options(self) -> dict[str, Any]:
        return {"viewport": {"width": 1400, "height": 900}, "reduced_motion": "reduce"}

    def test_reduced_motion_jumps_instead_of_running(self, lab: Lab) -> None:
        lab.open("v=1&s=himmelblau&o=gd&n=500&k=0")
        lab.page.locator("#play").click()
        seen = set()
        for _ in range(14):
            seen.add(lab.position)
            lab.page.wait_for_timeout(100)
        steps = sorted(int(position.split()[0]) for position in seen)
        assert len(steps) >= 2
        assert all(after - before >= 15 for before, after in pairwise(steps))  # jumps, not single steps


def test_one_key_leads_to_lecture_mode_and_back(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    before = lab.page.evaluate(size)
    lab.page.keyboard.press("l")
    expect(lab.page.locator(".side")).to_be_hidden()
    assert lab.page.evaluate(size) == pytest.approx(1.6 * before)
    assert lab.page.evaluate("document.documentElement.scrollHeight") <= 900
    lab.rest()
    assert "lecture=1" in lab.query
    lab.page.keyboard.press("l")
    expect(lab.page.locator(".side")).to_be_visible()


def test_an_address_hides_what_it_names(lab: Lab) -> None:
    lab.load("v=1&hide=table,caption&embed=1")
    for selector in (".bar", ".side", "#table", "#caption"):
        expect(lab.page.locator(selector)).to_be_hidden()
    expect(lab.page.locator("#loss")).to_be_visible()
    assert "hide=caption,table" in lab.query and "embed=1" in lab.query


def test_a_question_mark_opens_the_help_on_every_symbol(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=momentum")
    lab.page.keyboard.press("?")
    expect(lab.page.locator("#help")).to_be_visible()
    lab.page.keyboard.press("?")
    expect(lab.page.locator("#help")).to_be_hidden()
    lab.optimizer(0).get_by_role("button", name="About").click()
    expect(lab.page.locator("#help")).to_contain_text("same path")


def test_a_typed_formula_is_typeset_and_run(lab: Lab) -> None:
    lab.open()
    lab.page.locator(".formula").fill("x**2 + 3*y**2")
    lab.until("location.search.includes('f=')")
    assert lab.body["surface"] == {"formula": "x**2 + 3*y**2", "x": [-3, 3], "y": [-3, 3]}
    expect(lab.page.locator("h1 math")).to_be_visible()
    lab.page.get_by_label("x to").fill("5")
    lab.rest()
    assert lab.body["surface"]["x"] == [-3, 5]


def test_a_wrong_formula_shows_its_column_and_leaves_the_surface(forgiving: Lab) -> None:
    forgiving.open("v=1&s=himmelblau&o=gd")
    before = len(forgiving.asked)
    forgiving.page.locator(".formula").fill("x**2 + foo(y)")
    fault = forgiving.page.locator(".fault")
    expect(fault).to_be_visible()
    formula, caret = fault.inner_text().split("\n")
    assert formula[caret.index("^") :].startswith("foo")
    assert len(forgiving.asked) == before


def test_keys_are_not_taken_from_a_field(forgiving: Lab) -> None:
    forgiving.open("v=1&s=himmelblau&o=gd&n=500&k=10")
    forgiving.page.locator(".formula").focus()
    forgiving.page.keyboard.type("r l ")
    assert forgiving.page.locator(".formula").input_value() == "r l "
    assert forgiving.position == "10 / 500"
    assert not forgiving.page.evaluate("document.documentElement.hasAttribute('data-lecture')")


def test_data_and_fitted_curves_follow_the_step_and_the_start(lab: Lab) -> None:
    predictions: list[Any] = []
    lab.page.on("request", lambda r: predictions.append(r.post_data_json) if r.url.endswith("predictions") else None)
    lab.open("v=1&s=gabor&o=gd;adam&n=100")
    expect(lab.page.locator("#data-panel")).to_be_visible()
    assert len(predictions[-1]["phi"]) == 2
    lab.set_step(0)
    lab.rest()
    assert predictions[-1]["phi"][0] == pytest.approx(lab.body["start"], rel=1e-6)
    lab.page.get_by_label("Start φ₀").fill("3")
    lab.rest()
    assert predictions[-1]["phi"][0][0] == 3


def test_the_sum_and_the_mean_over_the_data_are_different_losses(lab: Lab) -> None:
    lab.open("v=1&s=line&o=gd&k=0")
    total = float(lab.cell("loss", 0))
    lab.page.get_by_label("Over the data").select_option("mean")
    lab.rest()
    assert lab.body["surface"]["reduction"] == "mean"
    assert float(lab.cell("loss", 0)) < total


def test_a_kink_has_no_gradient_and_the_page_says_so(lab: Lab) -> None:
    lab.open("v=1&s=ackley&o=gd&p=0,0")
    expect(lab.page.locator("#caption")).to_contain_text("no gradient")


def assert_only_refused(lab: Lab, stays: Stays) -> None:
    """The console of a page that stays open tells of nothing but requests that were refused, or that nobody answered."""
    next(watched for watched, found in stays.values() if found is lab).check_so_far("Failed to load resource")


def test_a_server_that_is_away_is_told_calmly_and_asked_again(lab: Lab, stays: Stays) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    page = lab.page
    page.route("**/api/trajectories", lambda route: route.abort())
    lab.number(0, "learning_rate").fill("0.005")
    expect(page.locator("#trouble")).to_contain_text("does not answer")
    assert page.locator("dialog[open]").count() == 0
    page.unroute("**/api/trajectories")
    told(lab, "The server answers again", 15)
    expect(page.locator("#trouble")).to_be_hidden()
    assert_only_refused(lab, stays)
    assert lab.body["optimizers"][0]["learning_rate"] == 0.005


def test_a_busy_server_is_asked_again_when_it_said(lab: Lab, stays: Stays) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    page = lab.page
    refused = {"error": {"code": "busy", "message": "too many at once", "field": None, "position": None}}

    def refuse(route: Route) -> None:
        route.fulfill(status=503, headers={"Retry-After": "1"}, json=refused)

    page.route("**/api/trajectories", refuse)
    lab.number(0, "learning_rate").fill("0.005")
    expect(page.locator("#trouble")).to_contain_text("Too many at once")
    page.unroute("**/api/trajectories")
    told(lab, "The server answers again", 15)
    assert_only_refused(lab, stays)


def test_every_scenario_is_a_card_that_shows_paths(lab: Lab) -> None:
    lab.open()
    lab.page.locator("button[popovertarget=scenarios]").click()
    count = lab.page.locator("#scenarios a").count()
    assert count >= 8
    for card in range(count):
        if not lab.page.locator("#scenarios").is_visible():
            lab.page.locator("button[popovertarget=scenarios]").click()
        before = len(lab.asked)
        lab.page.locator("#scenarios a").nth(card).click()
        lab.rest()
        assert len(lab.asked) > before
        assert lab.query
