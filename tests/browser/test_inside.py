"""Optimisers opened up: the parts of a step, in words, in numbers and on the plot, all from one record."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.test_figures import script

MINUS = "\N{MINUS SIGN}"
QUERY = "v=1&s=himmelblau&o=gd;adam&n=60&k=4"
ASKED = {
    "surface": {"name": "himmelblau"},
    "start": [0, -0.9],
    "optimizers": [{"name": "adam", "learning_rate": 0.05}],
    "steps": 60,
    "internals": True,
}


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


def answer(lab: Lab, body: dict[str, Any]) -> dict[str, Any]:
    """The API's own record, in full precision."""
    response = lab.page.request.post("/api/trajectories", data=body)
    assert response.ok, response.text()
    (trajectory,) = response.json()["trajectories"]
    return dict(trajectory)


def printed(number: float) -> str:
    """A number as the page prints it: four significant digits, here in the range of plain notation."""
    assert 0.001 <= abs(number) < 9999
    text = f"{number:.4g}" if "e" not in f"{number:.4g}" else f"{number:.0f}"
    return text.replace("-", MINUS)


def pair(values: list[float]) -> str:
    return f"({printed(values[0])}, {printed(values[1])})"


def cells(lab: Lab, name: str) -> list[str]:
    row = lab.page.locator(f'#inside-table tr[data-quantity="{name}"] td')
    return [row.nth(at).inner_text() for at in (1, 2)]


def test_a_step_is_told_part_by_part_with_the_records_own_numbers(lab: Lab) -> None:
    lab.open(QUERY)
    assert "internals" not in lab.body
    lab.optimizer(1).get_by_role("button", name="Inside").click()
    lab.rest()
    assert lab.body["internals"] is True
    record = answer(lab, ASKED)
    gradient, inside, state = record["gradient"], record["internals"], record["state"]
    for name, values in {"gradient": gradient[4], "m": state["m"][4], "v": state["v"][4]}.items():
        assert cells(lab, name) == [printed(value) for value in values]
    for name in ("m", "v"):
        assert cells(lab, f"{name}'") == [printed(value) for value in state[name][5]]
    for name, rows in inside.items():
        assert cells(lab, name) == [printed(value) for value in rows[4]]
    assert lab.page.locator("#inside-table .ratio output").all_inner_texts() == [printed(r) for r in inside["ratio"][4]]
    expect(lab.page.locator("#inside-table caption")).to_have_text("The step from 4 to 5")
    expect(lab.page.locator("#stage-caption")).to_be_hidden()

    captions = []
    for title in ("Gradient", "Decay", "Take in", "Square", "Correct", "Move"):
        lab.page.keyboard.press("Shift+ArrowRight")
        expect(lab.page.locator("#stage-caption")).to_contain_text(f"{title}, step 4.")
        captions.append(lab.page.locator("#stage-caption").inner_text())
        assert lab.position == "4 / 60"
    assert f"The gradient here is {pair(gradient[4])};" in captions[0]
    assert f"m decays by ×0.9: of {pair(state['m'][4])} it keeps {pair(inside['kept'][4])}." in captions[1]
    assert f"takes in 0.1 × gradient, {pair(inside['taken_in'][4])}, and becomes {pair(state['m'][5])}." in captions[2]
    assert f"from {pair(state['v'][4])}, then takes in 0.001 × gradient², and becomes" in captions[3]
    filled = f"{printed(1 - 0.9**5)} and {printed(1 - 0.999**5)} of their weights"
    assert filled in captions[4] and pair(inside["m_hat"][4]) in captions[4] and pair(inside["v_hat"][4]) in captions[4]
    assert f"is {pair(inside['ratio'][4])}" in captions[5] and pair(inside["move"][4]) in captions[5]
    lab.until("document.getElementById('announcement').textContent.startsWith('Move, step 4')")

    lab.page.keyboard.press("Shift+ArrowRight")
    assert lab.position == "5 / 60"
    expect(lab.page.locator("#stage-caption")).to_contain_text("Gradient, step 5")
    lab.page.keyboard.press("Shift+ArrowLeft")
    lab.page.keyboard.press("Shift+ArrowLeft")
    assert lab.position == "4 / 60"
    expect(lab.page.locator("#stage-caption")).to_contain_text("Move, step 4")
    lab.page.locator("#inside-stages").get_by_role("button", name="Take in").click()
    lab.page.locator("#inside-quantity").select_option("v_hat")
    lab.rest()
    assert {"i=1", "iq=v_hat", "sub=3", "k=4"} <= set(lab.query.split("&"))
    lab.page.reload()
    lab.rest()
    lab.until(f"document.getElementById('stage-caption').textContent === {captions[2]!r}")
    assert lab.page.locator("#inside-quantity").input_value() == "v_hat"
    lab.page.keyboard.press("ArrowRight")
    assert lab.position == "5 / 60"
    expect(lab.page.locator("#stage-caption")).to_be_hidden()
    lab.page.locator("#inside-close").click()
    lab.rest()
    assert "internals" not in lab.body
    lab.page.keyboard.press("?")
    expect(lab.page.locator("#help")).to_contain_text("one part of a step")


def test_the_same_path_in_the_other_form_is_a_click_away(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=momentum,learning_rate:0.02,beta:0.8&n=60&i=0")
    same = lab.page.locator("#inside-same")
    expect(same).to_contain_text("Heavy ball takes the same path with η × (1 − β) = 0.004.")
    expect(lab.page.locator("#inside-memory")).to_contain_text("Remembers about 5 steps.")
    filled = 1 - 0.8**60
    expect(lab.page.locator("#inside-memory")).to_contain_text(f"Weights of 60 gradients: {filled:.4g}")
    before = [lab.cell(row, 0) for row in ("x", "y", "loss")]
    same.get_by_role("button").click()
    lab.rest()
    (optimizer,) = lab.body["optimizers"]
    assert (optimizer["form"], optimizer["learning_rate"]) == ("heavy_ball", 0.004)
    assert [lab.cell(row, 0) for row in ("x", "y", "loss")] == before
    expect(same).to_contain_text("EMA takes the same path with η / (1 − β) = 0.02.")
    lab.set_step(0)
    first = f"Weights of 1 gradient: 1 of at most {printed(1 / (1 - 0.8))}."
    expect(lab.page.locator("#inside-memory")).to_contain_text(first)
    lab.page.locator("#inside-same button").click()
    expect(lab.page.locator("#inside-memory")).to_contain_text("Weights of 1 gradient: 0.2, not yet filled: 0.8.")


def test_arrows_of_a_part_end_where_their_sum_ends_and_the_move_points_to_the_next_point(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=adamw&n=20&k=3&i=0")
    body = """
        const { fetchRecord, fetchCatalog } = await import(`${base}api.js`);
        const { indexCatalog, surfaceOf } = await import(`${base}catalog.js`);
        const { decode } = await import(`${base}state.js`);
        const { lookInside } = await import(`${base}inside/inside.js`);
        const { stageScene, stageNote } = await import(`${base}figures/stage.js`);
        const catalog = indexCatalog(await fetchCatalog());
        const found = [];
        for (let substep = 1; substep <= 6; substep += 1) {
          const state = decode(`${location.search}&sub=${substep}`, catalog);
          const record = await fetchRecord(state, catalog);
          const look = lookInside({ record, optimizers: state.optimizers }, state, catalog);
          const surface = surfaceOf(state, catalog);
          const view = { look, surface, theme: "light", lecture: false, colors: [{ color: "#000" }] };
          found.push({ ...stageScene(view), note: stageNote(look, surface.domain), phi: Array.from(look.run.phi.subarray(6, 10)) });
        }
        return found;"""
    stages = script(lab.page, body)
    for stage in stages:
        x, y, next_x, next_y = stage["phi"]
        for arrow in stage["arrows"]:
            assert max(abs(arrow["x"] + arrow["dx"] - x), abs(arrow["y"] + arrow["dy"] - y)) <= 0.46 * 10
        if len(stage["arrows"]) > 1:
            total, first, last = stage["arrows"]
            ends = [(arrow["x"] + arrow["dx"], arrow["y"] + arrow["dy"]) for arrow in (total, first, last)]
            assert (first["x"], first["y"]) == (total["x"], total["y"]) == pytest.approx((x, y))
            assert (last["x"], last["y"]) == pytest.approx(ends[1])
            assert ends[2] == pytest.approx(ends[0], abs=1e-5)
    (gradient,) = stages[0]["arrows"]
    assert gradient["dx"] > 0  # downhill from the start is to the right
    move = stages[-1]["arrows"][0]
    times = float(stages[-1]["note"].split(" drawn ")[1].split(" ")[0])
    assert (move["dx"], move["dy"]) == pytest.approx((times * (next_x - x), times * (next_y - y)), rel=1e-4)


@pytest.mark.parametrize(("width", "height", "scheme"), [(1400, 900, "light"), (390, 844, "dark")])
def test_the_panel_fits_the_window(lab: Lab, width: int, height: int, scheme: Any) -> None:
    lab.page.set_viewport_size({"width": width, "height": height})
    lab.page.emulate_media(color_scheme=scheme)
    for optimizers in ("gd;momentum,nesterov:1;adamw&i=2&sub=6", "momentum,form:heavy_ball,nesterov:1&i=0&sub=4"):
        lab.open(f"v=1&s=gabor&o={optimizers}&n=200&k=12")
        expect(lab.page.locator("#stage-caption")).to_be_visible()
        assert lab.page.evaluate("document.documentElement.scrollWidth") <= width
        inside = "e => [...e.querySelectorAll('td, th, button, p, output')].filter((c) => c.checkVisibility() && !c.closest('.formula-cell') && c.scrollWidth > c.clientWidth + 1).map((c) => c.textContent)"
        assert lab.page.locator("#inside").evaluate(inside) == []
        if width > 900:
            assert lab.page.locator(".readings").evaluate("e => e.scrollHeight <= e.clientHeight")
            assert lab.page.evaluate("document.documentElement.scrollHeight") <= height
        else:
            small = "e => [...e.querySelectorAll('button, select')].filter((b) => b.checkVisibility() && Math.min(b.offsetWidth, b.offsetHeight) < 44).map((b) => b.textContent)"
            assert lab.page.locator("#inside").evaluate(small) == []


@pytest.mark.parametrize(
    ("query", "formula", "help", "note", "head"),
    [
        ("s=line&b=5", "∑i∈Bt∇ℓi", "its batch's, the sum over", "It is that of this step’s batch of 5, not of all data.", "‖g‖"),
        ("s=line&b=5&r=mean", "1|Bt|∑i∈Bt∇ℓi", "its batch's, the mean over", "this step’s batch of 5", "‖g‖"),
        ("s=bowl&sd=0.5", "∇L+noise", "the loss's, and noise", "There is noise in it.", "‖g‖"),
        ("s=line", "∇L", "the loss's.", "", "‖∇L‖"),
    ],
    ids=["sum", "mean", "noise", "all data"],
)  # fmt: skip
def test_the_gradient_of_a_batch_is_not_told_as_the_losses(
    lab: Lab, query: str, formula: str, help: str, note: str, head: str
) -> None:
    lab.open(f"v=1&{query}&o=gd;momentum,nesterov:1&n=20&k=3&i=0&sub=1")
    row = lab.page.locator('#inside-table tr[data-quantity="gradient"]')
    shown = "".join((row.locator(".formula-cell").text_content() or "").split())
    assert shown == formula
    expect(row.locator("th")).to_have_attribute("title", re.compile(re.escape(help)))
    expect(lab.page.locator("#inside-quantity option[value=gradient]")).to_contain_text(help)
    for index in (0, 1):
        lab.page.locator("#inside-select").select_option(str(index))
        lab.rest()  # the stages are those of this optimiser now
        lab.page.locator("#inside-stages").get_by_role("button", name="Gradient").click()
        told = lab.page.locator("#stage-caption")
        expect(told).to_contain_text("Gradient, step 3.")
        expect(told).to_contain_text(note)
        if not note:
            expect(told).not_to_contain_text(re.compile("batch|noise"))
        lab.page.locator("#inside-stages").get_by_role("button", name="Move").click()
        expect(told).not_to_contain_text(re.compile("batch|noise"))
    expect(lab.page.locator("#table tbody th", has_text="‖")).to_have_text(head)


def test_a_panel_that_opens_again_for_other_optimisers_waits_for_their_record(lab: Lab) -> None:
    """Its size is told before the record is there; what was drawn before is of optimisers that have gone."""
    for query in ("s=himmelblau&o=momentum&n=60&i=0", "s=himmelblau&o=gd", "s=gabor&o=gd;momentum;adamw&n=200&i=2",
                  "s=gabor&o=gd;momentum;momentum,nesterov:1&n=200&i=2", "s=bowl&o=momentum&n=20&i=0", "s=bowl&o=adam&n=20&i=0"):  # fmt: skip
        lab.open(f"v=1&{query}")
    expect(lab.page.locator("#inside-table caption")).to_be_visible()
