"""Server-sent events: a path sent a few steps at a time, each block computed when the last one has been sent.

There is no queue: a client that reads slowly costs its socket and nothing else, and one that has gone is noticed at
once. A stream ends with the event `end`; where the server goes down before, with `closing`: come again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import wire
from app.context import Context
from app.errors import Problem
from app.exchange import timing
from app.job import Job
from app.schemas import TrajectoriesRequest
from engine.rule import Rule
from engine.trajectory import Piece, Run, Trajectory

FRAMES_PER_SECOND = 30
RETRY = b"retry: 1000\n\n"
CLOSING = b"event: closing\ndata: {}\n\n"
PING = b": ping\n\n"


class EventStream(Response):
    """An answer of events, sent as they are taken from an iterator."""

    def __init__(self, events: AsyncIterator[bytes], context: Context, headers: Mapping[str, str]) -> None:
        super().__init__(None, 200, headers, wire.EVENTS)
        del self.headers["content-length"]
        self.events, self.context = events, context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.context.streams += 1
        sending = asyncio.create_task(self._send(send))
        gone = asyncio.create_task(_gone(receive))
        try:
            await asyncio.wait((sending, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.context.streams -= 1
            gone.cancel()
            if not sending.done():
                sending.cancel()
            await asyncio.gather(sending, gone, return_exceptions=True)
        if (
            not sending.cancelled()
            and (error := sending.exception())
            and not isinstance(error, (TimeoutError, OSError))
        ):
            raise error

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        limit = self.context.settings.send_seconds
        async with aclosing(self.events) as events:  # type: ignore[type-var]
            async for event in events:
                async with asyncio.timeout(limit):
                    await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def stream(request: Request, context: Context, asked: TrajectoriesRequest) -> Response:
    """The paths as events. The whole record is computed first; only its ends are kept.

    Raises: Problem for a pace that is none, and where there are too many streams.
    """
    pace = _pace(request.query_params.get("pace"))
    if context.streams >= context.settings.max_streams:
        raise Problem.busy("There are as many streams as the server can hold; try again in a moment.")
    job = Job.of(context, asked)
    begun = time.perf_counter()
    ends = await context.workers.compute(job.cost, lambda: [End(t) for t in job.run(context.workers.deadline())])
    headers = {
        "cache-control": "no-store",
        "server-timing": timing(time.perf_counter() - begun),
        "vary": "Accept",
        "x-accel-buffering": "no",
    }
    return EventStream(steps(context, job, ends, pace, _last_seen(request)), context, headers)


def _pace(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        pace = float(text)
    except ValueError:
        pace = 0.0
    if not 0.01 <= pace <= 100_000:
        raise Problem(422, "pace must be a number of steps a second, from 0.01 to 100000.", field="pace")
    return pace


def _last_seen(request: Request) -> int:
    """The step behind which to resume, or -1."""
    text = request.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else -1


class End:
    """What a stream needs to know of a whole record beforehand."""

    def __init__(self, trajectory: Trajectory) -> None:
        self.entries = len(trajectory.loss)
        self.gradient = trajectory.gradient[-1].tolist() if self.entries else None
        self.described = {"optimizer": wire.optimizer(trajectory), **wire.ending(trajectory)}


async def steps(context: Context, job: Job, ends: Sequence[End], pace: float | None, seen: int) -> AsyncIterator[bytes]:
    """The events of the paths, behind step `seen`: blocks of steps at their pace, then the end."""
    clock = asyncio.get_running_loop().time
    block = context.settings.stream_block
    if pace is not None:
        block = max(1, min(block, int(pace / FRAMES_PER_SECOND)))
    last = max(end.entries for end in ends) - 1
    first = min(seen, last) + 1
    runs = [Run(job.bound.objective, rule, job.start, job.chance) for rule in job.rules]
    for run in runs:
        if first:
            run.advance(first)
    yield RETRY
    due = clock()
    while first <= last:
        count = min(block, last + 1 - first)
        pieces = [run.advance(count) for run in runs]
        yield wire.event("steps", _block(first, pieces, ends, job.rules), first + count - 1)
        first += count
        if pace is not None and first <= last:
            due = max(due + count / pace, clock() - 1.0)
            async for ping in _wait(context, due - clock()):
                yield ping
        else:
            await asyncio.sleep(0)
        if context.closing.is_set():
            yield CLOSING
            return
    yield wire.event("end", {"surface": job.bound.described, "trajectories": [end.described for end in ends]})


def _block(first: int, pieces: Sequence[Piece], ends: Sequence[End], rules: Sequence[Rule]) -> dict[str, Any]:
    """Consecutive entries of each path; a path that has ended has empty lists."""
    paths = []
    for index, (piece, end, rule) in enumerate(zip(pieces, ends, rules, strict=True)):
        gradient = piece.gradient.tolist()
        if gradient and first + len(gradient) == end.entries:
            gradient[-1] = end.gradient
        path = {"index": index, "phi": piece.phi.tolist(), "loss": piece.loss.tolist(), "gradient": gradient}
        path |= wire.paced(rule.learning_rates(first, len(piece.loss)) if rule.schedule else None)
        path["state"] = {name: rows.tolist() for name, rows in piece.state.items()}
        if piece.internals:
            path["internals"] = {name: rows.tolist() for name, rows in piece.internals.items()}
        paths.append(path)
    return {"first": first, "trajectories": paths}


async def _wait(context: Context, seconds: float) -> AsyncIterator[bytes]:
    """Let time pass, with a ping where it is long; end at once when the server closes."""
    while seconds > 0 and not context.closing.is_set():
        now = min(seconds, context.settings.ping_seconds)
        try:
            async with asyncio.timeout(now):
                await context.closing.wait()
        except TimeoutError:
            seconds -= now
            if seconds > 0:
                yield PING
