"""What a new visitor sees: what to do first, the same step in every panel, the path before, states without a path."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.lab import Lab, drag
from tests.browser.test_schedules import plain

HINT = re.compile("Drag the white circle")
CURVE_AT = """([id, step]) => {
  const plot = document.querySelector(`#${id} .js-plotly-plot`);
  const { xaxis, yaxis } = plot._fullLayout;
  const { left, top } = plot.getBoundingClientRect();
  const line = plot.data.find(({ mode }) => mode === "lines");
  return [left + xaxis._offset + xaxis.d2p(line.x[step]), top + yaxis._offset + yaxis.d2p(line.y[step])];
}"""
DRAWN_NEAR = """([x, y, radius]) => {
  const { xaxis, yaxis } = document.querySelector("#contour .js-plotly-plot")._fullLayout;
  const [left, top] = [xaxis._offset + xaxis.l2p(x), yaxis._offset + yaxis.l2p(y)].map((at) => Math.round(at * devicePixelRatio));
  const canvas = [...document.querySelectorAll("#contour > canvas")].at(-1);
  const data = canvas.getContext("2d").getImageData(left - radius, top - radius, 2 * radius, 2 * radius).data;
  return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}"""
GHOSTS = """() => document.querySelector("#contour .js-plotly-plot").data
    .filter(({ mode, opacity }) => mode === "lines" && opacity === 0.4).map(({ x, y }) => [Array.from(x), Array.from(y)])"""


@pytest.fixture
def lab(surface_lab: Lab) -> Lab:
    return surface_lab


def test_a_first_visit_says_what_to_do_until_it_is_done_and_nothing_jumps(lab: Lab) -> None:
    lab.load()
    caption = lab.page.locator("#caption")
    expect(caption).to_have_text(HINT)
    before = lab.page.locator("#contour").bounding_box()
    drag(lab.page, lab.slider(0, "learning_rate"), 0.3)
    lab.rest()
    expect(caption).not_to_have_text(HINT)
    assert lab.page.locator("#contour").bounding_box() == before
    lab.load("v=1&n=100")
    expect(caption).not_to_have_text(HINT)


def test_every_panel_shows_the_step_under_the_pointer(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=30&k=0")
    (run,) = lab.record()
    step = 12
    assert lab.page.evaluate(DRAWN_NEAR, [*run["phi"][step], 9]) == 0, "the path itself is Plotly's, at rest"
    lab.page.mouse.move(*lab.page.evaluate(CURVE_AT, ["loss", step]))
    label = lab.page.locator("#loss .hoverlayer .hovertext").first
    expect(label).to_contain_text(f"step {step}")
    lab.until(f"({DRAWN_NEAR})([{run['phi'][step][0]}, {run['phi'][step][1]}, 9]) > 20")
    lab.page.mouse.move(5, 5)
    lab.until(f"({DRAWN_NEAR})([{run['phi'][step][0]}, {run['phi'][step][1]}, 9]) === 0")


def test_the_path_before_the_start_was_moved_stays_as_a_ghost(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd&n=30")
    (before,) = lab.record()
    assert lab.page.evaluate(GHOSTS) == []
    button = lab.page.locator("#start-point")
    button.focus()
    button.press("ArrowRight")
    lab.rest()
    ((x, y),) = lab.page.evaluate(GHOSTS)
    np.testing.assert_allclose(np.transpose([x, y]), before["phi"], rtol=1e-6, atol=1e-6)
    lab.number(0, "learning_rate").fill("0.012")
    lab.rest()
    assert lab.page.evaluate(GHOSTS) == [], "another rate has no path before"


def test_the_step_is_announced_with_the_records_own_numbers(lab: Lab) -> None:
    lab.open("v=1&s=himmelblau&o=gd;adam&n=40&k=12")
    lab.page.locator("#position").click()
    lab.page.keyboard.press("ArrowRight")
    lab.until("document.getElementById('announcement').textContent.startsWith('Step 13.')")
    told = lab.page.locator("#announcement").inner_text()
    for run, name in zip(lab.record(), ("Gradient descent", "Adam"), strict=True):
        numbers = re.findall(rf"{name}: x (\S+), y (\S+), loss (\S+)\.", told)[0]
        expected = [*run["phi"][13], run["loss"][13]]
        assert [plain(number) for number in numbers] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    "field", ["#optimizer-list textarea", "#optimizer-list input[type=number]", "#surface-select", "#axis"]
)
def test_no_letter_is_a_key_while_a_field_has_the_focus(lab: Lab, field: str) -> None:
    lab.load("v=1&s=himmelblau&o=custom=phi=phi-eta*g&n=40&k=12")
    before = lab.query
    lab.page.locator(field).first.focus()
    for key in ("ArrowRight", "l", "s", "b", "a", "e", "c", "r", "?", " "):
        lab.page.locator(field).first.dispatch_event("keydown", {"key": key, "bubbles": True, "cancelable": True})
    lab.rest()
    assert lab.query == before
    assert lab.page.locator("[popover]:popover-open").count() == 0


def test_the_help_names_the_marks_of_the_plot_and_sets_indices_low(lab: Lab) -> None:
    lab.open()
    lab.page.keyboard.press("?")
    sheet = lab.page.locator("#help")
    expect(sheet).to_contain_text("a minimum, a saddle point, a maximum")
    assert "_max" not in sheet.inner_text()
    assert sheet.locator("sub", has_text="max").count() > 0
    for name in ("scenarios", "share", "slides", "help"):
        lab.page.evaluate(f"document.getElementById('{name}').showPopover()")
        lab.page.locator(f"#{name} .close").click()
        expect(lab.page.locator(f"#{name}")).to_be_hidden()


LABELS: list[tuple[float, float, int, list[str]]] = [
    (0.3, 25, 7, ["0.5", "1", "2", "5", "10", "20"]),
    (0.3, 25, 3, ["1", "10"]),
    (1e-12, 10, 3, ["10⁻¹⁰", "10⁻⁵", "1"]),
]


def test_an_axis_has_no_more_labels_than_fit(lab: Lab) -> None:
    lab.open()
    names = lab.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    address = next(name for name in names if name.endswith("/figures/ranges.js"))
    for low, high, most, labels in LABELS:
        ticks = lab.page.evaluate(
            "async ([address, ...given]) => (await import(address)).logTicks(...given)", [address, low, high, most]
        )
        assert ticks["ticktext"] == labels


def test_where_there_is_no_path_no_scale_is_made_up_and_the_caption_says_what_to_do(lab: Lab) -> None:
    lab.open("v=1&o=gd")
    lab.page.get_by_label("Remove Gradient descent").click()
    lab.rest()
    expect(lab.page.locator("#caption")).to_contain_text("Add an optimiser to see a path.")
    assert lab.page.locator("#loss .xtick, #loss .ytick, #gradient .ytick").count() == 0
    expect(lab.page.locator("#loss .annotation-text")).to_have_text("no path")
    lab.open("v=1&o=!gd;!adam")
    expect(lab.page.locator("#caption")).to_contain_text("All optimisers are hidden.")


def test_a_run_that_cannot_begin_is_not_called_diverged(lab: Lab) -> None:
    lab.open("v=1&s=ackley&p=0,0&o=gd")
    expect(lab.optimizer(0).locator(".status")).to_have_text(re.compile("^Cannot begin: at the start"))
    assert lab.cell("end") == "no start"


def test_the_table_says_at_what_a_path_has_arrived(lab: Lab) -> None:
    lab.open("v=1&s=simple_saddle&p=1,0&n=1000&o=gd,learning_rate:0.1")
    (path,) = lab.record()
    assert path["status"] == "converged" and lab.cell("end") == path["critical_point"] == "saddle"


def test_a_rule_that_is_shown_is_seen_from_its_beginning(lab: Lab) -> None:
    lab.open("v=1&o=adam")
    lab.page.get_by_label("Show and edit Adam as a rule").click()
    box = lab.page.locator("#optimizer-list textarea")
    expect(box).to_be_focused()
    assert box.evaluate("box => [box.scrollLeft, box.selectionStart]") == [0, 0]


SIZES = """async (names) => {
  const [select, line] = ["#surface-select", ".formula-line"].map((place) => document.querySelector(place));
  const sizes = {};
  for (const name of names) {
    select.value = name;
    select.dispatchEvent(new Event("change"));
    await new Promise((done) => setTimeout(done));
    sizes[name] = [line.scrollWidth > line.clientWidth + 1, Number(line.style.getPropertyValue("--fit")), line.className];
  }
  return sizes;
}"""
"""Whether a surface's formula is still too wide, how much smaller it is, and what it is called, for each of some surfaces."""


@pytest.mark.parametrize("query", ["v=1", "v=1&lecture=1", "v=1&lecture=1&i=0"])
def test_no_formula_over_the_plot_is_cut_that_can_be_read_when_smaller(lab: Lab, query: str) -> None:
    names = [surface["name"] for surface in lab.page.request.get("/api/catalog").json()["surfaces"]]
    lab.open(query)
    sizes = lab.page.evaluate(SIZES, names)
    for wide, size, kind in sizes.values():
        assert ("long" in kind) == wide, "what is wider still fades at its end"
        assert size == 0.6 if wide else 0.6 <= size <= 1
    lab.rest()
    assert sum(wide for wide, *_ in sizes.values()) <= 2, "there is one formula of two lines"


@pytest.mark.parametrize("width", [920, 1000, 1199, 1400])
def test_headings_of_the_readings_do_not_run_into_what_stands_beside_them(lab: Lab, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 900})
    lab.open("v=1&s=gabor&b=5&o=gd;adam&n=30&k=9&i=0")
    overlaps = lab.page.evaluate(
        """() => [...document.querySelectorAll(".readings .titles")].filter((row) => row.checkVisibility()).flatMap((row) => {
          const range = document.createRange();
          const boxes = [...row.children].filter((one) => one.checkVisibility()).map((one) => {
            range.selectNodeContents(one);
            const own = one.getBoundingClientRect();
            const text = range.getBoundingClientRect();
            const wide = getComputedStyle(one).overflowX === "visible" ? Math.max(own.right, text.right) : own.right;
            return { left: own.left, right: wide, name: one.textContent };
          });
          return boxes.slice(1).filter(({ left }, at) => left < boxes[at].right - 1).map(({ name }) => name);
        })"""
    )
    assert overlaps == []


@pytest.mark.parametrize("width", [1280, 1400, 1920])
def test_names_stand_on_one_line_and_formulas_between_the_lines_above_and_below(lab: Lab, width: int) -> None:
    lab.page.set_viewport_size({"width": width, "height": 900})
    lab.open("v=1&s=gabor&o=gd;momentum;adam")
    heights = lab.page.evaluate("[...document.querySelectorAll('.optimizer header')].map((one) => one.clientHeight)")
    assert len(set(heights)) == 1
    for surface in ("gabor", "exponential_decay", "line"):
        lab.open(f"v=1&s={surface}&o=gd")
        room, top, bottom, plot = lab.page.evaluate(
            """() => {
              const signs = [...document.querySelectorAll(".formula-line :is(mi, mn, mo)")].map((sign) => sign.getBoundingClientRect());
              const edges = ["#room", "#canvas"].map((part) => document.querySelector(part).getBoundingClientRect().top);
              return [edges[0], Math.min(...signs.map(({ top }) => top)), Math.max(...signs.map(({ bottom }) => bottom)), edges[1]];
            }"""
        )
        assert room + 8 <= top and bottom <= plot, surface


def test_several_that_end_lowest_are_listed_as_one_lists_names(lab: Lab) -> None:
    lab.open("v=1&s=gabor&o=gd;gd;adam;newton")
    expect(lab.page.locator("#caption")).to_contain_text(
        "Gradient descent 1, Gradient descent 2 and Adam end lowest, at a loss of 0.6457"
    )


def test_brackets_around_what_is_low_are_low(lab: Lab) -> None:
    lab.open("v=1&f=sin(3*y)%2B(x/(1%2By**2)%2B1)**2&o=gd")
    brackets = "[...document.querySelectorAll('.formula-line mo')].filter(({ textContent }) => textContent === '(').map((one) => one.getBoundingClientRect().height)"
    sine, fraction = lab.page.evaluate(brackets)
    assert sine < 22 < fraction


@pytest.mark.parametrize(
    "query", ["v=1&s=easom&p=1,1&o=gd;adam&n=300", "v=1&f=1000000*(x**2-y**2)&o=gd;adam", "v=1&s=himmelblau&o=gd"]
)
def test_the_name_of_an_axis_is_not_written_over_its_numbers(lab: Lab, query: str) -> None:
    lab.open(query)
    for plot in ("loss", "gradient"):
        title, numbers = lab.page.evaluate(
            """(plot) => {
              const boxes = (selector) => [...document.querySelectorAll(`#${plot} ${selector}`)].map((one) => one.getBoundingClientRect());
              return [boxes(".ytitle")[0].right, Math.min(...boxes(".ytick text").map(({ left }) => left))];
            }""",
            plot,
        )
        assert title <= numbers, plot
