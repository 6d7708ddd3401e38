"""Server-sent events: a path sent a few steps at a time, each block computed when the last one has been sent.

There is no queue and no record: a client that reads slowly costs its socket and nothing else, and one that has gone is
noticed at once. A stream ends with the event `end`; where the server goes down before, or has too much to do, with
`closing`: come again. Who comes again says which step was seen last; the way there is walked again, and nothing is kept
between the two.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app import wire
from app.context import Context, context_of
from app.errors import Problem
from app.exchange import Numbers, body_of, timing
from app.job import Job
from app.schemas import TrajectoriesRequest
from app.serving.budgets import name_of
from app.serving.sending import drop, gone
from engine.batches import epochs, listed
from engine.chance import KEPT
from engine.record import Record
from engine.walk import Walk

FRAMES_PER_SECOND = 30
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?(e[0-9])?", re.IGNORECASE)
RETRY = b"retry: 1000\n\n"
CLOSING = b"event: closing\ndata: {}\n\n"
PING = b": ping\n\n"


class EventStream(Response):
    """An answer of events, sent as they are taken from an iterator."""

    def __init__(self, events: AsyncIterator[bytes], context: Context, headers: Mapping[str, str], held: int) -> None:
        super().__init__(None, 200, headers, wire.EVENTS)
        del self.headers["content-length"]
        self.events, self.context, self.held = events, context, held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.context.streams += 1
        self.context.held += self.held
        sending = asyncio.create_task(self._send(send))
        leaving = asyncio.create_task(gone(receive))
        try:
            await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.context.streams -= 1
            self.context.held -= self.held
            leaving.cancel()
            if not sending.done():
                sending.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        error = None if sending.cancelled() else sending.exception()
        if isinstance(error, TimeoutError):
            await drop(scope, receive)
        elif error is not None and not isinstance(error, OSError):
            raise error

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        limit = self.context.settings.send_seconds
        async with aclosing(self.events) as events:  # type: ignore[type-var]
            async for event in events:
                async with asyncio.timeout(limit):
                    await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


Shape = TypeVar("Shape")


class Source(Protocol):
    """What a stream hands out, block after block, from step `first` on."""

    first: int
    pace: float | None
    cost: float
    """Of the next block."""

    async def next(self) -> Any:
        """The next block as it was computed, long work beside the event loop."""

    def block(self, found: Any) -> tuple[int, dict[str, Any]]:
        """How many steps a block is long, and the data of its event."""

    @property
    def ended(self) -> bool: ...

    @property
    def nbytes(self) -> int:
        """The bytes that it holds between two blocks, about."""

    def described(self) -> dict[str, Any]:
        """The data of the last event."""


Plan = Callable[[Context, Shape, int, float | None], Source]
"""Makes a source of a request: from which step on, and at which pace."""


async def stream(request: Request, shape: TypeAdapter[Shape], numbers: Numbers, plan: Plan[Shape]) -> Response:
    """What a request asks for as events, from the step behind the one that was seen last, at the pace asked for.

    The tag names the record, whatever its pace and wherever it resumes: who comes again and finds another tag has
    another server before it, and begins anew. Raises: Problem for a pace that is none, and where there are too many
    streams; DeadlineExceeded where the way to the step that was seen takes too long.
    """
    context = context_of(request)
    body = await body_of(request, context, numbers)
    tag = context.tag(body, request.scope["path"], wire.EVENTS)
    asked = shape.validate_json(body)
    pace = _pace(request.query_params.get("pace"))
    _check_room(context)
    begun = time.perf_counter()
    source = plan(context, asked, _last_seen(request) + 1, pace)
    browser = name_of(request.scope["headers"])
    context.budgets.admit(browser, source.cost)
    opening = await source.next()
    _check_room(context, held := source.nbytes)  # others may have come while this one waited for its turn
    headers = {
        "cache-control": "no-store",
        "etag": f"W/{tag}",
        "server-timing": timing(time.perf_counter() - begun),
        "vary": "Accept",
        "x-accel-buffering": "no",
    }
    return EventStream(events(context, source, opening, browser), context, headers, held)


def _check_room(context: Context, held: int = 0) -> None:
    """Raise Problem where there is no room for one more stream, whose runs hold so many bytes."""
    limits = context.settings
    if context.streams >= limits.max_streams or (context.held and context.held + held > limits.max_stream_bytes):
        raise Problem.busy("There are as many streams as the server can hold; try again in a moment.")


def _pace(text: str | None) -> float | None:
    if text is None:
        return None
    pace = float(text) if NUMBER.fullmatch(text) else 0.0
    if not 0.01 <= pace <= 100_000:
        raise Problem(422, "pace must be a number of steps a second, from 0.01 to 100000.", field="pace")
    return pace


def _last_seen(request: Request) -> int:
    """The step behind which to resume, or -1."""
    text = request.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 15 else -1


class Paths:
    """The paths of a job, walked side by side from step `first` on, a block of steps at a time."""

    def __init__(self, context: Context, asked: TrajectoriesRequest, first: int, pace: float | None) -> None:
        first = min(first, asked.steps + 1)
        self.context, self.job, self.first, self.pace = context, (job := Job.of(context, asked)), first, pace
        self.size = block_size(context, pace)
        self.walks = [Walk(job.bound.objective, rule, job.start, job.asked.steps, job.chance) for rule in job.rules]
        self.pieces: list[Iterator[Record]] = []
        self.cost = job.cost / job.asked.steps * (first + 2 * self.size)

    async def next(self) -> list[Record | None]:
        """The next piece of each path; None for one that has ended. Long work is done beside the event loop."""
        found = await self.context.workers.compute(self.cost, self._advance)
        self.cost = self.job.cost / self.job.asked.steps * self.size
        return found

    def _advance(self) -> list[Record | None]:
        if not self.pieces:  # the clock starts with the work, not with the wait for a turn
            deadline = self.context.workers.deadline()
            self.pieces = [walk.pieces(self.first, self.size, deadline=deadline) for walk in self.walks]
        return [next(pieces, None) for pieces in self.pieces]

    def block(self, found: list[Record | None]) -> tuple[int, dict[str, Any]]:
        count = max(piece.count if piece else 0 for piece in found)
        first, self.first = self.first, self.first + count
        return count, _block(first, self.walks, found)

    @property
    def ended(self) -> bool:
        return all(walk.verdict is not None for walk in self.walks)

    @property
    def nbytes(self) -> int:
        batches = None if self.job.chance is None else self.job.chance.batches
        drawn = 0 if batches is None else min(KEPT, 4 * batches.largest * self.job.asked.steps)  # numbers
        return self.job.bound.nbytes + 8 * drawn + sum(walk.running.memory.nbytes for walk in self.walks)

    def described(self) -> dict[str, Any]:
        """The surface, and how each path has ended."""
        ends = [
            {"optimizer": wire.optimizer(walk.rule), **wire.ending_of_path(walk.verdict)}
            for walk in self.walks
            if walk.verdict
        ]
        return {"surface": self.job.bound.described, "trajectories": ends}


def block_size(context: Context, pace: float | None) -> int:
    """Steps in an event: with a pace, at most a thirtieth of a second's."""
    most = context.settings.stream_block
    return most if pace is None else max(1, min(most, int(pace / FRAMES_PER_SECOND)))


async def events(context: Context, source: Source, found: Any, browser: bytes | None) -> AsyncIterator[bytes]:
    """The events of a source: blocks of steps at their pace, and no faster than the browser's budget; then the end."""
    clock = asyncio.get_running_loop().time
    due = clock()
    yield RETRY
    while True:
        count, event = _event(source, found)
        found = None  # nothing but the event waits for a client that reads slowly
        if count:
            yield event
        if source.ended:
            break
        if source.pace is not None:
            due = max(due + count / source.pace, clock() - 1.0)
        seconds = max(0.0 if source.pace is None else due - clock(), context.budgets.wait(browser))
        async for ping in _wait(context, seconds):
            yield ping
        await asyncio.sleep(0)
        context.budgets.spend(browser, source.cost)
        try:
            found = [] if context.closing.is_set() else await source.next()
        except Problem:  # more work than the server has hands: the client comes again for the rest
            found = []
        if not found:
            yield CLOSING
            return
    yield wire.event("end", source.described())


def _event(source: Source, found: Any) -> tuple[int, bytes]:
    """How many steps a block is long, and its event."""
    count, data = source.block(found)
    return count, wire.event("steps", data, source.first - 1) if count else b""


def _block(first: int, walks: Sequence[Walk], pieces: Sequence[Record | None]) -> dict[str, Any]:
    """Consecutive entries of each path; a path that has ended has empty lists."""
    paths = []
    for index, (walk, piece) in enumerate(zip(walks, pieces, strict=True)):
        count = piece.count if piece else 0
        rates = wire.paced(walk.rule.learning_rates(first, count) if walk.rule.schedule else None)
        names, calls = walk.rule.entry.definition.state, walk.running.step.gradient_calls
        taken = range(first * calls, (first + count) * calls, calls)
        shown = {name: piece.internals[name].tolist() if piece else [] for name in walk.rule.shown}
        seen, drawn = _seen(walk, first, count)
        paths.append(
            {
                "index": index,
                "phi": piece.phi.tolist() if piece else [],
                "loss": piece.loss.tolist() if piece else [],
                "gradient": piece.gradient.tolist() if piece else [],
                **rates,
                "state": {name: piece.state[name].tolist() if piece else [] for name in names},
                **({"internals": shown} if shown else {}),
                **drawn,
                "gradient_evaluations": list(taken),
                "epoch": [samples * calls for samples in seen],
            }
        )
    return {"first": first, "trajectories": paths}


def _seen(walk: Walk, first: int, count: int) -> tuple[list[float], dict[str, list[list[int]]]]:
    """How often the data had been seen before each entry, and the batches of the steps that begin at them, if any."""
    batches = None if walk.running.chance is None else walk.running.chance.batches
    if batches is None:
        return [float(step) for step in range(first, first + count)], {}
    steps = max(0, count - (walk.verdict is not None))  # no step begins at the last entry of a path
    return epochs(batches, first, count).tolist(), {"batches": listed(*batches.drawn(first, steps))}


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
