"""The address of the surface lab: it holds the whole state, and shows the same record to anyone."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.lab import Lab

ROUND_TRIP = """
async (count) => {
  const { indexCatalog, learn } = await import("/static/js/catalog.js");
  const { fetchRule } = await import("/static/js/api.js");
  const { encode, decode, HIDEABLE } = await import("/static/js/state.js");
  const { MAX_SEED } = await import("/static/js/codecs.js");
  const catalog = indexCatalog(await (await fetch("/api/catalog")).json());
  for (const rule of ["phi = phi - eta*g", "m = max(m, g)  # !/ ~; 100 % + π\\n\\nphi = phi - eta*m", "phi = -k^2*g;a=b # &?=+"]) {
    learn(await fetchRule({ rule }), catalog);
  }
  let seed = 12345;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const pick = (options) => options[Math.floor(random() * options.length)];
  const some = (options) => options.filter(() => random() < 0.3);
  const number = (low, high) => pick([
    () => low, () => high, () => low + (high - low) * random(), () => low + (high - low) * 10 ** (-12 * random()),
  ])();
  const value = (p) => ({
    switch: () => random() < 0.5,
    choice: () => pick(p.options),
    number: () => (random() < 0.3 ? p.default : p.integer ? Math.round(number(p.low, p.high)) : number(p.low, p.high)),
  })[p.kind]();
  const values = (parameters) => Object.fromEntries(parameters.map((p) => [p.name, value(p)]));
  const range = () => { const low = number(-100, 100); return [low, low + number(1e-3, 100)]; };
  const surface = () => {
    if (random() < 0.4) {
      const formula = pick(["x**2 - y**2", "sin(x) & 2^y%#?=+;,:@!", "φ·² e − x", "(x+y)/2"]) + random();
      return { formula, x: range(), y: range(), surface: null, parameters: {}, reduction: null };
    }
    const chosen = pick([...catalog.surfaces.values()]);
    const reduction = chosen.reductions.length ? pick(chosen.reductions) : null;
    return { formula: null, x: null, y: null, surface: chosen.name, parameters: values(chosen.parameters), reduction };
  };
  const schedule = () => {
    const chosen = pick([...catalog.schedules.values()]);
    const none = random() < 0.5 || chosen.name === catalog.defaults.schedule;
    return none ? null : { name: chosen.name, values: values(chosen.parameters) };
  };
  const chance = ({ surface }) => {
    const samples = catalog.surfaces.get(surface)?.data?.x.length ?? 0;
    const size = 1 + Math.floor(random() * samples);
    return {
      batches: samples && random() < 0.7 ? { size, sampling: pick(["epochs", "fresh"]) } : null,
      noise: samples || random() < 0.5 ? 0 : number(0, 1e6),
      axis: pick(samples ? ["steps", "epochs", "evaluations"] : ["steps", "evaluations"]),
    };
  };
  const optimizers = () => {
    const slots = [...Array(catalog.defaults.max_optimizers).keys()].sort(() => random() - 0.5);
    return slots.slice(0, Math.floor(random() * (slots.length + 1))).map((slot) => {
      const chosen = pick([...catalog.optimizers.values(), ...catalog.rules.values()]);
      const own = chosen.rule === undefined ? {} : { rule: chosen.rule };
      return { name: chosen.name, slot, hidden: random() < 0.3, values: values(chosen.parameters), schedule: schedule(), ...own };
    });
  };
  const state = () => {
    const chosen = surface();
    const listed = optimizers();
    const inside = (list) => ({
      inside: list.length && random() < 0.5 ? pick(list).slot : null, quantity: pick(["gradient", "m_hat", "v", "no_more"]),
    });
    const steps = 1 + Math.floor(random() * catalog.defaults.max_steps);
    return {
      ...chosen, ...chance(chosen), start: [number(-1e6, 1e6), number(-1, 1)], optimizers: listed, steps,
      step: Math.floor(random() * (steps + 1)), seed: Math.floor(random() * MAX_SEED),
      ...inside(listed), substep: Math.floor(random() * 7),
      layers: some(["surface", "seeds", "whole", "samples", "curvature"]), gradientView: pick(["cloud", "norm"]), view: pick(["2d", "3d"]),
      camera: random() < 0.5 ? null : Array.from({ length: 6 }, () => number(-3, 3)),
      theme: pick(["auto", "light", "dark"]), hide: some(HIDEABLE), embed: random() < 0.5, lecture: random() < 0.5,
    };
  };
  const sorted = (object) => JSON.stringify(Object.entries(object).sort());
  const faults = [];
  for (let k = 0; k < count; k += 1) {
    const before = state();
    const query = encode(before, catalog);
    const through = new URL(`http://host/?${query}`).search;
    if (sorted(decode(through, catalog)) !== sorted(before)) faults.push(query);
  }
  return faults;
}
"""

GHOSTS = "document.querySelector('#contour .js-plotly-plot').data.filter(({ mode, opacity }) => mode === 'lines' && opacity === 0.4).length"
RANGES = "['xaxis', 'yaxis'].map((axis) => document.querySelector('#contour .js-plotly-plot')._fullLayout[axis].range)"

BACK_AND_ON = """() => new Promise((done) => {
  const plot = document.querySelector("#contour");
  const { left, top, width, height } = plot.getBoundingClientRect();
  const tap = { clientX: left + width / 3, clientY: top + height / 3, isPrimary: true, pointerType: "touch", bubbles: true };
  const on = () => ["pointerdown", "pointerup"].forEach((name) => plot.dispatchEvent(new PointerEvent(name, tap)));
  addEventListener("popstate", () => setTimeout(() => done(on())), { once: true });
  history.back();
})"""
"""Back, and the start is moved before anything can have been answered."""


@pytest.fixture
def lab(page: Page) -> Lab:
    return Lab(page)


def test_decoding_an_encoded_state_gives_the_same_state(lab: Lab) -> None:
    lab.load()
    assert lab.page.evaluate(ROUND_TRIP, 3000) == []


def test_the_state_of_a_first_visit_has_an_empty_address(lab: Lab) -> None:
    lab.load("v=1&s=himmelblau&o=gd,learning_rate:0.02;!adam@4&p=1,2&n=300&k=7&a=evaluations&theme=dark&hide=table")
    kept = "s=himmelblau o=gd,learning_rate:0.02;!adam@4 p=1,2 n=300 k=7 a=evaluations theme=dark hide=table"
    assert set(lab.query.split("&")) == {"v=1", *kept.split(" ")}


@pytest.mark.parametrize(
    "query",
    [
        "v=1&s=rosenbrock&sp=b:42&o=gd,learning_rate:0.0007;adam,beta:0.95,bias_correction:0~warmup_cosine,warmup:7&p=-1.25,0.5&n=700&k=123",
        "v=1&s=gabor&r=mean&o=momentum,form:heavy_ball,nesterov:1;rmsprop&p=2,9",
        "v=1&f=sin(x)%2By**2/4&x=-4,5&y=-2,2&o=adagrad;adamw&p=2.5,1.5",
    ],
)
def test_a_copied_address_gives_the_same_record_in_a_new_browser(
    lab: Lab, browser: Browser, base_url: str, query: str
) -> None:
    with lab.page.expect_response("**/api/trajectories") as first:
        lab.load(query)
    lab.page.locator("button[popovertarget=share]").click()
    address = lab.page.locator("#share input").input_value()
    body = first.value.body()
    context = browser.new_context(base_url=base_url)
    other = context.new_page()
    with other.expect_response("**/api/trajectories") as second:
        other.goto(address)
    assert second.value.body() == body
    context.close()


def test_nonsense_in_an_address_is_as_on_a_first_visit(lab: Lab) -> None:
    lab.load(
        "v=1&s=nowhere&o=gd,learning_rate:banana,unknown:3~nowhere,factor:3;unheard_of~step&p=1&n=-5&k=x&theme=plaid&hide=the,sea&c=1,2"
    )
    assert lab.body["steps"] == 500
    (optimizer,) = lab.body["optimizers"]
    assert optimizer["name"] == "gd" and "schedule" not in optimizer


def test_going_back_returns_from_a_scenario(lab: Lab) -> None:
    lab.load("v=1&s=himmelblau&o=gd")
    lab.page.locator("button[popovertarget=scenarios]").click()
    lab.page.locator("#scenarios a").first.click()
    lab.rest()
    assert "s=himmelblau&o=gd" not in lab.query
    lab.page.go_back()
    lab.rest()
    assert lab.query == "v=1&s=himmelblau&o=gd"
    assert [optimizer["name"] for optimizer in lab.body["optimizers"]] == ["gd"]


def test_going_back_closes_what_is_open_over_the_page_and_stops_what_plays(lab: Lab) -> None:
    lab.load("v=1&s=himmelblau&o=gd&k=3")
    lab.open("v=1&s=booth&o=gd&k=0")
    lab.page.locator("#play").click()
    lab.page.keyboard.press("?")
    expect(lab.page.locator("#help")).to_be_visible()
    lab.page.go_back()
    expect(lab.page.locator("#help")).to_be_hidden()
    lab.rest()
    assert lab.query == "v=1&s=himmelblau&o=gd&k=3"
    assert lab.page.locator("#play").get_attribute("aria-label") == "Play"


def test_going_back_leaves_no_path_of_where_one_was_and_no_zoom(lab: Lab) -> None:
    lab.load("v=1&s=himmelblau&o=gd&n=30")
    ranges = lab.page.evaluate(RANGES)
    lab.open("v=1&s=himmelblau&o=gd&n=30&p=1,1")
    lab.page.locator("#start-point").press("ArrowRight")
    lab.page.locator("#contour").hover()
    lab.page.mouse.wheel(0, -400)
    lab.rest()
    assert lab.page.evaluate(GHOSTS) == 1
    assert lab.page.evaluate(RANGES) != ranges
    lab.page.go_back()
    lab.rest()
    assert lab.query == "v=1&s=himmelblau&o=gd&n=30"
    assert lab.page.evaluate(GHOSTS) == 0
    assert lab.page.evaluate(RANGES) == ranges


def test_a_start_that_is_moved_before_the_paths_are_there_leaves_none_of_another_place(lab: Lab) -> None:
    lab.load("v=1&s=himmelblau&o=gd&n=30")
    lab.open("v=1&s=himmelblau&o=gd&n=30&p=1,1")
    lab.page.evaluate(BACK_AND_ON)
    lab.rest()
    assert lab.page.evaluate(GHOSTS) == 0
    lab.page.locator("#start-point").press("ArrowRight")
    lab.rest()
    assert lab.page.evaluate(GHOSTS) == 1, "of this place there is one"


@pytest.mark.parametrize("path", ["/", "/training"])
def test_space_plays_the_card_that_was_just_opened(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("button[popovertarget=scenarios]").click()
    page.locator("#scenarios a").nth(3).click()
    expect(page.locator("#scenarios")).to_be_hidden()
    page.keyboard.press("r")
    expect(page.locator("#position")).to_contain_text("0 / ")
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_attribute("aria-label", "Pause")
    expect(page.locator("#scenarios")).to_be_hidden()
