"""Clients that never read, that vanish, and that send too slowly: they cost their socket, for a while, and nobody else."""

import socket
import statistics
import time
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.timing import Row, at_most
from tests.soak.serving import Options, Served, all_of, remembered, request, until
from tests.soak.streams import PAGE

SILENT, VANISHED, SLOW = 50, 200, 10
LARGE = {
    "surface": {"name": "rosenbrock"},
    "optimizers": [{"name": "adam"}] * 4,
    "steps": 5000,
}
"""Its answer is some megabytes: more than sockets hold, as are the streams' frames below."""
FRAME = 0.1
"""Seconds that one of the streams' frames lasts."""


def connections(server: Served, count: int, sent: bytes) -> list[socket.socket]:
    """Clients that have asked, with little room for what comes back."""
    made = []
    for _ in range(count):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.connect(("127.0.0.1", server.port))
        one.sendall(sent)
        made.append(one)
    return made


def settled(server: Served, seconds: float = 2.0) -> int:
    """How many sockets the server has open once those of earlier clients have gone."""
    begun, least = time.monotonic(), server.sockets
    while time.monotonic() - begun < seconds:
        if server.sockets < least:
            begun, least = time.monotonic(), server.sockets
        time.sleep(0.05)
    return least


def never_reading(server: Served, what: str, sent: bytes) -> Iterator[Row]:
    server.get("/health/live")
    before, begun = settled(server), time.monotonic()
    with remembered(server) as memory:
        clients = connections(server, SILENT, sent)
        held = until(lambda: server.sockets >= before + SILENT, 5)
        latencies = []
        while time.monotonic() - begun < 25 and server.sockets > before:
            asked = time.monotonic()
            server.get("/health/live")
            latencies.append(1e3 * (time.monotonic() - asked))
            time.sleep(0.05)
        seconds = time.monotonic() - begun
        count = before + SILENT - server.sockets
        for one in clients:
            one.close()
        time.sleep(1)
    name = f"{SILENT} clients that never read {what}"
    yield Row(name, "all are held at first", "yes" if held is not None else "no", held is not None)
    yield all_of(name, "closed by the server", count, SILENT)
    yield at_most(name, "seconds until then", seconds, 20, "s")
    yield at_most(
        name, f"memory, from {memory.found[0][1]:.0f} MB, at most", memory.peak - memory.found[0][1], 20, "MB"
    )
    yield at_most(name, "others wait meanwhile, at most", max(latencies), 500, "ms")


def vanishing(server: Served, sent: bytes) -> Iterator[Row]:
    clients = connections(server, VANISHED, sent)
    seen = until(lambda: server.streams == VANISHED, 30)
    for one in clients:
        one.close()
    begun = time.monotonic()
    gone = until(lambda: server.streams == 0, 10, every=0.005)
    name = f"{VANISHED} clients that vanish from their streams"
    yield Row(name, "all were served before", "yes" if seen is not None else f"{server.streams}", seen is not None)
    yield at_most(name, "all work has ended after", 10 if gone is None else time.monotonic() - begun, 3 * FRAME, "s")


def slowly(server: Served, what: str, first: bytes, deadline: float) -> Iterator[Row]:
    """Clients that send a byte a second."""
    clients = connections(server, SLOW, first)
    begun = time.monotonic()
    ends: dict[int, float] = {}
    while len(ends) < SLOW and time.monotonic() - begun < deadline + 10:
        for one in clients:
            if one.fileno() in ends:
                continue
            try:
                one.sendall(b"a")
            except OSError:
                ends[one.fileno()] = time.monotonic() - begun
        time.sleep(0.25)
    for one in clients:
        one.close()
    name = f"{SLOW} clients whose {what} comes a byte at a time"
    yield all_of(name, "closed by the server", len(ends), SLOW)
    middle = statistics.median(ends.values()) if ends else float("inf")
    yield at_most(name, f"from its deadline of {deadline:g} s", abs(middle - deadline), 2, "s")


def rows(options: Options) -> Iterator[Row]:
    body: dict[str, Any] = PAGE | {"steps": 5000}
    with Served(options) as server:
        endless = PAGE | {"steps": 10_000, "frames": {}}
        stream = request("/api/training?pace=3000", endless, "text/event-stream")
        server.ask("POST", "/api/training", PAGE | {"steps": 10})
        yield from never_reading(server, "a stream", stream)
        yield from never_reading(server, "a large answer", request("/api/trajectories", LARGE, "application/json"))
        yield from vanishing(server, request("/api/training?pace=10", body, "text/event-stream"))
        yield from slowly(server, "header", b"GET / HTTP/1.1\r\nHost: soak\r\nX: ", 10)
        head = (
            "POST /api/formulas HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n"
        )
        yield from slowly(server, "body", head.encode(), 30)
        yield Row("after all that", "the server says nothing", f"{len(server.faults)} lines", not server.faults)
