"""The figures: where the canvas paints, what Plotly is given, how numbers are printed."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.lab import Lab
from tests.conftest import WINDOW, Pages, Watched

VIEW = """
const { styleOf } = await import(`${base}palette.js`);
const at = (run) => ({ index: 0, status: "running", reason: null, divergedAt: null, length: run.x.length,
    phi: Float32Array.from(run.x.flatMap((x, k) => [x, run.y[k]])), loss: Float32Array.from(run.loss),
    gradient: new Float32Array(2 * run.x.length).fill(1), evaluationsPerStep: 1, ...run.end });
const viewOf = (run, loss, changes = {}) => ({
    surface: { name: null, domain: { x: [-2, 2], y: [-1, 3] }, plainSymbols: ["x", "y"] },
    grid: { x: Float32Array.of(-2, 0, 2), y: Float32Array.of(-1, 1, 3), loss: Float32Array.from(loss), nx: 3, ny: 3 },
    record: { trajectories: [at(run)] }, ghost: null, labels: ["A"], colors: [styleOf(0, "light")], hidden: new Set(),
    step: 500, start: null, criticalPoints: [], prediction: null, data: null, axis: "steps", theme: "light",
    lecture: false, legend: false, camera: null, reducedMotion: true, ...changes });
"""
"""Makes views of one run; `base` is where the modules are."""

PLACE = "#contour .js-plotly-plot"


@pytest.fixture
def opened(page: Page) -> Page:
    return Lab(page).open().page


@pytest.fixture(scope="module")
def modules(pages: Pages, base_url: str) -> Iterator[Page]:
    """A page whose modules are asked for what they make and paint; nobody changes it."""
    watched = Watched(pages(WINDOW), base_url)
    yield Lab(watched.page).open().page
    watched.close()
    watched.check()


def script(page: Page, body: str, argument: Any = None) -> Any:
    """Run the body of an asynchronous function that may import the page's modules from `base`."""
    start = "const base = new URL('.', document.querySelector('script[type=module]').src).href;"
    return page.evaluate(f"async (argument) => {{ {start} {body} }}", argument)


def figure(page: Page, name: str, run: dict[str, Any], loss: list[float | None], changes: str = "{}") -> Any:
    """A figure's data and layout for one run, without heavy arrays' types."""
    body = f"""
        {VIEW}
        const module = await import(`${{base}}figures/{name}.js`);
        const made = module.{name}Figure(viewOf(argument.run, argument.loss.map((v) => v ?? NaN), {changes}), {{ width: 700, height: 600 }});
        const plain = (value) => ArrayBuffer.isView(value) ? Array.from(value) : value;
        return {{ layout: made.layout, data: made.data.map((trace) => Object.fromEntries(
            Object.entries(trace).map(([key, value]) => [key, plain(value)]))) }};"""
    return script(page, body, {"run": run, "loss": loss})


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (0, "0"),
            (0.1 + 0.2, "0.3"),
            (-1.23456, "\N{MINUS SIGN}1.235"),
            (9999, "9999"),
            (12346, "1.235×10⁴"),
            (0.001, "0.001"),
            (0.000012, "1.2×10⁻⁵"),
            (-6.02e23, "\N{MINUS SIGN}6.02×10²³"),
            (100, "100"),
            (99999, "1×10⁵"),
        ],
    )
    def test_four_digits_a_real_minus_and_powers_of_ten(self, modules: Page, value: float, text: str) -> None:
        body = "return (await import(`${base}format.js`)).format(argument);"
        assert script(modules, body, value) == text

    def test_what_is_not_a_number_is_a_dash_and_infinity_is_a_sign(self, modules: Page) -> None:
        body = "const { format } = await import(`${base}format.js`); return [NaN, undefined, Infinity, -Infinity].map(format);"
        assert script(modules, body) == ["–", "–", "∞", "\N{MINUS SIGN}∞"]

    def test_an_axis_of_powers_writes_them_all_alike(self, modules: Page) -> None:
        body = "const { formatPower } = await import(`${base}format.js`); return [1e-6, 1e-3, 1, 100, 1e9].map(formatPower);"
        assert script(modules, body) == ["10⁻⁶", "10⁻³", "1", "100", "10⁹"]


class TestCanvas:
    def test_a_mark_on_the_canvas_lies_where_the_plots_axes_put_its_point(self, modules: Page) -> None:
        body = """
            const { createOverlay, createFrame } = await import(`${base}plot/overlay.js`);
            const { xaxis, yaxis } = document.querySelector(argument)._fullLayout;
            const area = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
            const frame = createFrame(area, xaxis, yaxis);
            return [[-1.5, 2], [0.3, -0.7], [1.9, 2.9]].map(([x, y]) =>
                [frame.x(x), frame.y(y), xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)]);"""
        for x, y, expected_x, expected_y in script(modules, body, PLACE):
            assert (x, y) == pytest.approx((expected_x, expected_y), abs=0.02)

    def test_the_live_path_has_its_colour_in_the_pixels_of_its_points(self, modules: Page) -> None:
        body = (
            VIEW
            + """
            const { createFrame, createOverlay } = await import(`${base}plot/overlay.js`);
            const { contourScene } = await import(`${base}figures/contour.js`);
            const host = document.getElementById("contour");
            const { xaxis, yaxis } = document.querySelector(argument)._fullLayout;
            const area = { left: xaxis._offset, top: yaxis._offset, width: xaxis._length, height: yaxis._length };
            const overlay = createOverlay(host);
            const view = viewOf({ x: [-1.5, 1.5], y: [0, 2], loss: [2, 1] }, new Array(9).fill(1));
            overlay.paint(createFrame(area, xaxis, yaxis), { ...contourScene(view), marks: [] });
            const context = overlay.canvas.getContext("2d");
            const single = (x, y) => Array.from(context.getImageData(Math.floor(devicePixelRatio * x), Math.floor(devicePixelRatio * y), 1, 1).data);
            const around = (x, y) => [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((across) => single(x + across, y + down)));
            const pixel = (x, y) => around(x, y).reduce((best, one) => (one[3] > best[3] ? one : best));
            const points = [-1.2, -0.6, 0.6, 1.2].map((x) =>
                pixel(xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(1 + (2 / 3) * x)));
            const beside = pixel(xaxis._offset + xaxis.l2p(0), yaxis._offset + yaxis.l2p(2));
            overlay.remove();
            return { points, beside, color: view.colors[0].color };"""
        )
        seen = script(modules, body, PLACE)
        color = [int(seen["color"][at : at + 2], 16) for at in (1, 3, 5)]
        for red, green, blue, alpha in seen["points"]:
            assert alpha > 150
            assert [red, green, blue] == pytest.approx(color, abs=3)
        assert seen["beside"][3] == 0

    @pytest.mark.alone
    def test_four_long_paths_are_painted_within_a_few_milliseconds(self, modules: Page) -> None:
        body = """
            const { createFrame, createOverlay } = await import(`${base}plot/overlay.js`);
            const overlay = createOverlay(document.getElementById("contour"));
            const frame = createFrame({ left: 0, top: 0, width: 600, height: 600 }, { range: [0, 1] }, { range: [0, 1] });
            const x = Float32Array.from({ length: 501 }, (_, k) => 0.5 + 0.4 * Math.sin(k / 20));
            const y = Float32Array.from(x, (_, k) => 0.5 + 0.4 * Math.cos(k / 31));
            const lines = Array.from({ length: 4 }, () => ({ x, y, color: "#000", dash: [9, 4], width: 2 }));
            const times = Array.from({ length: 40 }, () => {
                const began = performance.now();
                overlay.paint(frame, { lines, marks: [], rules: [] });
                return performance.now() - began;
            });
            overlay.remove();
            return times.sort((a, b) => a - b)[20];"""
        assert script(modules, body) < 5


class TestContours:
    def test_cells_where_the_loss_is_not_finite_are_holes(self, modules: Page) -> None:
        made = figure(modules, "contour", {"x": [0], "y": [0], "loss": [1]}, [1, 2, 3, 4, None, 6, 7, 8, 9])
        heights = next(trace["z"] for trace in made["data"] if trace["type"] == "contour")
        assert [[value is None for value in row] for row in heights] == [
            [False] * 3,
            [False, True, False],
            [False] * 3,
        ]

    def test_a_loss_over_decades_is_drawn_in_equal_ratios_and_says_so(self, modules: Page) -> None:
        made = figure(modules, "contour", {"x": [0], "y": [0], "loss": [1]}, [10.0**k for k in range(-4, 5)])
        surface = made["data"][0]
        assert "log" in surface["colorbar"]["title"]["text"]
        assert surface["z"][2][2] == pytest.approx(4, abs=0.01)

    def test_a_diverged_run_ends_in_a_red_mark_on_the_edge_and_leaves_the_axes_alone(self, modules: Page) -> None:
        run = {
            "x": [-1, 1, -3, 3e30],
            "y": [0, 0, 0, 0],
            "loss": [1, 1, 9, 1e38],
            "end": {"status": "diverged", "divergedAt": 4, "reason": "it grew"},
        }
        made = figure(modules, "contour", run, list(range(9)))
        stop = made["data"][-1]
        assert (stop["x"], stop["y"]) == ([-2], [0])
        assert stop["marker"]["color"] == "#b3131b"
        assert "diverged at step 4" in stop["text"][0]
        assert (made["layout"]["xaxis"]["range"], made["layout"]["yaxis"]["range"]) == ([-2, 2], [-1, 3])

    def test_the_axes_are_the_surfaces_whatever_the_path_does(self, modules: Page) -> None:
        made = figure(modules, "contour", {"x": [0, 50], "y": [0, 90], "loss": [1, 2]}, list(range(9)))
        assert made["layout"]["xaxis"]["range"] == [-2, 2]
        assert made["layout"]["xaxis"]["autorange"] is False


class TestCurves:
    def test_a_loss_that_falls_over_decades_has_a_log_axis(self, modules: Page) -> None:
        run = {"x": [0] * 5, "y": [0] * 5, "loss": [10, 1, 0.1, 0.01, 0.001]}
        axis = figure(modules, "loss", run, [0, *range(1, 9)])["layout"]["yaxis"]
        assert axis["type"] == "log"
        assert axis["range"][0] <= -3 and 1 <= axis["range"][1] <= 2
        assert "log" in axis["title"]["text"]

    def test_a_loss_below_zero_has_a_linear_axis(self, modules: Page) -> None:
        run = {"x": [0] * 3, "y": [0] * 3, "loss": [10, 0, -5]}
        axis = figure(modules, "loss", run, [-9, *range(8)])["layout"]["yaxis"]
        assert axis["type"] == "linear"
        assert axis["range"][0] < -5 and axis["range"][1] > 10

    def test_values_of_a_diverged_run_from_far_outside_do_not_stretch_the_axis(self, modules: Page) -> None:
        run = {
            "x": [0, 1, 1e10, 1e20],
            "y": [0, 0, 0, 0],
            "loss": [1, 2, 1e20, 1e38],
            "end": {"status": "diverged", "divergedAt": 4, "reason": "it grew"},
        }
        made = figure(modules, "loss", run, list(range(9)))
        axis = made["layout"]["yaxis"]
        assert (10 ** axis["range"][1] if axis["type"] == "log" else axis["range"][1]) < 100
        assert made["data"][-1]["marker"]["symbol"] == "x"
        assert made["layout"]["annotations"][0]["text"].startswith("off the scale")

    def test_over_gradient_evaluations_a_step_counts_as_many_as_it_takes(self, modules: Page) -> None:
        run = {"x": [0] * 4, "y": [0] * 4, "loss": [4, 3, 2, 1], "end": {"evaluationsPerStep": 2}}
        made = figure(modules, "loss", run, list(range(9)), "{ axis: 'evaluations' }")
        assert made["data"][0]["x"] == [0, 2, 4, 6]
        assert made["layout"]["xaxis"]["title"]["text"] == "gradient evaluations"


def test_ends_on_a_line_or_at_a_point_have_a_flat_ellipse_and_a_single_one_has_none(modules: Page) -> None:
    covariances = [[[4, 2], [2, 1]], [[0, 0], [0, 9]], [[0, 0], [0, 0]], [[None, None], [None, None]]]
    body = """
        const { spreadEllipse } = await import(`${base}figures/layers.js`);
        return argument.map((covariance) => spreadEllipse({ mean: [1, 2], covariance }));"""
    lean, upright, point, none = script(modules, body, covariances)
    assert none is None
    for x, y in zip(lean["x"], lean["y"], strict=True):
        assert y - 2 == pytest.approx((x - 1) / 2)
    assert (max(lean["x"]), max(upright["y"])) == pytest.approx((5, 8), rel=1e-3)
    assert set(upright["x"]) == set(point["x"]) == {1} and set(point["y"]) == {2}


def test_zooming_survives_a_new_record(opened: Page) -> None:
    lab = Lab(opened)
    box = opened.locator("#contour").bounding_box()
    assert box is not None
    opened.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.mouse.wheel(0, -400)
    opened.wait_for_timeout(600)
    ranges = f"(({{ xaxis, yaxis }}) => [xaxis.range, yaxis.range])(document.querySelector('{PLACE}')._fullLayout)"
    zoomed = opened.evaluate(ranges)
    assert zoomed[0] != [-2, 2]
    lab.number(0, "learning_rate").fill("0.0007")
    lab.number(0, "learning_rate").press("Enter")
    lab.rest()
    opened.wait_for_timeout(600)
    assert opened.evaluate(ranges) == zoomed


class TestFingers:
    @pytest.fixture
    def context_options(self) -> dict[str, Any]:
        return {"viewport": {"width": 390, "height": 700}, "has_touch": True, "is_mobile": True}

    def test_a_swipe_over_a_curve_scrolls_the_page_and_does_not_zoom(self, opened: Page) -> None:
        curve = opened.locator("#loss")
        curve.scroll_into_view_if_needed()
        box = curve.bounding_box()
        assert box is not None
        ranges = "(({ xaxis, yaxis }) => [xaxis.range, yaxis.range])(document.querySelector('#loss .js-plotly-plot')._fullLayout)"
        before, scrolled = opened.evaluate(ranges), opened.evaluate("scrollY")
        swipe(opened, (box["x"] + 150, box["y"] + 20), (box["x"] + 150, box["y"] + 140))
        assert opened.evaluate(ranges) == before
        assert opened.evaluate("scrollY") < scrolled

    def test_the_start_follows_a_finger_on_its_handle(self, opened: Page) -> None:
        box = opened.locator(".start-handle").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        swipe(opened, (x, y), (x + 60, y - 20))
        Lab(opened).rest()
        after = opened.locator(".start-handle").bounding_box()
        assert after is not None
        assert (after["x"] - box["x"], after["y"] - box["y"]) == pytest.approx((60, -20), abs=2)


def swipe(page: Page, start: tuple[float, float], end: tuple[float, float], moves: int = 12) -> None:
    finger = page.context.new_cdp_session(page)
    for k in range(moves + 1):
        point = {axis: a + (b - a) * k / moves for axis, a, b in zip("xy", start, end, strict=True)}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove" if k else "touchStart", "touchPoints": [point]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)


def test_the_third_dimension_says_why_it_is_not_there_without_webgl(page: Page) -> None:
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest)"
        " { return kind.includes('webgl') ? null : get.call(this, kind, ...rest); };"
    )
    Lab(page).open("v=1&d=3d")
    assert "needs WebGL" in page.locator("#surface3d").inner_text()
