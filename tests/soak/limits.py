"""Every limit of /api/limits: just below it passes, just above is refused rightly, far above costs no more.

What a refusal costs is the processor time that the server's process has used when the answer is there, and how far its
memory rose meanwhile. The least of some rounds counts, in which just above and far above take turns: what a busy
machine adds is then in neither.
"""

import json
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.timing import Row
from tests.soak.limit_bodies import BODIES_AT, JSON, Case
from tests.soak.limit_loads import LOADS
from tests.soak.limit_streams import STREAMS
from tests.soak.limit_times import TIMES
from tests.soak.serving import Options, Served

ROUNDS = 9
SHARE, SLACK = 1.5, 3.0
"""What far above may cost in units of just above, and milliseconds besides."""
ROOM = 4.0
"""Megabytes by which memory may rise higher."""
CASES = {*BODIES_AT, *TIMES, *LOADS, *STREAMS}
"""The names of all limits that are tried: a test compares them with those there are."""


class Cost(NamedTuple):
    """Milliseconds of the processor, megabytes of memory."""

    milliseconds: float
    megabytes: float


class Meter:
    """What the process of a server uses."""

    def __init__(self, server: Served) -> None:
        self.folder = Path(f"/proc/{server.process.pid}")
        self.clock = (~server.process.pid) << 3 | 2  # Linux's name of that process's clock

    def of(self, call: Callable[[], None]) -> Cost:
        """What a call costs the server."""
        (self.folder / "clear_refs").write_text("5")  # the peak of memory begins anew
        before, used = self._kilobytes("VmHWM"), time.clock_gettime(self.clock)
        call()
        milliseconds = 1e3 * (time.clock_gettime(self.clock) - used)
        return Cost(milliseconds, (self._kilobytes("VmHWM") - before) / 1024)

    def _kilobytes(self, name: str) -> int:
        lines = (self.folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


class Client:
    """One connection, which asks again and again."""

    def __init__(self, server: Served) -> None:
        self.link = HTTPConnection("127.0.0.1", server.port, timeout=60)

    def ask(self, case: Case, body: bytes) -> tuple[int, bytes]:
        """Status and body of an answer."""
        self.link.request("POST", case.path, body, {"Content-Type": JSON, "Accept": case.accept})
        response = self.link.getresponse()
        return response.status, response.read()

    def settle(self) -> None:
        """Wait until the server has let go what it answered last: it takes its next request then."""
        self.link.request("GET", "/health/live")
        self.link.getresponse().read()


def least(costs: list[Cost]) -> Cost:
    return Cost(min(cost.milliseconds for cost in costs), min(cost.megabytes for cost in costs))


def refused(case: Case, far: bool, status: int, answer: bytes) -> bool:
    """Whether an answer is the refusal that the case tells of, in the one shape."""
    another = far and case.far_status is not None
    if status != (case.far_status if another else case.status):
        return False
    error = json.loads(answer)["error"]
    return error["field"] == (None if another else case.field) and bool(error["message"])


def walked(case: Case, client: Client, meter: Meter) -> tuple[bool, str]:
    """Whether a limit holds from all sides, and what was seen."""
    below, above, far = case.texts()
    passed = client.ask(case, below)[0]
    seen: dict[bytes, list[tuple[int, bytes]]] = {above: [], far: []}
    costs: dict[bytes, list[Cost]] = {above: [], far: []}
    for _ in range(ROUNDS):
        for body in (above, far):
            client.settle()
            costs[body].append(meter.of(lambda body=body: seen[body].append(client.ask(case, body))))  # type: ignore[misc]
    right = all(refused(case, body is far, *answer) for body, answers in seen.items() for answer in answers)
    near, away = least(costs[above]), least(costs[far])
    cheap = away.milliseconds <= SHARE * near.milliseconds + SLACK and away.megabytes <= SHARE * near.megabytes + ROOM
    told = f"{passed}; {sorted({status for answers in seen.values() for status, _ in answers})}, field {case.field}"
    if not right:
        told += f", but {[answers[0][1][:150] for answers in seen.values()]}"
    cost = f"{near.milliseconds:.1f} → {away.milliseconds:.1f} ms, {near.megabytes:.1f} → {away.megabytes:.1f} MB"
    return passed == 200 and right and cheap, f"{told}; {cost}"


def rows(options: Options) -> Iterator[Row]:
    bar = f"below 200, above refused; above → far, at most ×{SHARE:g} + {SLACK:g} ms, {ROOM:g} MB"
    held = 0
    with Served(options) as server:
        names = [limit["name"] for limit in server.get("/api/limits")["limits"]]
        client, meter = Client(server), Meter(server)
        for name, case in BODIES_AT.items():
            holds, told = walked(case, client, meter)
            held += holds
            yield Row(name, bar, told, holds)
        yield Row("after all that", "nothing on standard error", f"{len(server.faults)} lines", not server.faults)
    for name, (bar, tried) in {**TIMES, **LOADS, **STREAMS}.items():
        holds, told = tried()
        held += holds
        yield Row(name, bar, told, holds)
    missing = sorted(set(names) ^ CASES)
    yield Row(
        "all limits of /api/limits",
        "tried: all",
        f"{held} of {len(names)} hold{f'; not tried: {missing}' if missing else ''}",
        not missing and held == len(names),
    )
