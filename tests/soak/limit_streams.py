"""The limits of streams: how many there are, what they hold together, how much an event has."""

import json
import re
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.soak.limit_times import LARGE, LONG, Tried
from tests.soak.serving import Options, Served, request, until
from tests.soak.streams import PAGE

CROWD = 100
"""Far more than are allowed."""


def opened(server: Served, sent: bytes, counts: tuple[int, ...]) -> tuple[list[dict[str, int]], int, bool]:
    """The statuses of streams that are asked for in waves, how many are open then, and whether all end with their clients."""
    links, waves = [], []
    for count in counts:
        wave = [socket.create_connection(("127.0.0.1", server.port), timeout=30) for _ in range(count)]
        for one in wave:
            one.sendall(sent)
        waves.append(dict(Counter(one.recv(16)[9:12].decode() for one in wave)))
        links += wave
    known = server.streams
    for one in links:
        one.close()
    return waves, known, until(lambda: server.streams == 0, 10) is not None


def max_streams() -> tuple[bool, str]:
    most = 20
    with Served(Options(), FALLLINE_MAX_STREAMS=str(most)) as server:
        sent = request("/api/training?pace=5", PAGE | {"steps": 5000}, "text/event-stream")
        waves, known, ended = opened(server, sent, (most, 1, CROWD))
    holds = waves == [{"200": most}, {"503": 1}, {"503": CROWD}] and known == most and ended
    return holds, f"{waves[0]}, one more {waves[1]}, {CROWD} more {waves[2]}; {known} open"


def max_stream_bytes() -> tuple[bool, str]:
    """Streams of large networks, two megabytes each, and six in all: a crowd of others costs no memory that stays."""
    with Served(Options(), FALLLINE_MAX_STREAM_BYTES="7000000", FALLLINE_QUEUE_SECONDS="60") as server:
        sent = request("/api/training?pace=0.1", LONG | {"steps": 100}, "text/event-stream")
        server.ask("POST", "/api/training", LONG | {"steps": 1})
        few, _, ended = opened(server, sent, (2,))
        before = server.resident_megabytes()
        waves, known, over = opened(server, sent, (2, 1, 1, 1, 40))
        grown = server.resident_megabytes() - before
    count = sum(wave.get("200", 0) for wave in waves)
    holds = few == [{"200": 2}] and waves[0] == {"200": 2} and waves[-1] == {"503": 40}
    holds = holds and 3 <= count == known <= 7 and ended and over and grown < 30
    return holds, f"{count} of 2 MB each within 7 MB, then {waves[-1]}; memory +{grown:.1f} MB"


def sizes(
    path: str, body: dict[str, Any], events: int, found: Callable[[dict[str, Any]], int], settings: dict[str, str]
) -> list[int]:
    """How many entries each of the first events of a stream has."""
    with (
        Served(Options(), **settings) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=20) as one,
    ):
        one.sendall(request(path, body, "text/event-stream"))
        received = b""
        while received.count(b"event: steps") <= events and (part := one.recv(65536)):
            received += part
    text = re.sub(rb"\r\n[0-9a-f]+\r\n", b"", received)
    return [found(json.loads(data)) for data in re.findall(rb"event: steps\nid: \d+\ndata: (.*)\n\n", text)[:events]]


def stream_block() -> tuple[bool, str]:
    body = LARGE | {"steps": 20_000 // 4}
    seen = {
        pace: max(sizes(f"/api/trajectories{pace}", body, 4, lambda data: len(data["trajectories"][0]["loss"]), {}))
        for pace in ("?pace=60", "", "?pace=601", "?pace=100000")
    }
    return list(seen.values()) == [2, 20, 20, 20], f"steps in an event, by pace: {seen}"


def event_records() -> tuple[bool, str]:
    body = PAGE | {"steps": 9_000, "record_every": 1}
    seen = {
        pace: max(
            sizes(f"/api/training?pace={pace}", body, 3, lambda data: sum(len(run["loss"]) for run in data["runs"]), {})
        )
        for pace in (60, 7_500, 100_000)
    }
    return list(seen.values()) == [4, 500, 500], f"records in an event, by pace: {seen}"


TWO = "an event has no more, at the highest pace too"
STREAMS: dict[str, tuple[str, Tried]] = {
    "max_streams": ("as many as allowed are served, one more and a crowd are 503", max_streams),
    "max_stream_bytes": ("as many as have room are served, one more and a crowd are 503", max_stream_bytes),
    "stream_block": (TWO, stream_block),
    "event_records": (TWO, event_records),
}
