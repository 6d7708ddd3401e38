"""The server ends at a signal and tells every stream; it is killed, and every page goes on by itself, to the bit."""

import json
import re
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from playwright.sync_api import BrowserContext, sync_playwright

from tests.benchmarks.timing import Row, at_most
from tests.browser import chromium
from tests.browser.lab import Lab
from tests.browser.training_lab import TrainingLab
from tests.soak.serving import Options, Served, all_of, request, until
from tests.soak.streams import PAGE

COUNT = 300
TABS = 3
"""Of each page."""
ADDRESS = "v=1&dp=n:60&h=4&b=10&n=900&o=adam"
AWAY = 4.0
"""Seconds that the server is away."""
Way = Callable[[int], AbstractContextManager[str]]
"""From a server's port to the address at which pages find it."""


def told_at_the_end(options: Options) -> Iterator[Row]:
    with Served(options) as server:
        asked = request("/api/training?pace=10", PAGE | {"steps": 5000}, "text/event-stream")
        clients = []
        for _ in range(COUNT):
            one = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            one.sendall(asked)
            clients.append(one)
        for one in clients:
            assert one.recv(20)
        count = server.streams if options.workers <= 1 else COUNT
        begun = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        told = sum(b"event: closing" in everything(one) for one in clients)
        code = server.process.wait(30)
        seconds = time.monotonic() - begun
        name = f"SIGTERM with {COUNT} streams"
        yield all_of(name, "streams open before", count, COUNT)
        yield all_of(name, "clients told (`event: closing`)", told, COUNT)
        yield at_most(name, "ended after", seconds, 5, "s")
        yield Row(name, "exit code 0", str(code), code == 0)
        yield Row(name, "nothing on standard error", f"{len(server.faults)} lines", not server.faults)


def everything(one: socket.socket) -> bytes:
    """What comes until the server closes."""
    received = b""
    while part := one.recv(65536):
        received += part
    one.close()
    return received


@contextmanager
def directly(port: int) -> Iterator[str]:
    """The address of the server itself."""
    yield f"http://127.0.0.1:{port}"


def back_after_a_kill(options: Options, before: Way = directly, tabs: int = TABS) -> Iterator[Row]:
    """The pages are opened at what `before` stands before the server."""
    path = chromium.find()
    if path is None:
        raise SystemExit(chromium.MISSING)
    with Served(options) as first, before(first.port) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        context = browser.new_context(base_url=address, ignore_https_errors=True)
        trainings = [TrainingLab(context.new_page()).open(ADDRESS) for _ in range(tabs)]
        surfaces = [opened(context) for _ in range(tabs)]
        for lab in trainings:
            lab.play()
            lab.reach(40)
        first.process.kill()
        first.process.wait(5)
        reached = [lab.step for lab in trainings]
        for lab in surfaces:
            box = lab.page.get_by_label("Steps, number")
            box.fill("700")
            box.press("Enter")
        noticed = sum(
            until(lambda lab=lab: lab.page.locator("#trouble").is_visible(), 10) is not None
            for lab in (*trainings, *surfaces)
        )
        time.sleep(AWAY)
        with Served(options, port=first.port) as second:
            begun = time.monotonic()
            seconds = 0.0
            for lab in (*trainings, *surfaces):
                gone = until(lambda lab=lab: not lab.page.locator("#trouble").is_visible(), 30)
                seconds = max(seconds, 99.0 if gone is None else time.monotonic() - begun)
            same = 0
            for lab in trainings:
                lab.reach(900, 60)
                lab.rest()
                asked = {key: value for key, value in lab.bodies("training")[-1].items() if key != "frames"}
                alone = json.loads(second.ask("POST", "/api/training", asked)[2])["runs"][0]
                same += lab.curve() == list(zip(alone["step"], alone["loss"], strict=True))
            shown = sum(bool(re.search(r"\b700\b", lab.page.locator("#position").inner_text())) for lab in surfaces)
        browser.close()
    name = f"kill −9 under {tabs} tabs that train and {tabs} with a surface, {AWAY:g} s away"
    yield all_of(name, "pages that noticed", noticed, 2 * tabs)
    yield Row(name, "training was under way", f"steps {reached} of 900", max(reached) < 900)
    yield at_most(name, "seconds after the server's return until the last page is back", seconds, 15, "s")
    yield all_of(name, "training curves bit-equal to an undisturbed run", same, tabs)
    yield all_of(name, "surfaces with the steps that were asked for meanwhile", shown, tabs)


def opened(context: BrowserContext) -> Lab:
    return Lab(context.new_page()).open("v=1&s=rosenbrock&n=300")


def rows(options: Options) -> Iterator[Row]:
    yield from told_at_the_end(options)
    yield from back_after_a_kill(options)
