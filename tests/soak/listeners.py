"""Many listeners to training streams, in one process: who misses nothing, and how late the frames are.

Usage: python -m tests.soak.listeners '{"port": ..., "count": ..., "pace": ..., "steps": ..., "body": ...}'
Prints a line when all streams are open, and one with what was found when all have ended.
"""

import asyncio
import json
import re
import sys
from array import array
from typing import Any

import numpy as np
import uvloop

from tests.soak.serving import request

EVENT = re.compile(rb'\r\nevent: (?:steps\nid: (\d+)\ndata: \{"first":(\d+),|(end|closing)\n)')
LONGEST = 128
"""Bytes of the beginning of an event, all that EVENT looks at."""
KEPT = 50
"""Of so many listeners one keeps all that it reads."""
OPENING = 5.0
"""Seconds over which the streams are opened."""


class Listener(asyncio.Protocol):
    """A client that reads its stream to the end and knows which step comes next."""

    def __init__(self, asked: bytes, ended: asyncio.Event, keeps: bool) -> None:
        self.asked, self.ended = asked, ended
        self.kept = bytearray() if keeps else None
        self.left = b""
        self.arrivals = array("d")
        self.next, self.faults, self.outcome = 0, 0, "broken"
        self.begun = asyncio.Event()
        self.clock = asyncio.get_running_loop().time

    def connection_made(self, transport: Any) -> None:  # uvloop's are no subclasses of asyncio's
        transport.write(self.asked)

    def data_received(self, data: bytes) -> None:
        if self.kept is not None:
            self.kept += data
        text, end = self.left + data, 0
        for found in EVENT.finditer(text):
            end = found.end()
            last, first, outcome = found.groups()
            if outcome is not None:
                self.outcome = outcome.decode()
                self.ended.set()
                continue
            self.faults += int(first) != self.next
            self.next = int(last) + 1
            self.arrivals.append(self.clock())
            self.begun.set()
        self.left = text[max(end, len(text) - LONGEST) :]

    def connection_lost(self, error: Exception | None) -> None:
        self.begun.set()
        self.ended.set()


async def listen(given: dict[str, Any]) -> None:
    """Open the streams, read them all, and tell what was found."""
    loop = asyncio.get_running_loop()
    asked = request(f"/api/training?pace={given['pace']}", given["body"], "text/event-stream")
    listeners = []

    async def one(place: int) -> None:
        await asyncio.sleep(OPENING * place / given["count"])
        listener = Listener(asked, asyncio.Event(), place % KEPT == 0)
        listeners.append(listener)
        await loop.create_connection(lambda: listener, "127.0.0.1", given["port"])
        await listener.begun.wait()

    await asyncio.gather(*(one(place) for place in range(given["count"])))
    print(json.dumps({"open": sum(listener.next > 0 for listener in listeners)}), flush=True)
    await asyncio.gather(*(listener.ended.wait() for listener in listeners))
    print(json.dumps(found_by(listeners, given)), flush=True)


def found_by(listeners: list[Listener], given: dict[str, Any]) -> dict[str, Any]:
    """What all of them saw; lateness in milliseconds, by the clock of each stream's first frame."""
    late, count = [], 0
    for listener in listeners:
        arrivals = np.frombuffer(listener.arrivals)
        count += len(arrivals)
        if len(arrivals):
            late.append(arrivals - arrivals[0] - np.arange(len(arrivals)) / given["pace"])
    everything = np.concatenate(late) * 1e3
    first = min(listener.arrivals[0] for listener in listeners)
    last = max(listener.arrivals[-1] for listener in listeners)
    kept = [records(bytes(listener.kept)) for listener in listeners if listener.kept is not None]
    return {
        "frames": count,
        "complete": sum(
            listener.next == given["steps"] + 1 and not listener.faults and listener.outcome == "end"
            for listener in listeners
        ),
        "out_of_order": sum(listener.faults for listener in listeners),
        "outcomes": {name: sum(one.outcome == name for one in listeners) for name in ("end", "closing", "broken")},
        "seconds": last - first,
        "late": [float(np.percentile(everything, share)) for share in (50, 99, 100)],
        "kept": kept[:1] if all(one == kept[0] for one in kept) else kept,
    }


def records(received: bytes) -> list[list[float]]:
    """The losses of each run that the events of an answer tell."""
    text = b"".join(part for part in received.split(b"\r\n") if part.startswith((b"event", b"retry")))
    runs: dict[int, list[float]] = {}
    for line in text.split(b"\n"):
        if line.startswith(b"data: ") and b'"first"' in line:
            for run in json.loads(line[6:])["runs"]:
                runs.setdefault(run["index"], []).extend(run["loss"])
    return [runs[index] for index in sorted(runs)]


if __name__ == "__main__":
    uvloop.run(listen(json.loads(sys.argv[1])))
