"""The surface lab in a real browser: what the hand moves, the paths follow."""

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab, drag


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


def test_a_first_visit_shows_paths_and_the_plain_address(lab: Lab) -> None:
    lab.load()
    assert lab.query == ""
    assert len(lab.body["optimizers"]) == lab.page.locator("#optimizer-list article").count() > 1
    expect(lab.page.locator("h1")).not_to_be_empty()


def test_everything_that_matters_is_visible_without_scrolling(lab: Lab) -> None:
    lab.load()
    assert lab.page.evaluate("document.documentElement.scrollHeight") <= 900
    for selector in ("#contour", "#loss", "#gradient", "#table", "#scrub", "#caption", "#surface-select"):
        box = lab.page.locator(selector).bounding_box()
        assert box is not None, selector
        assert box["y"] + box["height"] <= 900, selector
    for selector in (".side", ".readings"):
        assert lab.page.locator(selector).evaluate("e => e.scrollHeight <= e.clientHeight"), selector


def test_the_plot_is_the_largest_thing_on_the_page(lab: Lab) -> None:
    lab.open()
    area = "e => e.clientWidth * e.clientHeight"
    plot = lab.page.locator("#contour").evaluate(area)
    others = [lab.page.locator(selector).evaluate(area) for selector in (".side", ".readings")]
    assert plot > max(others)


def test_dragging_a_learning_rate_asks_again_while_the_hand_moves(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    before, rate = len(lab.asked), lab.body["optimizers"][0]["learning_rate"]
    shown = lab.cell("loss", 0)
    drag(lab.page, lab.slider(0, "learning_rate"), 0.3, moves=40)
    lab.rest()
    assert len(lab.asked) - before >= 5
    assert lab.body["optimizers"][0]["learning_rate"] != rate
    assert lab.cell("loss", 0) != shown
    assert f"learning_rate:{lab.body['optimizers'][0]['learning_rate']}" in lab.query.replace("e-05", "e-5")


def test_each_recomputation_is_measured_to_the_painted_path(lab: Lab) -> None:
    lab.load("v=1&s=himmelblau&o=gd")
    drag(lab.page, lab.slider(0, "learning_rate"), 0.3, moves=40)
    lab.rest()
    durations = lab.page.evaluate("performance.getEntriesByName('slider-to-paint').map(entry => entry.duration)")
    assert len(durations) >= 5
    assert all(0 < duration < 5000 for duration in durations)


def test_a_double_click_brings_the_default_back(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    rate = lab.body["optimizers"][0]["learning_rate"]
    lab.number(0, "learning_rate").fill("0.02")
    lab.rest()
    assert lab.body["optimizers"][0]["learning_rate"] == 0.02
    lab.slider(0, "learning_rate").dblclick()
    lab.rest()
    assert lab.body["optimizers"][0]["learning_rate"] == rate


def test_a_number_out_of_range_is_refused_in_words_and_not_sent(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=momentum")
    before = len(lab.asked)
    lab.number(0, "beta").fill("1.5")
    expect(lab.optimizer(0).locator("[data-parameter=beta] .complaint")).to_contain_text("between 0 and")
    lab.rest()
    assert len(lab.asked) == before


def test_a_decay_slider_spaces_nines_evenly_and_tells_its_memory(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=momentum")
    positions = []
    for beta in ("0.9", "0.99", "0.999"):
        lab.number(0, "beta").fill(beta)
        positions.append(float(lab.slider(0, "beta").input_value()))
        steps = round(1 / (1 - float(beta)))
        expect(lab.optimizer(0).locator(".recall")).to_have_text(f"remembers about {steps} steps")
    first, second, third = positions
    assert third - second == pytest.approx(second - first, abs=0.05)


def test_clicking_on_the_plot_sets_the_start(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    before = lab.body["start"]
    box = lab.page.locator("#contour").bounding_box()
    assert box is not None
    lab.page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 0.3 * box["height"])
    lab.rest()
    x, y = lab.body["start"]
    assert [x, y] != before
    assert 0 < x < 5 and 0 < y < 5
    assert "p=" in lab.query


def test_dragging_the_start_asks_again_on_the_way(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&p=0,0")
    before = len(lab.asked)
    box = lab.page.locator("#contour").bounding_box()
    assert box is not None
    at = [box["x"] + 0.4 * box["width"], box["y"] + 0.4 * box["height"]]
    lab.page.mouse.move(*at)
    lab.page.mouse.down()
    for move in range(600):  # as many as the machine needs for five answers on the way
        at = [at[0] + (8 if move % 30 < 15 else -8), at[1] + (5 if move % 30 < 15 else -5)]
        lab.page.mouse.move(*at)
        lab.page.wait_for_timeout(16)
        if move >= 15 and len(lab.asked) - before >= 5:
            break
    assert len(lab.asked) - before >= 5
    lab.page.mouse.up()
    lab.rest()


def test_arrow_keys_move_the_focused_start(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&p=0,0")
    lab.page.locator("#start-point").focus()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("Shift+ArrowUp")
    lab.rest()
    x, y = lab.body["start"]
    assert 0 < x < y
    assert lab.position == "500 / 500"


def test_scrubbing_shows_the_records_own_numbers(lab: Lab) -> None:
    lab.load("v=1&s=bowl&o=gd,learning_rate:0.1&p=-1.8,1&n=100")
    lab.set_step(0)
    lab.rest()
    assert (lab.cell("x", 0), lab.cell("y", 0)) == ("−1.8", "1")
    lab.set_step(1)
    lab.rest()
    assert lab.cell("x", 0) != "−1.8"
    assert lab.position == "1 / 100"
    assert len(lab.asked) == 1
    assert "k=1" in lab.query.split("&")


def test_the_scrub_bar_works_while_the_run_plays(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=500&k=0")
    lab.page.locator("#play").click()
    lab.page.wait_for_timeout(300)
    lab.set_step(300)
    lab.until("parseInt(document.getElementById('position').textContent) > 303")
    lab.page.locator("#play").click()
    assert 303 < int(lab.position.split(" ")[0]) < 500


def test_keys_play_step_and_reset(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=500&k=10")
    lab.page.keyboard.press("ArrowRight")
    assert lab.position == "11 / 500"
    lab.page.keyboard.press("ArrowLeft")
    lab.page.keyboard.press("ArrowLeft")
    assert lab.position == "9 / 500"
    lab.page.keyboard.press(" ")
    expect(lab.page.locator("#play")).to_have_attribute("aria-label", "Pause")
    lab.until("parseInt(document.getElementById('position').textContent) > 12")
    lab.page.keyboard.press(" ")
    lab.page.keyboard.press("r")
    assert lab.position == "0 / 500"


def test_optimisers_are_added_hidden_and_removed(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd;momentum")
    lab.page.locator("#optimizer-add").select_option("adam")
    lab.rest()
    assert [optimizer["name"] for optimizer in lab.body["optimizers"]] == ["gd", "momentum", "adam"]
    asked = len(lab.asked)
    lab.optimizer(1).locator(".legend input").uncheck()
    lab.rest()
    assert "!momentum" in lab.query
    assert len(lab.asked) == asked
    lab.optimizer(0).get_by_role("button", name="Remove").click()
    lab.rest()
    assert [optimizer["name"] for optimizer in lab.body["optimizers"]] == ["momentum", "adam"]


def test_an_optimiser_keeps_its_colour_when_another_one_goes(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd;momentum;adam")
    style = "e => e.querySelector('.swatch path').getAttribute('style')"
    before = lab.optimizer(2).evaluate(style)
    lab.optimizer(0).get_by_role("button", name="Remove").click()
    assert lab.optimizer(1).evaluate(style) == before


def test_a_diverging_run_says_at_which_step_and_why(lab: Lab) -> None:
    lab.open("v=1&s=bowl&o=gd,learning_rate:0.9;adam")
    status = lab.optimizer(0).locator(".status")
    expect(status).to_contain_text("Diverged at step")
    assert "λ" in status.inner_text() or "finite" in status.inner_text()
    expect(lab.optimizer(1).locator(".status")).to_be_hidden()


def test_what_single_precision_cannot_hold_is_not_told_as_a_number(lab: Lab) -> None:
    lab.open("v=1&s=rosenbrock&o=gd,learning_rate:0.01&n=40")
    (run,) = lab.record()
    assert run["loss"][-1] > 1e40
    assert lab.cell("loss") == "> 3.4×10³⁸"


def test_the_three_dimensional_view_shows_the_same_record(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd")
    asked = len(lab.asked)
    lab.page.get_by_text("3-D").click()
    lab.rest()
    expect(lab.page.locator("#surface3d")).to_be_visible()
    assert "d=3d" in lab.query
    assert len(lab.asked) == asked


def test_a_table_stands_behind_each_plot(lab: Lab) -> None:
    lab.open("v=1&s=gabor&o=gd;adam&n=50")
    for kind in ("path", "loss", "gradient", "data"):
        lab.page.locator(f"button[data-table={kind}]").click()
        expect(lab.page.locator(f"#{kind}-table table").first).to_be_visible()
    row = lab.page.locator("#loss-table tr[aria-current=step]")
    assert row.locator("td").nth(0).inner_text() == lab.cell("loss", 0)


def test_after_a_click_keys_are_the_pages_and_after_a_key_they_are_the_buttons(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd;adam&n=400&k=0")
    for click in ("label:has(input[name=view][value='3d'])", "label:has(input[name=view][value='2d'])", "#curvature"):
        lab.page.locator(click).click()
        lab.page.keyboard.press("ArrowRight")
    lab.page.locator("button[popovertarget=share]").click()
    lab.page.locator("#share .close").click()
    lab.page.keyboard.press("ArrowRight")
    lab.rest()
    assert lab.position.startswith("4 / ") and "d=3d" not in lab.query
    lab.page.keyboard.press("Space")
    expect(lab.page.locator("#play")).to_have_attribute("aria-label", "Pause")
    lab.page.keyboard.press("Space")
    expect(lab.page.locator("#play")).to_have_attribute("aria-label", "Play")
    lab.page.locator("#curvature").focus()
    lab.page.keyboard.press("Space")
    expect(lab.page.locator("#curvature")).to_have_attribute("aria-pressed", "false")
    expect(lab.page.locator("#curvature")).to_be_focused()
