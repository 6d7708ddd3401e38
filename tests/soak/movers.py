"""Clients that move a slider, in one process: each asks again at its next tenth of a second, late or not.

Usage: python -m tests.soak.movers '{"port": ..., "count": ..., "moves": ..., "seconds": ...}'; prints what was found.
A latency counts from when the answer was due to be asked for: a client that had to wait for the last one counts the wait.
"""

import asyncio
import itertools
import json
import sys
from array import array
from collections.abc import Iterator
from typing import Any

import numpy as np
import uvloop

from tests.benchmarks.serving import slider_requests

LENGTH = b"content-length: "
PREPARED = 4096
"""Requests that are made before the clock begins; the clients take turns on them, and none takes one twice in a row."""


class Mover(asyncio.Protocol):
    """A client that moves its slider when it is time and the last answer is there."""

    def __init__(self, requests: Iterator[bytes], every: float, first: float, end: float) -> None:
        self.requests, self.every, self.due, self.end = requests, every, first, end
        self.loop = asyncio.get_running_loop()
        self.latencies, self.late = array("d"), array("d")
        self.errors = self.left = 0
        self.head = b""
        self.done = asyncio.Event()

    def connection_made(self, transport: Any) -> None:  # uvloop's are no subclasses of asyncio's
        self.transport = transport
        self.loop.call_at(self.due, self.move)

    def move(self) -> None:
        self.late.append(self.loop.time() - self.due)
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        if self.left:
            self.left -= len(data)
        else:
            self.head += data
            head, found, body = self.head.partition(b"\r\n\r\n")
            if not found:
                return
            self.errors += not head.startswith(b"HTTP/1.1 200")
            at = head.lower().index(LENGTH) + len(LENGTH)
            self.left = int(head[at : at + 12].split(b"\r\n")[0]) - len(body)
            self.head = b""
        if self.left == 0:
            self.answered()

    def answered(self) -> None:
        now = self.loop.time()
        self.latencies.append(now - self.due)
        self.due += self.every
        if self.due >= self.end:
            self.done.set()
        elif now < self.due:
            self.loop.call_at(self.due, self.move)
        else:
            self.move()

    def connection_lost(self, error: Exception | None) -> None:
        self.errors += not self.done.is_set()
        self.done.set()


async def load(given: dict[str, Any]) -> dict[str, Any]:
    """Let all of them move their sliders, spread over the period, and tell what they saw."""
    loop = asyncio.get_running_loop()
    requests = itertools.cycle(list(itertools.islice(slider_requests(), PREPARED)))
    every, count = 1 / given["moves"], given["count"]
    begin = loop.time() + 1.0
    movers = []
    for place in range(count):
        first = begin + every * place / count
        mover = Mover(requests, every, first, begin + given["seconds"])
        await loop.create_connection(lambda mover=mover: mover, "127.0.0.1", given["port"])
        movers.append(mover)
    await asyncio.gather(*(mover.done.wait() for mover in movers))
    latencies = 1e3 * np.concatenate([np.frombuffer(mover.latencies) for mover in movers])
    waited = 1e3 * np.concatenate([np.frombuffer(mover.late) for mover in movers])
    return {
        "answers": len(latencies) - sum(mover.errors for mover in movers),
        "errors": sum(mover.errors for mover in movers),
        "wanted": count * given["moves"] * given["seconds"],
        "middle": float(np.median(latencies)),
        "p99": float(np.percentile(latencies, 99)),
        "most": float(latencies.max()),
        "late": float(np.percentile(waited, 99)),
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(load(json.loads(sys.argv[1])))), flush=True)
