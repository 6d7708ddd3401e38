"""Pages under faults, as the tests of trouble use them."""

import time

import httpx
import numpy as np
from playwright.sync_api import Page

from tests.browser.faulty_proxy import ENOUGH, Fault, FaultyProxy
from tests.browser.lab import Lab
from tests.browser.room import Room
from tests.browser.training_lab import TrainingLab

Either = Lab | TrainingLab
RETURN = 15.0
"""Seconds after the server's return within which every page goes on."""
QUERY = {"/": "v=1&s=himmelblau&o=gd;adam&n=100", "/training": "v=1&dp=n:60&h=4&b=10&n=240&o=sgd;adam"}
PLACES = """() => JSON.stringify([...document.querySelectorAll("main *:not(.trouble, .trouble *)")]
  .filter((node) => !node.closest("svg, math, .js-plotly-plot"))
  .map((node) => { const { x, y, width, height } = node.getBoundingClientRect(); return [x, y, width, height]; }))"""
CURVES = """() => [...document.querySelector("#loss > div").data]
  .filter(({ mode, x }) => mode === "lines" && x.length > 2).map(({ y }) => [...y])"""
FAULTS = {
    "more than its share": Fault(status=429),
    "nobody behind the gateway": Fault(status=502),
    "answers that break off": Fault(cut=ENOUGH),
    "gone": None,
}


def remembering(page: Page) -> Page:
    """The page remembers that it was not loaded again, and what went wrong in it."""
    page.add_init_script(
        "window.kept = []; for (const kind of ['error', 'unhandledrejection'])"
        " addEventListener(kind, (event) => window.kept.push(String(event.reason ?? event.message)));"
    )
    return page


def wish(lab: Room, rate: str) -> None:
    """Ask for something: another learning rate."""
    lab.number(0, "learning_rate").fill(rate)


def told(lab: Room, text: str, seconds: float = 20.0) -> None:
    """Wait until the page tells it. (Playwright's own waiting looks once in a second.)"""
    lab.until(f"document.querySelector('#trouble').textContent.includes('{text}')", seconds)


def between_attempts(lab: Room) -> None:
    """Wait until the page says that it waits, for a second at least: then nothing of it is under way."""
    lab.until(r"/in ([2-9]|\d\d) s/.test(document.querySelector('#trouble .again').textContent)", 60)


def well(proxy: FaultyProxy) -> None:
    proxy.fault = Fault()
    proxy.back()


def strike(proxy: FaultyProxy, fault: Fault | None) -> None:
    """Let a fault happen; None: nobody is there."""
    if fault is None:
        proxy.gone()
    else:
        proxy.fault = fault


def recovered(labs: list[Either], seconds: float = 3 * RETURN) -> None:
    """All pages are well again by themselves; a busy machine may need longer than they wait."""
    end = time.monotonic() + seconds
    for lab in labs:
        lab.until("document.getElementById('room').ariaBusy === 'false'", end - time.monotonic())
        lab.until("!document.querySelector('#trouble').textContent.includes('nothing is lost')")


def assert_bits(lab: Either, client: httpx.Client) -> None:
    """The loss curves of a page are what the server answers to its last wish, to the bit."""
    training = isinstance(lab, TrainingLab)
    body = lab.bodies("training/states")[-1] if isinstance(lab, TrainingLab) else lab.body
    plain = {name: value for name, value in body.items() if name not in ("frames", "step", "unit")}
    answer = client.post("/api/training" if training else "/api/trajectories", json=plain).json()
    runs = [run["loss"] for run in answer["runs" if training else "trajectories"]]
    if isinstance(lab, TrainingLab):
        for position, loss in enumerate(runs):
            held = [value for _, value in lab.curve(position)]
            assert held == loss[: len(held)]
        return
    drawn = lab.page.evaluate(CURVES)
    assert drawn == [np.float32(loss).tolist() for loss in runs]
