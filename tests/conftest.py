"""What all tests share: a real server in a process of its own, a real browser, the reference."""

import gc
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.browser import chromium

ROOT = Path(__file__).parents[1]
REFERENCE = Path(__file__).parent / "reference"
START_SECONDS = 60.0
WINDOW = {"viewport": {"width": 1400, "height": 900}}

# On a busy machine any example may take long; what has to be fast is measured in seconds of work.
hypothesis.settings.register_profile(
    "without deadlines", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("without deadlines")

FIXED = ("has_touch", "is_mobile")
"""What a context has for good; all else is set on a page, so that pages of any window share their compiled scripts."""

Pages = Callable[[dict[str, Any]], Page]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests come to stay: garbage is not looked for while they are read, and never among them."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Beside other workers a test that is marked `alone` waits for the machine, and the others for it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return (yield)
    from tests.turns import Turns

    with Turns(item.config.cache.mkdir("turns")).turn(item.get_closest_marker("alone") is not None):
        return (yield)


class Server:
    """A real `fallline serve` on a free port, or on the one that is given."""

    def __init__(self, log: Path, port: int | None = None, options: tuple[str, ...] = (), **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = port or int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        command = [sys.executable, "-m", "app.cli", "serve", "--port", str(self.port), *options]
        with log.open("wb") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment, stdout=out, stderr=out)
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        with httpx.Client(verify=False, timeout=2) as client:  # no certificates: reading them takes as long as the rest
            while time.monotonic() < end and self.process.poll() is None:
                try:
                    if client.get(self.url + "/health/ready").status_code == 200:
                        return
                except httpx.TransportError:
                    time.sleep(0.05)
        self.stop()
        pytest.fail(f"the server did not start:\n{self.log.read_text()[-4000:]}")

    def stop(self) -> None:
        """End the server, as a terminal would."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that most tests talk to."""
    running = Server(tmp_path_factory.mktemp("server") / "log.txt")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    return server.url


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, timeout=30) as made:
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real headless Chromium; none is a failure, not a skip."""
    path = chromium.find(chromium.SHELL)
    if path is None:
        pytest.fail(chromium.MISSING)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=chromium.FLAGS)
        yield launched
        launched.close()


class Watched:
    """A new page that remembers console errors, page errors, and requests that left the origin."""

    def __init__(self, page: Page, origin: str) -> None:
        self.errors: list[str] = []
        self.strangers: list[str] = []
        self.page, self.context, self.origin = page, page.context, origin
        self.page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.context.on("request", self._note)

    def _note(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:", "about:")):
            self.strangers.append(request.url)

    def close(self) -> None:
        """Leave the context as it was."""
        self.page.close()
        self.context.remove_listener("request", self._note)
        self.context.clear_cookies()

    def check(self, *expected: str) -> None:
        """End with the page: there must be no error but those with an expected text, and no foreign request."""
        self.page.close()
        self.check_so_far(*expected)

    def check_so_far(self, *expected: str) -> None:
        """The same of a page that goes on; what is to come is looked at by itself."""
        errors, strangers = self.errors[:], self.strangers[:]
        self.errors.clear()
        self.strangers.clear()
        assert [error for error in errors if not any(text in error for text in expected)] == []
        assert strangers == []


@pytest.fixture
def context_options() -> dict[str, Any]:
    """Override in a test module or class to change the window, the colour scheme and so on."""
    return WINDOW


@pytest.fixture(scope="session")
def pages(browser: Browser, base_url: str) -> Pages:
    """New pages with such options; one that stays open keeps their process, and the scripts compiled in it."""

    made: dict[str, BrowserContext] = {}

    def page(options: dict[str, Any]) -> Page:
        fixed = {name: value for name, value in options.items() if name in FIXED}
        key = json.dumps(fixed, sort_keys=True)
        if key not in made:
            made[key] = browser.new_context(base_url=base_url, viewport=options["viewport"], **fixed)
            made[key].new_page().goto("/health/live")
        new = made[key].new_page()
        new.set_viewport_size(options["viewport"])
        new.emulate_media(**{name: value for name, value in options.items() if name not in (*FIXED, "viewport")})
        return new

    return page


@pytest.fixture
def watched(pages: Pages, base_url: str, context_options: dict[str, Any]) -> Iterator[Watched]:
    """A new page. The site keeps nothing in the browser but what may be cached, and the cookies are cleared."""
    watched = Watched(pages(context_options), base_url)
    yield watched
    watched.close()


@pytest.fixture
def page(watched: Watched) -> Iterator[Page]:
    """A new page; after the test there must be no console error and no foreign request."""
    yield watched.page
    watched.check()


@pytest.fixture(scope="session")
def cases() -> dict[str, dict[str, Any]]:
    """The reference's cases by id."""
    return {case["id"]: case for case in json.loads((REFERENCE / "cases.json").read_text())["cases"]}


@pytest.fixture(scope="session")
def fixtures() -> dict[str, Any]:
    """The reference's data sets."""
    found: dict[str, Any] = json.loads((REFERENCE / "cases.json").read_text())["fixtures"]
    return found
