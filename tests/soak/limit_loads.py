"""The limits of what all clients together may have: as many as allowed are served, one more is refused, and a crowd too.

Each is tried on a server of its own, with a limit that is small.
"""

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.soak.limit_times import LARGE, LONG, Tried, silent
from tests.soak.serving import Options, Served, request, until

CROWD = 100
"""Far more than are allowed."""
WORK = LONG | {"steps": 2_500}
"""Long, and within the deadline of the servers below."""
HAND = {"FALLLINE_THREADS": "1", "FALLLINE_ENGINE_SECONDS": "20"}
COST = 4_000
"""Of one of the small requests of a browser below, at least."""
COOKIE = "fallline=soaksoaksoaksoaksoak"


class Asked(threading.Thread):
    """A request on a connection of its own, which waits for its answer."""

    def __init__(self, server: Served, body: dict[str, Any], **headers: str) -> None:
        super().__init__(daemon=True)
        self.server, self.body, self.headers = server, body, headers
        self.status, self.code, self.retry, self.seconds = 0, "", False, 0.0
        self.start()

    def run(self) -> None:
        begun = time.monotonic()
        self.status, headers, answer = self.server.ask("POST", "/api/training", self.body, **self.headers)
        self.seconds, self.retry = time.monotonic() - begun, "retry-after" in headers
        self.code = "" if self.status == 200 else json.loads(answer)["error"]["code"]


def crowd(server: Served, count: int, body: dict[str, Any] = WORK, **headers: str) -> list[Asked]:
    return [Asked(server, body | {"seed": seed}, **headers) for seed in range(count)]


def statuses(asked: list[Asked]) -> dict[int, int]:
    for one in asked:
        one.join(60)
    return dict(sorted(Counter(one.status for one in asked).items()))


@contextmanager
def occupied(count: int, **environment: str) -> Iterator[tuple[Served, list[Asked]]]:
    """A server of one hand which computes, with so many more waiting."""
    with Served(Options(), **HAND, **environment) as server:
        server.ask("POST", "/api/training", WORK | {"steps": 1})
        asked = crowd(server, count + 1)
        until(lambda: (now := server.get("/health/ready"))["computing"] == 1 and now["waiting"] == count, 10)
        yield server, asked
        statuses(asked)


def threads() -> tuple[bool, str]:
    with Served(Options(), FALLLINE_ENGINE_SECONDS="20", FALLLINE_QUEUE_SECONDS="60") as server:
        asked, most = crowd(server, 8), 0
        while any(one.is_alive() for one in asked):
            most = max(most, server.get("/health/ready")["computing"])
            time.sleep(0.01)
        found = statuses(asked)
    return most == 2 and found == {200: 8}, f"of 8 at once {most} were under way together; {found}"


def queue() -> tuple[bool, str]:
    with occupied(3, FALLLINE_QUEUE="3", FALLLINE_QUEUE_SECONDS="30") as (server, held):
        one = crowd(server, 1)
        refused = statuses(one)
        used = server.processor_seconds()
        many = crowd(server, CROWD)
        far, slowest = statuses(many), max(asked.seconds for asked in many)
        used = server.processor_seconds() - used
        served = statuses(held)
    told = all(asked.retry and asked.code == "busy" for asked in (*one, *many))
    holds = served == {200: 4} and refused == {503: 1} and far == {503: CROWD} and told
    return holds, f"{served}, one more {refused}, {CROWD} more {far} within {slowest:.2f} s, Retry-After"


def queue_seconds() -> tuple[bool, str]:
    with occupied(0, FALLLINE_QUEUE_SECONDS="0.3") as (server, held):
        late = crowd(server, 1)
        refused, seconds = statuses(late), late[0].seconds
        statuses(held)
        short = [Asked(server, WORK | {"steps": 20}) for _ in range(2)]
        served = statuses(short)
    with occupied(0, FALLLINE_QUEUE_SECONDS="0.3") as (server, held):
        many = crowd(server, 60)
        far, longest = statuses(many), max(one.seconds for one in many)
    holds = refused == {503: 1} and served == {200: 2} and far == {503: 60} and 0.2 < seconds < 1 and longest < 1.5
    return (
        holds,
        f"a short wait {served}, a long one {refused} after {seconds:.2f} s, 60 of them {far} after {longest:.2f} s",
    )


def budget() -> tuple[bool, str]:
    """A browser that has had its share while others wait is told when to come again; others, and later itself, are not."""
    rate, share = 3_000, 20_000
    environment = {"FALLLINE_BROWSER_SAVINGS": str(share), "FALLLINE_BROWSER_COST": str(rate)}
    small = {
        "dataset": {"name": "moons", "n": 10},
        "network": {"hidden": [2]},
        "optimizer": {"name": "gd"},
        "steps": 200,
    }
    with occupied(2, FALLLINE_QUEUE_SECONDS="60", **environment) as (server, held):
        first, begun = [], time.monotonic()
        while len(first) < 20 and (not first or first[-1] == 200):
            first.append(server.ask("POST", "/api/training", small | {"seed": len(first)}, Cookie=COOKIE)[0])
        other = server.ask("POST", "/api/training", small, Cookie=COOKIE.replace("soak", "hall"))[0]
        far = statuses(crowd(server, CROWD, small, Cookie=COOKIE))
        refilled = rate * (time.monotonic() - begun)
        status, headers, _ = server.ask("POST", "/api/training", small, Cookie=COOKIE)
        wait = int(headers.get("retry-after", 0))
        time.sleep(wait)
        again = server.ask("POST", "/api/training", small | {"seed": 99}, Cookie=COOKIE)[0]
        busy = server.get("/health/ready")["waiting"]
        statuses(held)
    passed = len(first) - 1 + far.get(200, 0)
    fair = 2 <= passed <= (share + refilled) / COST + 1 and far.get(429, 0) + far.get(200, 0) == CROWD
    holds = first[-1] == status == 429 and other == again == 200 and fair and wait > 0 and busy > 0
    return (
        holds,
        f"{passed} of {len(first) + CROWD} until the share is used up, the others 429; another browser {other}; after Retry-After, {wait} s, {again}",
    )


def max_unread_bytes() -> tuple[bool, str]:
    """Clients that do not read their large answers."""
    with Served(Options(), FALLLINE_SEND_SECONDS="30") as server:
        sent = request("/api/trajectories", LARGE, "application/json")
        size = len(server.ask("POST", "/api/trajectories", LARGE)[2])
        before = server.resident_megabytes()
        room = 8 * 1024 * 1024 // size
        links, seen = [], Counter[str]()
        for _ in range(40):
            links.append(silent(server, sent))
        for one in links:
            seen[one.recv(16)[9:12].decode()] += 1
        grown = server.resident_megabytes() - before
        for one in links:
            one.close()
    holds = seen["200"] >= room and seen["503"] >= 40 - 2 * room - 2 and seen.total() == 40 and grown <= 25
    return holds, f"answers of {size / 1e6:.1f} MB to 40 silent clients: {dict(seen)}; memory +{grown:.1f} MB"


def max_waiting_bytes() -> tuple[bool, str]:
    """Clients that ask for some answers of 100 kB ahead, and read none."""
    body = LARGE | {"optimizers": [{"name": "adam"}], "steps": 600}
    sent = 6 * request("/api/trajectories", body, "application/json")
    with Served(Options(), FALLLINE_SEND_SECONDS="30", FALLLINE_MAX_WAITING_BYTES="2000000") as server:
        size = len(server.ask("POST", "/api/trajectories", body)[2])
        room = 2_000_000 // (size + 1000)
        time.sleep(0.5)  # until that connection is closed
        before, sockets = server.resident_megabytes(), server.sockets
        links, held = [], []
        for count in (room, 1, 3 * CROWD):
            links += [silent(server, sent) for _ in range(count)]
            time.sleep(1)
            held.append(server.sockets - sockets)
        grown, alive = server.resident_megabytes() - before, server.ask("GET", "/health/live")[0] == 200
        for one in links:
            one.close()
    holds = held == [room] * 3 and alive and grown <= 25
    return (
        holds,
        f"answers of {size / 1e3:.0f} kB to {room}, 1 more, {3 * CROWD} more: {held} held; memory +{grown:.1f} MB",
    )


def frame_ancestors() -> tuple[bool, str]:
    told = []
    for sites in ("'self'", "https://course.example"):
        with Served(Options(), FALLLINE_FRAME_ANCESTORS=sites) as server:
            policy = server.ask("GET", "/")[1]["content-security-policy"]
            told.append(f"frame-ancestors {sites};" in policy)
    return all(told), f"the header says what is set: {sum(told)} of 2"


def heading(*fields: bytes) -> bytes:
    return b"GET /health/live HTTP/1.1\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


def header() -> tuple[bool, str]:
    """A header of the largest size passes, one more byte or field does not, and far more costs no memory."""
    named = len(b"/health/liveHostsoakConnectionclosex")
    plain = [b"Host: soak", b"Connection: close"]
    found = []
    with Served(Options()) as server:
        before = server.resident_megabytes()
        for size in (16_384 - named, 16_385 - named, 4_000_000):
            found.append(answered(server, heading(*plain, b"x: " + b"a" * size)))
        for count in (98, 99, 10_000):
            found.append(answered(server, heading(*plain, *[b"x: y"] * count)))
        grown = server.resident_megabytes() - before
    return found == [
        "200",
        "431",
        "431",
    ] * 2 and grown < 6, f"by bytes {found[:3]}, by fields {found[3:]}; memory +{grown:.1f} MB"


def answered(server: Served, sent: bytes) -> str:
    """The status of the answer; 431 too where the server closes before all is sent."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
        try:
            one.sendall(sent)
            return one.recv(16)[9:12].decode()
        except (BrokenPipeError, ConnectionResetError):
            return "431"


SERVED = "as many as allowed are served, one more and a crowd are 503"
LOADS: dict[str, tuple[str, Tried]] = {
    "max_header_bytes": ("just below 200, just above and far above 431", header),
    "max_header_fields": ("just below 200, just above and far above 431", header),
    "threads": ("no more at the same time, the others wait", threads),
    "queue": (SERVED, queue),
    "queue_seconds": ("a wait within it passes, a longer one is 503 when it is over, a crowd no later", queue_seconds),
    "browser_savings": ("a share is used up, then 429; others are served, and so it is again later", budget),
    "browser_cost": ("Retry-After is the time in which it comes back", budget),
    "max_unread_bytes": ("as many as fit are served, the others 503, memory stays", max_unread_bytes),
    "max_waiting_bytes": ("as many as fit are held, those that waited longest go, memory stays", max_waiting_bytes),
    "frame_ancestors": ("it is said in the policy", frame_ancestors),
}
