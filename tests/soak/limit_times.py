"""The limits of time, on servers whose limits are short: in time passes, late is let go, and later still no later."""

import json
import re
import signal
import socket
import time
from collections.abc import Callable

from tests.app.asking import BODIES
from tests.soak.serving import Options, Served, request, until
from tests.soak.streams import PAGE

Tried = Callable[[], tuple[bool, str]]
SHORT = 0.6
"""Seconds: the limit that is tried."""
NEAR = 0.5
"""Seconds by which a clock may be late, on a machine with other work."""
HEAD = b"POST /api/formulas HTTP/1.1\r\nHost: soak\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
BODY = json.dumps(BODIES["/api/formulas"]).encode()
LARGE = {"surface": {"name": "rosenbrock"}, "optimizers": [{"name": "adam"}] * 4, "steps": 5000}
LONG = PAGE | {"network": {"hidden": [64] * 4}, "batches": {"size": 40}, "optimizers": [{"name": "adam"}]}
"""A second of it is some hundred steps."""


def everything(one: socket.socket) -> bytes:
    """What comes until the server closes, or nothing more for ten seconds."""
    received = b""
    one.settimeout(10)
    try:
        while part := one.recv(65536):
            received += part
    except (TimeoutError, ConnectionResetError):
        pass
    return received


def trickled(server: Served, first: bytes, rest: bytes, pause: float) -> tuple[bytes, float]:
    """What is answered to a request whose rest comes a byte at a time, and after how many seconds."""
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
        one.sendall(first)
        one.setblocking(False)
        for byte in rest:
            try:
                one.send(bytes([byte]))
                if one.recv(1, socket.MSG_PEEK) is not None:
                    break
            except BlockingIOError:
                pass
            except OSError:
                break
            time.sleep(pause)
        one.setblocking(True)
        return everything(one), time.monotonic() - begun


def arriving(name: str, first: bytes, rest: bytes) -> tuple[bool, str]:
    """A part of a request that takes a third of its time, and others whose last bytes come after twice and ten times it."""
    with Served(Options(), **{name: str(SHORT)}) as server:
        intime, _ = trickled(server, first, rest, SHORT / 3 / len(rest))
        late, after = trickled(server, first, rest, 2 * SHORT / len(rest))
        later, long_after = trickled(server, first, rest, 10 * SHORT / len(rest))
        faults = len(server.faults)
    statuses = [answer[9:12].decode() for answer in (intime, late, later)]
    holds = statuses == ["200", "408", "408"] and max(after, long_after) < SHORT + NEAR + 0.5 and faults == 0
    return holds, f"{', '.join(statuses)}; late and far too late are closed after {after:.2f} and {long_after:.2f} s"


def header_seconds() -> tuple[bool, str]:
    return arriving(
        "FALLLINE_HEADER_SECONDS", b"GET /health/live HTTP/1.1\r\nHost: soak\r\n", b"Connection: close\r\n\r\n"
    )


def body_seconds() -> tuple[bool, str]:
    head = (HEAD % len(BODY)).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    return arriving("FALLLINE_BODY_SECONDS", head, BODY)


def engine_seconds() -> tuple[bool, str]:
    with Served(Options(), FALLLINE_ENGINE_SECONDS=str(SHORT)) as server:
        found = []
        for steps in (5, 2_000, 20_000):
            used, begun = server.processor_seconds(), time.monotonic()
            status, headers, answer = server.ask("POST", "/api/training", LONG | {"steps": steps})
            named = "" if status == 200 else json.loads(answer)["error"]["code"]
            found.append(
                (status, named, "retry-after" in headers, server.processor_seconds() - used, time.monotonic() - begun)
            )
    statuses = [one[:3] for one in found]
    holds = statuses == [(200, "", False), (503, "deadline", True), (503, "deadline", True)]
    holds = holds and found[2][3] <= found[1][3] + 0.25 and found[2][4] <= SHORT + NEAR
    spent = " → ".join(f"{one[3]:.2f} s" for one in found[1:])
    return (
        holds,
        f"{[one[0] for one in found]}, Retry-After; {spent} of the processor, far ended after {found[2][4]:.2f} s",
    )


def ping_seconds() -> tuple[bool, str]:
    with Served(Options(), FALLLINE_PING_SECONDS=str(SHORT)) as server:
        counts = []
        for pace in (5, 0.5, 0.05):
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as one:
                one.sendall(request(f"/api/training?pace={pace}", PAGE | {"steps": 100}, "text/event-stream"))
                received, begun = b"", time.monotonic()
                one.settimeout(0.1)
                while time.monotonic() - begun < 5.5 * SHORT:
                    try:
                        received += one.recv(65536)
                    except TimeoutError:
                        pass
                counts.append(received.count(b": ping\n\n"))
    return counts[0] == 0 and 3 <= counts[1] <= 5 and 4 <= counts[2] <= 5, f"pings in {5.5 * SHORT:g} s: {counts}"


def send_seconds() -> tuple[bool, str]:
    """A client that reads now and then keeps its large answer; one that never reads is let go, however much waits."""
    with Served(Options(), FALLLINE_SEND_SECONDS=str(2 * SHORT)) as server:
        body = request("/api/trajectories", LARGE, "application/json")
        with silent(server, body) as one:
            time.sleep(SHORT)
            read = len(everything_slowly(one))
        ends = []
        for times in (1, 8):
            with silent(server, body * times):
                before, begun = server.sockets, time.monotonic()
                gone = until(lambda before=before: server.sockets < before, 10)
                ends.append(99.0 if gone is None else time.monotonic() - begun)
        faults = len(server.faults)
    holds = read > 3_000_000 and max(ends) < 4 * SHORT + 2 and faults == 0
    return (
        holds,
        f"{read:,} bytes read slowly; the silent let go after {ends[0]:.2f} s, with eight answers after {ends[1]:.2f} s",
    )


def silent(server: Served, sent: bytes) -> socket.socket:
    """A client with little room for what comes back."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(10)
    one.connect(("127.0.0.1", server.port))
    one.sendall(sent)
    time.sleep(0.4)  # until the answer has begun
    return one


def everything_slowly(one: socket.socket) -> bytes:
    """An answer whose length is told, with a pause every megabyte."""
    received, length = b"", None
    while length is None or len(received) < length:
        part = one.recv(1 << 20)
        if not part:
            break
        if (len(received) + len(part)) >> 20 > len(received) >> 20:
            time.sleep(SHORT / 2)
        received += part
        if length is None and (found := re.search(rb"content-length: (\d+)", received)):
            length = received.index(b"\r\n\r\n") + 4 + int(found[1])
    return received


def largest_lag() -> tuple[bool, str]:
    """The process is held for a while, as a busy machine would: /health/ready says so, and soon is well again."""
    found = []
    with Served(Options()) as server:
        for held in (0.4, 1.5, 6.0):
            server.process.send_signal(signal.SIGSTOP)
            time.sleep(held)
            server.process.send_signal(signal.SIGCONT)
            time.sleep(0.15)
            status, headers, _ = server.ask("GET", "/health/ready")
            well = until(lambda: server.ask("GET", "/health/ready")[0] == 200, 5)
            found.append((status, "retry-after" in headers, well))
    told = "; ".join(f"{status}, ready again after {well or 0:.1f} s" for status, _, well in found)
    right = [(status, retry) for status, retry, _ in found] == [(200, False), (503, True), (503, True)]
    return right and all(well is not None and well < 2 for _, _, well in found), told


SECONDS = f"a limit of {SHORT:g} s: in time passes, late is refused, far too late no later"
TIMES: dict[str, tuple[str, Tried]] = {
    "header_seconds": (SECONDS, header_seconds),
    "body_seconds": (SECONDS, body_seconds),
    "engine_seconds": (
        f"a limit of {SHORT:g} s: short work passes, long is 503, far longer costs no more",
        engine_seconds,
    ),
    "ping_seconds": (
        f"a limit of {SHORT:g} s: no ping in a stream that speaks, one each {SHORT:g} s in others",
        ping_seconds,
    ),
    "send_seconds": (f"a limit of {2 * SHORT:g} s: who reads slowly is served, who does not is let go", send_seconds),
    "largest_lag": ("a loop held for 0.4 s is ready, for 1.5 and 6 s it is not, and soon is again", largest_lag),
}
