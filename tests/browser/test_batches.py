"""Batches on the page: what is lit, drawn and said is what the record and the API say."""

import json
import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.browser.lab import Lab, drag
from tests.browser.test_schedules import plain

ASIDES = ("grids", "gradients", "ensembles")
NUMBER = r"−?[0-9]+(?:\.[0-9]+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
ACCENT = [75, 63, 206]
LIT = """() => {
  const { xaxis, yaxis } = document.querySelector("#data .js-plotly-plot")._fullLayout;
  const context = document.querySelector("#data > canvas").getContext("2d");
  const at = (x, y) => [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)];
  const colors = ([left, top]) => Array.from(context.getImageData(Math.round(devicePixelRatio * left), Math.round(devicePixelRatio * top), 1, 1).data);
  return (points) => points.map(([x, y]) => ({ place: at(x, y), color: colors(at(x, y)) }));
}"""
TICKS = """(id) => document.querySelector(`#${id} .js-plotly-plot`).data
    .filter(({ text }) => text?.[0]?.includes?.("epoch")).map(({ x, y }) => [Array.from(x), Array.from(y)])"""
LINES = """(id) => document.querySelector(`#${id} .js-plotly-plot`).data
    .filter(({ mode }) => mode === "lines").map(({ name, x, y }) => ({ name, x: Array.from(x), y: Array.from(y) }))"""

WHOLE_DRAWN = (
    """document.querySelector("#contour .js-plotly-plot").data.some(({ name }) => name?.endsWith("all data"))"""
)

WATCH_HAND = """(slider) => {
  window.moved = [];
  slider.addEventListener("input", () => window.moved.push(performance.now()));
}"""
PAUSES = "window.moved.filter((at, k, all) => k > 0 && at - all[k - 1] > 140).length"
"""How often a hand that moved rested, in the page's eyes: on a busy machine events arrive late."""

HEIGHTS = """async () => {
  const [scrub, heights] = [document.getElementById("scrub"), []];
  for (const step of [3, 9, 30, 31, 50, 60]) {
    scrub.value = step;
    scrub.dispatchEvent(new Event("input"));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    heights.push(document.getElementById("contour").clientHeight);
  }
  return heights;
}"""
"""Of the plot, while the step is moved fast."""


class Asides:
    """What the page asks for beside the record."""

    def __init__(self, page: Page) -> None:
        self.asked: dict[str, list[dict[str, Any]]] = {name: [] for name in ASIDES}
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        name = request.url.rpartition("/")[2]
        if name in self.asked and request.post_data:
            self.asked[name].append(json.loads(request.post_data))

    def batch_surfaces(self) -> list[dict[str, Any]]:
        return [body for body in self.asked["grids"] if "data" in body["surface"]]


@pytest.fixture
def lab(page: Page) -> Lab:
    return Lab(page)


def numbers(text: str) -> list[float]:
    return [plain(found) for found in re.findall(NUMBER, text)]


def body(lab: Lab) -> dict[str, Any]:
    """The last request for the record: with batches, where all data were asked for besides."""
    return next((asked for asked in reversed(lab.asked) if "batches" in asked), lab.body)


def record(lab: Lab) -> dict[str, Any]:
    """What the server gives for what the page asked last."""
    answer: dict[str, Any] = lab.page.request.post("/api/trajectories", data=body(lab)).json()
    return answer


def data_of(lab: Lab, name: str) -> list[list[float]]:
    surfaces = lab.page.request.get("/api/catalog").json()["surfaces"]
    data = next(surface["data"] for surface in surfaces if surface["name"] == name)
    return [list(pair) for pair in zip(data["x"], data["y"], strict=True)]


def lit(lab: Lab, points: list[list[float]]) -> tuple[set[int], set[int]]:
    """The data points that have the batch's colour, and those that another one's disc might cover."""
    seen = lab.page.evaluate(f"(points) => ({LIT})()(points)", points)
    bright = {k for k, one in enumerate(seen) if one["color"][:3] == pytest.approx(ACCENT, abs=4)}
    near = {
        k
        for k, one in enumerate(seen)
        for j in bright - {k}
        if sum((a - b) ** 2 for a, b in zip(one["place"], seen[j]["place"], strict=True)) < 12**2
    }
    return bright, near


def check_cloud(lab: Lab, run: dict[str, Any], step: int, size: int) -> None:
    """The statement beside the cloud is what /api/gradients says at the record's point."""
    surface = lab.body["surface"]
    asked = {"surface": surface, "phi": run["phi"][step], "batches": {"size": size}, "count": 500, "seed": 0}
    cloud = lab.page.request.post("/api/gradients", data=asked).json()
    theorem, check = (lab.page.locator(f"#cloud .{name}").inner_text() for name in ("theorem", "check"))
    assert theorem == "E[batch sum] = (B/n)·∇L"
    left, right = check.split("=")
    assert numbers(left) == pytest.approx(cloud["expected"], rel=1e-3)
    share, gradient = right.split("·")
    n = len(cloud["per_sample"])
    assert share.strip() == f"{size}/{n}"
    assert numbers(gradient) == pytest.approx(cloud["gradient"], rel=1e-3)
    assert [size / n * value for value in cloud["gradient"]] == pytest.approx(cloud["expected"])
    average = lab.page.locator("#cloud .drawnMean").inner_text()
    assert numbers(average.partition(":")[2]) == pytest.approx(cloud["mean"], rel=1e-3)
    assert str(len(cloud["batches"])) in average
    own = numbers(lab.page.locator("#cloud .this").inner_text().partition(":")[2])
    assert own == pytest.approx(run["gradient"][step], rel=1e-3), "the gradient that the step used"
    dots = lab.page.locator("#cloud .batches").get_attribute("d") or ""
    assert dots.count("M") == len(cloud["batches"])


def test_the_formula_over_the_plot_is_that_of_the_sum_or_of_the_mean(lab: Lab) -> None:
    lab.open("v=1&s=line")
    formula = lab.page.locator("#title math")
    whole = formula.text_content()
    assert whole is not None and whole.startswith("∑")
    lab.page.get_by_label("Over the data").select_option("mean")
    expect(formula).to_have_text("1n" + whole)


def test_the_batch_of_a_step_is_lit_has_its_surface_and_its_place_in_the_cloud(lab: Lab) -> None:
    asides = Asides(lab.page)
    lab.open("v=1&s=gabor&b=5&o=gd;adam&n=60&k=17&l=surface")
    assert lab.body["batches"] == {"size": 5, "sampling": "epochs"}
    run, points = record(lab)["trajectories"][0], data_of(lab, "gabor")
    for step in (17, 4, 60):
        lab.set_step(step)
        lab.rest()
        k = min(step, 59)
        batch = run["batches"][k]
        bright, near = lit(lab, points)
        assert set(batch) <= bright <= set(batch) | near
        surface = asides.batch_surfaces()[-1]["surface"]
        assert surface["data"] == {axis: [points[i][at] for i in batch] for at, axis in enumerate("xy")}
        assert surface["reduction"] == "sum"
        check_cloud(lab, run, k, 5)
    assert lab.page.locator("#contour").evaluate("e => e.classList.contains('layered')")
    assert lab.page.locator(".readings").evaluate("e => e.scrollHeight <= e.clientHeight")
    assert len(set(lab.page.evaluate(HEIGHTS))) == 1, "a plot that changes its size is drawn anew"

    ends = range(6, 61, 6)
    for (x, y), path in zip(lab.page.evaluate(TICKS, "contour"), record(lab)["trajectories"], strict=True):
        assert x == pytest.approx([path["phi"][step][0] for step in ends], rel=1e-5)
        assert y == pytest.approx([path["phi"][step][1] for step in ends], rel=1e-5)
    (x, y), _ = lab.page.evaluate(TICKS, "loss")
    assert (x, y) == (list(ends), pytest.approx([run["loss"][step] for step in ends], rel=1e-5))
    lab.page.locator("#axis").select_option("epochs")
    lab.rest()
    first = lab.page.evaluate(LINES, "loss")[0]
    assert first["x"] == pytest.approx(run["epoch"]) and first["x"][-1] == 10
    assert first["y"] == pytest.approx(run["loss"], rel=1e-5)

    before = {name: len(asked) for name, asked in asides.asked.items()}
    lab.slider(0, "learning_rate").evaluate(WATCH_HAND)
    drag(lab.page, lab.slider(0, "learning_rate"), 0.3)
    lab.rest()
    most = 3 * (1 + lab.page.evaluate(PAUSES))
    assert all(len(asked) - before[name] <= most for name, asked in asides.asked.items()), "not while the hand moves"


ELLIPSE = """async (ends) => {
  const base = new URL(".", document.querySelector("script[type=module]").src).href;
  const { spreadEllipse } = await import(`${base}figures/layers.js`);
  const { xaxis, yaxis } = document.querySelector("#contour .js-plotly-plot")._fullLayout;
  const { x, y } = spreadEllipse(ends);
  const canvases = [...document.querySelectorAll("#contour canvas")].filter((canvas) => !canvas.hidden && !canvas.closest(".js-plotly-plot"));
  const seen = (scale) => (_, at) => {
    const from = ends.mean[0] + scale * (x[at] - ends.mean[0]), up = ends.mean[1] + scale * (y[at] - ends.mean[1]);
    const place = [xaxis._offset + xaxis.l2p(from), yaxis._offset + yaxis.l2p(up)].map((at) => Math.round(devicePixelRatio * at) - 1);
    return canvases.some((canvas) => canvas.getContext("2d").getImageData(...place, 3, 3).data.some((value, k) => k % 4 === 3 && value > 100));
  };
  const share = (scale) => x.filter(seen(scale)).length / x.length;
  return { x, y, drawn: share(1), beyond: share(1.2) };
}"""


def assert_ellipse(lab: Lab, ends: dict[str, Any]) -> Any:
    """It is two standard deviations from the mean in every direction, and stands on the plot."""
    found = lab.page.evaluate(ELLIPSE, ends)
    away = np.transpose([found["x"], found["y"]]) - ends["mean"]
    assert len(away) > 60
    distances = np.einsum("ki,ij,kj->k", away, np.linalg.inv(ends["covariance"]), away)
    np.testing.assert_allclose(distances, 4, rtol=1e-9)
    assert found["drawn"] > 0.9
    return found


def test_the_ellipse_of_wide_ends_stands_out_from_them(lab: Lab) -> None:
    asides = Asides(lab.page)
    lab.open("v=1&s=bowl&o=gd,learning_rate:0.05&sd=6&n=40&l=seeds")
    sent = lab.page.request.post("/api/ensembles", data=asides.asked["ensembles"][-1])
    (ensemble,) = sent.json()["ensembles"]
    found = assert_ellipse(lab, ensemble["ends"])
    assert found["beyond"] < 0.5


def test_no_path_is_called_all_data_before_it_is_there_and_a_late_one_is_drawn_in_full(lab: Lab) -> None:
    held: list[Route] = []
    lab.page.route(
        "**/api/trajectories",
        lambda route: route.fallback() if "batches" in route.request.post_data else held.append(route),
    )
    lab.page.goto("/?v=1&s=line&o=gd&n=30&b=7&l=whole")
    lab.until("document.querySelector('#contour .js-plotly-plot')?.data.some(({ mode }) => mode === 'lines')")
    lab.page.wait_for_timeout(300)
    assert len(held) == 1 and not lab.page.evaluate(WHOLE_DRAWN)
    held[0].fallback()
    lab.rest()
    assert lab.page.evaluate(WHOLE_DRAWN)


def test_seeds_and_all_data_are_drawn_besides_and_the_address_brings_them_back(
    lab: Lab, browser: Browser, base_url: str
) -> None:
    asides = Asides(lab.page)
    lab.open("v=1&s=line&o=gd;!adam&n=30")
    lab.page.get_by_text("a batch (SGD)").click()
    lab.page.get_by_label("Batch size, number").fill("7")
    lab.page.get_by_text("anew each step").click()
    lab.rest()
    lab.page.locator("h1").click()
    for key in "ae":
        lab.page.keyboard.press(key)
    lab.rest()
    assert body(lab)["batches"] == {"size": 7, "sampling": "fresh"}
    assert set(lab.query.split("&")) >= {"b=7,fresh", "l=seeds,whole"}
    notes = lab.page.locator("#batches .note")
    expect(notes.nth(1)).to_contain_text("B/n = 7/12 of ∇L")
    expect(notes.nth(1)).to_contain_text("n/B = 1.714 times as short")

    asked = asides.asked["ensembles"][-1]
    assert [optimizer["name"] for optimizer in asked["optimizers"]] == ["gd"], "only those that are shown"
    (ensemble,) = lab.page.request.post("/api/ensembles", data=asked).json()["ensembles"]
    assert len(ensemble["phi"]) == 30
    assert ensemble["phi"][0] == record(lab)["trajectories"][0]["phi"], "the first seed is the path shown"
    assert_ellipse(lab, ensemble["ends"])
    assert (
        lab.page.locator("#layer-notes").inner_text().endswith("Ellipse: two standard deviations in every direction.")
    )
    told = lab.page.locator("#layer-notes").inner_text().partition("deviation:")[2].replace("φ₀", "").replace("φ₁", "")
    ends = ensemble["ends"]
    both = [number for pair in zip(ends["mean"], ends["standard_deviation"], strict=True) for number in pair]
    assert numbers(told) == pytest.approx(both, rel=1e-3)
    whole = lab.page.request.post("/api/trajectories", data={**body(lab), "batches": None}).json()["trajectories"][0]
    assert lab.page.evaluate(WHOLE_DRAWN)
    thin = next(line for line in lab.page.evaluate(LINES, "contour") if line["name"].endswith("all data"))
    assert thin["x"] == pytest.approx([point[0] for point in whole["phi"]], rel=1e-5)

    shown = lab.page.request.post("/api/trajectories", data=body(lab)).body()
    context = browser.new_context(base_url=base_url)
    other = Lab(context.new_page()).open(lab.query)
    assert other.query == lab.query
    assert other.page.request.post("/api/trajectories", data=body(other)).body() == shown
    context.close()


def test_where_there_are_no_data_noise_is_offered_and_no_batches(lab: Lab) -> None:
    lab.open("v=1&s=gabor&r=mean&b=5,fresh&a=epochs&o=gd&n=50")
    expect(lab.page.locator("#batches")).to_contain_text("the same η suits all B")
    stochastic = lab.page.locator("#optimizer-add option", has_text="SGD")
    expect(stochastic).to_be_enabled()
    lab.page.locator("#surface-select").select_option("bowl")
    lab.rest()
    expect(stochastic).to_be_disabled()
    assert "batches" not in lab.asked[-1] and "gradient_noise" not in lab.body
    assert lab.query == "v=1&s=bowl&o=gd&n=50"
    expect(lab.page.get_by_text("a batch (SGD)")).to_be_hidden()
    expect(lab.page.locator("#cloud")).to_be_hidden()
    lab.page.get_by_text("with noise").click()
    lab.page.get_by_label("Standard deviation, number").fill("0.25")
    lab.rest()
    assert lab.body["gradient_noise"] == {"standard_deviation": 0.25}
    assert "sd=0.25" in lab.query.split("&")
    expect(lab.page.locator("#gradient-heading")).to_have_text("Norm of the noisy gradient")
    shown = lab.cell("loss", 0)
    noisy = lab.record()[0]
    assert plain(shown) == pytest.approx(noisy["loss"][-1], rel=1e-3)
    lab.page.locator("#batches").get_by_text("exact").click()
    lab.rest()
    assert "gradient_noise" not in lab.body and lab.cell("loss", 0) != shown
