"""Curvature on the page: eigenvalues, η·λmax beside its bound, principal axes, critical points that were found."""

import json
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab, drag
from tests.browser.test_schedules import plain

FORMULA = "x**4 - 2*x*y + sin(3*y)"
CRITICAL = """() => document.querySelector("#contour .js-plotly-plot").data
    .filter(({ mode, name }) => mode === "markers" && /minimum|maximum|saddle/.test(name))
    .flatMap(({ x, y, text }) => Array.from(x, (at, k) => ({ x: at, y: y[k], text: text[k] })))"""
MARK = """() => document.querySelector("#optimizer-list .limit:not([hidden])")?.getBoundingClientRect().x ?? null"""
BOWL = "v=1&s=bowl&o=gd,learning_rate:0.22;gd,learning_rate:0.18;adam&n=60"


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


def curvatures(lab: Lab, points: list[list[float]]) -> dict[str, Any]:
    """What the server says of the surface asked for last, and of its optimisers."""
    body = {"surface": lab.body["surface"], "points": points, "optimizers": lab.body["optimizers"]}
    answer: dict[str, Any] = lab.page.request.post("/api/curvatures", data=body).json()
    return answer


def curved(lab: Lab, row: str, column: int) -> str:
    """A cell of the rows of curvature, whose heads have subscripts."""
    found: str = lab.page.evaluate(
        """([row, column]) => [...document.querySelectorAll("#table tbody tr")]
            .find((line) => line.cells[0].textContent === row).cells[column + 1].textContent""",
        [row, column],
    )
    return found


def test_the_table_has_the_eigenvalues_where_each_run_is_and_the_address_brings_them_back(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&n=60&k=6")
    expect(lab.page.locator("#table th", has_text="λ")).to_have_count(0)
    lab.page.keyboard.press("c")
    lab.rest()
    assert "l=curvature" in lab.query
    for step in (6, 20):
        lab.set_step(step)
        lab.rest()
        runs = lab.record()
        told = curvatures(lab, [run["phi"][step] for run in runs])
        for column, run in enumerate(runs):
            assert plain(curved(lab, "λmax", column)) == pytest.approx(told["high"][column], rel=1e-3)
            assert plain(curved(lab, "λmin", column)) == pytest.approx(told["low"][column], rel=1e-3)
            bound = told["stability_bounds"][column]
            shown = curved(lab, "η·λmax", column)
            if bound is None:
                assert shown == "–"
                continue
            product, limit = (plain(part) for part in re.split("[>≤]", shown))
            assert product == pytest.approx(run["optimizer"]["learning_rate"] * told["high"][column], rel=1e-3)
            assert limit == pytest.approx(bound, rel=1e-3)
            assert (">" in shown) == (product > bound)
    lab.page.locator("#curvature").click()
    lab.rest()
    assert "l=" not in lab.query


def test_a_rate_above_its_limit_is_told_in_red_where_the_slider_is(lab: Lab) -> None:
    lab.open(f"{BOWL}&l=curvature")
    notes = lab.page.locator("#optimizer-list .limited")
    assert [note for note in notes.all_inner_texts() if note] == ["limit here: 2/λmax = 0.2"] * 2
    assert curved(lab, "η·λmax", 0) == "2.2 > 2"
    assert curved(lab, "η·λmax", 1) == "1.8 ≤ 2"
    expect(notes.nth(0)).to_have_class(re.compile("above"))
    expect(notes.nth(1)).not_to_have_class(re.compile("above"))
    mark = lab.page.evaluate(MARK)
    slider = lab.slider(1, "learning_rate")
    box = slider.bounding_box()
    assert box is not None
    low, high = (float(slider.get_attribute(end) or 0) for end in ("min", "max"))
    share = (np.log10(0.2) - low) / (high - low)
    assert mark == pytest.approx(box["x"] + 8 + share * (box["width"] - 16) - 1, abs=1)
    drag(lab.page, slider, share - 0.1)
    lab.rest()
    assert plain(curved(lab, "η·λmax", 1).split("≤")[0]) < 1.8
    assert lab.page.evaluate(MARK) == pytest.approx(mark, abs=0.5), "of a quadratic the limit does not move"


def test_on_batches_the_limit_counts_the_share_that_a_step_sees(lab: Lab) -> None:
    lab.open("v=1&s=gabor&b=5&o=gd&n=30&k=9&l=curvature")
    (run,) = lab.record()
    high = curvatures(lab, [run["phi"][9]])["high"][0]
    note = lab.page.locator("#optimizer-list .limited").inner_text()
    assert note.startswith("limit here: 2/(B/n·λmax) = ")
    assert plain(note.partition("= ")[2]) == pytest.approx(2 / (high * 5 / 30), rel=1e-3)


def test_a_typed_formula_has_its_critical_points_found_and_told(lab: Lab) -> None:
    lab.open(f"v=1&f={FORMULA.replace('+', '%2B')}&x=-2,2&y=-2,2&n=60")
    asked = {"surface": lab.body["surface"]}
    found = lab.page.request.post("/api/critical_points", data=asked).json()["critical_points"]
    marks = lab.page.evaluate(CRITICAL)
    assert sorted((round(m["x"], 9), round(m["y"], 9)) for m in marks) == sorted(
        (round(p["x"], 9), round(p["y"], 9)) for p in found
    )
    assert {p["kind"] for p in found} == {"minimum", "saddle"}
    for mark in marks:
        point = min(found, key=lambda p: abs(p["x"] - mark["x"]) + abs(p["y"] - mark["y"]))
        told = [plain(part) for part in re.findall(r"curvatures (\S+) and (\S+)", mark["text"])[0]]
        assert told == pytest.approx(point["curvatures"], rel=1e-3)
        loss = re.findall(r"loss (\S+?)<br>", mark["text"])[0]
        assert plain(loss) == pytest.approx(point["loss"], rel=1e-3)


def test_the_table_of_the_plot_lists_the_critical_points_with_their_types(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=30")
    lab.page.locator("button[data-table=path]").click()
    lab.rest()
    found = lab.page.request.post("/api/critical_points", data={"surface": lab.body["surface"]}).json()[
        "critical_points"
    ]
    table = lab.page.locator("#path-table table", has_text="Where the slope is zero")
    rows = table.locator("tbody tr").all()
    assert len(rows) == len(found) == 9
    for row, point in zip(rows, found, strict=True):
        assert row.locator("th").inner_text().startswith(point["kind"])
        told = [plain(text) for text in row.locator("td").all_inner_texts()]
        expected = [point["x"], point["y"], point["loss"], *point["curvatures"]]
        assert told == pytest.approx(expected, rel=1e-3, abs=1e-9)


def test_a_critical_point_tells_the_loss_that_is_shown_also_of_the_mean(lab: Lab) -> None:
    lab.open("v=1&s=gabor&r=mean&o=gd&n=30")
    best = next(mark for mark in lab.page.evaluate(CRITICAL) if abs(mark["y"] - 16.026) < 0.01)
    assert "loss 0.02152<br>" in best["text"]


def test_the_axes_on_the_plot_are_the_eigenvectors_at_the_point(lab: Lab) -> None:
    lab.open("v=1&s=booth&o=gd&n=60&k=5")
    (run,) = lab.record()
    point, domain = run["phi"][5], lab.page.request.get("/api/catalog").json()["surfaces"]
    box = next(surface["domain"] for surface in domain if surface["name"] == "booth")
    told = curvatures(lab, [point])
    here = {"low": told["low"][0], "high": told["high"][0], "axis": told["axis"][0]}
    axes = lab.page.evaluate(
        """async ([module, point, here, domain]) => (await import(module)).principalAxes(point, here, domain, "run")""",
        [module(lab, "curvature.js"), point, here, box],
    )
    hessian = np.array([[10.0, 8.0], [8.0, 10.0]])
    for axis, eigenvalue in zip(axes, (18.0, 2.0), strict=True):
        along = np.array([axis["dx"], axis["dy"]])
        np.testing.assert_allclose(hessian @ along, eigenvalue * along, rtol=1e-6)
        assert not axis["down"]
    lengths = [np.hypot(axis["dx"], axis["dy"]) for axis in axes]
    assert lengths[1] / lengths[0] == pytest.approx(3, rel=1e-6), "1/√λ: the flatter, the longer"


def module(lab: Lab, name: str) -> str:
    """The address of a module that the page has loaded."""
    names: list[str] = json.loads(
        lab.page.evaluate("JSON.stringify(performance.getEntriesByType('resource').map(({ name }) => name))")
    )
    return next(address for address in names if address.endswith(f"/{name}"))
