"""Events through a proxy: each when it is due, none missing, and an end on both sides when one side ends."""

import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from playwright.sync_api import sync_playwright

from tests.app.asking import BODIES
from tests.benchmarks.timing import Row, at_most
from tests.browser import chromium
from tests.browser.training_lab import TrainingLab
from tests.soak.caddy import SITE, Caddy, everything
from tests.soak.serving import JSON, Served, all_of, none, remembered, request, until
from tests.soak.signals import ADDRESS
from tests.soak.streams import PAGE

COUNT = 50
PACE = 10
SECONDS = 15
"""Longer than Caddy waits for a header, and than the server for a client that does not read."""
SILENT = 20
EVENTS = "text/event-stream"
LATE = 250.0
"""Milliseconds by which an event may come too late or too early, on two cores that do all of this."""


class Listener(threading.Thread):
    """A client that reads a stream to its end, and notes when each event came."""

    def __init__(self, caddy: Caddy, path: str, body: Any) -> None:
        super().__init__()
        self.caddy, self.path, self.body = caddy, path, body
        self.arrivals: list[float] = []
        self.steps: list[dict[str, Any]] = []
        self.outcome, self.pings, self.status = "broken", 0, 0
        self.start()

    def run(self) -> None:
        link = self.caddy.connection()
        link.request("POST", self.path, json.dumps(self.body), {"Content-Type": JSON, "Accept": EVENTS})
        response = link.getresponse()
        self.status = response.status
        name = ""
        while line := response.readline():
            self.pings += line.startswith(b":")
            if line.startswith(b"event: "):
                name = line[7:-1].decode()
            elif line.startswith(b"data: ") and name == "steps":
                self.arrivals.append(time.monotonic())
                self.steps.append(json.loads(line[6:]))
            elif line.startswith(b"data: "):
                self.outcome = name
        link.close()

    def late(self, pace: float) -> Any:
        """Milliseconds by which each event came later than due, by the clock of the first."""
        firsts = np.array([event["first"] for event in self.steps])
        return 1e3 * (np.array(self.arrivals) - self.arrivals[0] - firsts / pace)

    def losses(self, runs: str) -> list[list[float]]:
        """The losses of each run, of all events together."""
        parts = [[run["loss"] for run in event[runs]] for event in self.steps]
        return [list(chain.from_iterable(pieces)) for pieces in zip(*parts, strict=True)]


def paced(name: str, server: Served, caddy: Caddy, path: str, body: Any, runs: str, count: int) -> Iterator[Row]:
    expected = [run["loss"] for run in json.loads(server.ask("POST", path, body)[2])[runs]]
    listeners = [Listener(caddy, f"{path}?pace={PACE}", body) for _ in range(count)]
    seen = until(lambda: server.streams == count, 10)
    for listener in listeners:
        listener.join()
    steps = body["steps"]
    in_order = sum([event["first"] for event in one.steps] == list(range(steps + 1)) for one in listeners)
    name = f"{name}, {count} × {path}?pace={PACE}, {steps} steps"
    yield Row(name, "open at the same time: all", f"{count if seen is not None else server.streams}", seen is not None)
    yield all_of(name, "with each step, in order, and the event `end`", in_order, count)
    same = sum(one.losses(runs) == expected and one.outcome == "end" for one in listeners)
    yield all_of(name, "with the bits of an answer without a stream", same, count)
    late = np.abs(np.concatenate([one.late(PACE) for one in listeners]))
    told = f"an event comes when it is due ({np.median(late):.1f} ms from it in the middle, {np.percentile(late, 99):.0f} ms p99), at most"
    yield at_most(name, told, float(late.max()), LATE, "ms")


def pinged(name: str, caddy: Caddy) -> Iterator[Row]:
    one = Listener(caddy, "/api/trajectories?pace=0.4", BODIES["/api/trajectories"] | {"steps": 2})
    one.join()
    yield Row(name, "a stream that has nothing to say: comments ≥ 2", str(one.pings), one.pings >= 2)


def opened(caddy: Caddy, count: int, sent: bytes, room: int = 0) -> list[socket.socket]:
    """Clients that have asked, with so little room for what comes back."""
    made: list[socket.socket] = []
    for _ in range(count):
        link = caddy.connect()
        if room:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        link.sendall(sent)
        made.append(link)
    return made


def left(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    sent = request(f"/api/training?pace={PACE}", PAGE | {"steps": 5000}, EVENTS, SITE)
    links = opened(caddy, COUNT, sent)
    seen = until(lambda: server.streams == COUNT, 30)
    status, headers, body = caddy.ask("POST", "/api/training?pace=1", PAGE | {"steps": 50}, Accept=EVENTS)
    busy = status == 503 and "retry-after" in headers and json.loads(body)["error"]["code"] == "busy"
    yield Row(name, "one stream more than are allowed: 503, with the time to wait", str(status), busy)
    begun = time.monotonic()
    for link in links:
        link.close()
    gone = until(lambda: server.streams == 0, 20)
    yield Row(
        name,
        f"{COUNT} clients that vanish from their streams, served before",
        "yes" if seen is not None else "no",
        seen is not None,
    )
    yield at_most(name, "their work has ended after", 99 if gone is None else time.monotonic() - begun, 1, "s")


def closed_pages(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    """A browser speaks HTTP/2, where a client leaves a stream and not a connection."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=chromium.FLAGS)
        context = browser.new_context(base_url=caddy.url, ignore_https_errors=True)
        page = context.new_page()
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        lab = TrainingLab(page).open(ADDRESS)
        protocol = page.evaluate("performance.getEntriesByType('navigation')[0].nextHopProtocol")
        lab.play()
        lab.reach(40)
        running = server.streams
        page.close()
        gone = until(lambda: server.streams == 0, 10)
        browser.close()
    yield Row(
        name,
        "a page that trains, over HTTP/2 or newer",
        f"{protocol}, {running} stream",
        protocol in ("h2", "h3") and running == 1,
    )
    yield none(name, "errors in the page", len(faults), "errors")
    yield at_most(name, "closed, its work has ended after", 99 if gone is None else gone, 1, "s")


def silent(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    sent = request("/api/training?pace=3000", PAGE | {"steps": 10_000, "frames": {}}, EVENTS, SITE)
    with remembered(server) as memory:
        links = opened(caddy, SILENT, sent, room=4096)
        seen = until(lambda: server.streams == SILENT, 5)
        gone = until(lambda: server.streams == 0, 30)
    held = caddy.resident_megabytes()
    for link in links:
        link.close()
    yield Row(
        name, f"{SILENT} clients that never read, served before", "yes" if seen is not None else "no", seen is not None
    )
    yield at_most(name, "the server lets them go after", 99 if gone is None else gone, 15, "s")
    yield at_most(name, "its memory meanwhile, more by", memory.peak - memory.found[0][1], 20, "MB")
    yield at_most(name, "Caddy's memory", held, 200, "MB")


def told_at_the_end(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    sent = request(f"/api/training?pace={PACE}", PAGE | {"steps": 5000}, EVENTS, SITE)
    links = opened(caddy, COUNT, sent.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
    seen = until(lambda: server.streams == COUNT, 30)
    begun = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    told = sum(b"event: closing" in everything(link) for link in links)
    code = server.process.wait(30)
    seconds = time.monotonic() - begun
    yield Row(name, f"SIGTERM with {COUNT} streams open", "yes" if seen is not None else "no", seen is not None)
    yield all_of(name, "clients told (`event: closing`)", told, COUNT)
    yield at_most(name, f"the server ended (exit code {code}) after", seconds if code == 0 else 99, 5, "s")


def streams(name: str, server: Served, caddy: Caddy) -> Iterator[Row]:
    """All of it; the server has ended then."""
    steps = PACE * SECONDS
    yield from paced(
        name, server, caddy, "/api/trajectories", BODIES["/api/trajectories"] | {"steps": steps}, "trajectories", 1
    )
    yield from paced(name, server, caddy, "/api/training", PAGE | {"steps": steps}, "runs", COUNT)
    yield from pinged(name, caddy)
    yield from left(name, server, caddy)
    yield from closed_pages(name, server, caddy)
    yield from silent(name, server, caddy)
    yield from told_at_the_end(name, server, caddy)
