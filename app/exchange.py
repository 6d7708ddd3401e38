"""A request read, an answer given: body, Accept, ETag, Server-Timing, and the way through the engine.

Every POST of the API is a pure function of its body, though it is not a GET: the same request has the same answer and
the same ETag, and a client that shows the tag it has (If-None-Match) is told 304 before anything is computed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app.context import Context, context_of
from app.errors import Problem
from app.serving.budgets import name_of
from app.serving.sending import LARGE, LargeAnswer
from app.serving.whole import Parts, Whole
from app.settings import Settings
from app.wire import JSON

Numbers = Callable[[Settings], int]
"""How many numbers a request may list: its body may be longer by so many."""
NUMERIC = b"0123456789+-.eE,[] \t\r\n"
"""What lists of numbers are written with."""
BESIDES = 4096
"""Commas that a long body may have besides those between its numbers."""

HEADERS = "fallline.headers"

Shape = TypeVar("Shape")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class Task(Generic[Result]):
    """Work for the engine: `compute` until a deadline, then `encode` what it found; `cost` decides where."""

    cost: float
    compute: Callable[[float], Result]
    encode: Callable[[Result], bytes | Parts]


async def exchange(
    request: Request,
    shape: TypeAdapter[Shape],
    kinds: Sequence[str],
    plan: Callable[[Context, Shape, str], Task[Any]],
    numbers: Numbers = lambda settings: 0,
) -> Response:
    """Read the request, have it computed, and answer in the kind that Accept names."""
    return await answered(request, shape, accepted(request, kinds), plan, numbers)


async def answered(
    request: Request,
    shape: TypeAdapter[Shape],
    kind: str,
    plan: Callable[[Context, Shape, str], Task[Any]],
    numbers: Numbers,
) -> Response:
    """The same where the kind is known."""
    context = context_of(request)
    body = await body_of(request, context, numbers)
    tag = context.tag(body, request.scope["path"], kind)
    if names(header(request, b"if-none-match"), tag):
        return Response(None, 304, {"etag": tag, "vary": "Accept"})
    asked = shape.validate_json(body)
    begun = time.perf_counter()
    task = plan(context, asked, kind)
    context.budgets.admit(name_of(request.scope["headers"]), task.cost)
    planned = time.perf_counter() - begun

    def work() -> tuple[bytes | Parts, float]:
        begun = time.perf_counter()
        result = task.compute(context.workers.deadline())
        seconds = time.perf_counter() - begun
        return task.encode(result), seconds

    found, seconds = await context.workers.compute(task.cost, work)
    answer = _answer([found] if isinstance(found, bytes) else found, kind, tag, planned + seconds)
    size, settings = answer.length, context.settings
    if size > settings.max_answer_bytes:
        raise Problem(422, f"The answer would be larger than {settings.max_answer_bytes} bytes; ask for less.")
    if size <= LARGE:
        return answer
    if context.unread and context.unread + size > settings.max_unread_bytes:
        raise Problem.busy(
            "Too many large answers wait for clients that read slowly; try again in a moment.", seconds=3
        )
    return LargeAnswer(answer, context)


def _answer(parts: Parts, kind: str, tag: str, seconds: float) -> Whole:
    """What the engine found. Its headers are all known to be sound."""
    charset, length = "; charset=utf-8" if kind.startswith("text/") else "", sum(map(len, parts))
    head = (
        f"content-type: {kind}{charset}\r\ncontent-length: {length}\r\netag: {tag}\r\n"
        f"server-timing: {timing(seconds)}\r\ncache-control: no-cache\r\nvary: Accept\r\n"
    )
    return Whole(parts, length, head.encode())


def header(request: Request, name: bytes) -> str:
    """A header of the request, the first of its name, which is in small letters; empty where there is none."""
    known = request.scope.get(HEADERS)
    if known is None:  # several are looked for
        known = request.scope[HEADERS] = dict(reversed(request.scope["headers"]))
    return str(known.get(name, b""), "latin-1")


def timing(seconds: float) -> str:
    """The value of the header Server-Timing."""
    return f"engine;dur={seconds * 1e3:.3f}"


async def body_of(request: Request, context: Context, numbers: Numbers) -> bytes:
    """The body's bytes.

    Raises: Problem for another type than JSON, for too many bytes, and for bytes that come too slowly.
    """
    kind = header(request, b"content-type")
    if kind != JSON and kind.partition(";")[0].strip().lower() != JSON:
        raise Problem(415, "The body must be JSON; send the header Content-Type: application/json.")
    settings = context.settings
    most = numbers(settings)
    longest = settings.max_body_bytes + settings.number_bytes * most
    declared = header(request, b"content-length")
    if declared.isdecimal() and int(declared[:20]) > longest:
        raise _too_large(longest)
    message = await request.receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        try:
            async with asyncio.timeout(settings.body_seconds):
                body += await _rest(request, longest - len(body))
        except TimeoutError:
            raise Problem(408, "The body did not arrive in time.", headers={"Connection": "close"}) from None
    if len(body) > longest:
        raise _too_large(longest)
    if len(body) > settings.max_body_bytes:
        if len(body.translate(None, NUMERIC)) > settings.max_body_bytes:
            raise _too_large(settings.max_body_bytes, " besides lists of numbers")
        if body.count(b",") > most + BESIDES:  # short ones would be read for long before they are counted
            raise Problem(413, f"The body lists more than {most} numbers, which is the limit.")
    return body


async def _rest(request: Request, longest: int) -> bytes:
    """What comes behind the first part of a body; no more of it than is needed to know that it is too long."""
    rest, more = bytearray(), True
    while more and len(rest) <= longest:
        message = await request.receive()
        more = message["type"] == "http.request" and message.get("more_body", False)
        rest += message.get("body", b"")
    return bytes(rest)


def _too_large(longest: int, what: str = "") -> Problem:
    return Problem(413, f"The body is larger than {longest} bytes{what}, which is the limit.")


def accepted(request: Request, offered: Sequence[str]) -> str:
    """The media type to answer with, among those offered, by the header Accept; the first where it says nothing.

    Raises: Problem where none is acceptable.
    """
    kind = _accepted((header(request, b"accept") or "*/*")[:1000], tuple(offered))
    if kind is None:
        raise Problem(406, f"The answer can be {', '.join(offered)}; the header Accept asks for none of them.")
    return kind


@lru_cache(maxsize=256)
def _accepted(header: str, offered: tuple[str, ...]) -> str | None:
    best: tuple[float, str | None] = (0.0, None)
    for kind in offered:
        quality = _quality(header, kind)
        if quality > best[0]:
            best = (quality, kind)
    return best[1]


def _quality(header: str, kind: str) -> float:
    """How much a header likes a media type, from 0 to 1; the most specific range decides."""
    found = (-1, 0.0)
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        specific = {kind: 2, kind.partition("/")[0] + "/*": 1, "*/*": 0}.get(name, -1)
        if specific > found[0]:
            weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
            try:
                found = (specific, float(weights[0]) if weights else 1.0)
            except ValueError:
                found = (specific, 1.0)
    return found[1]


def matches(shown: str | None, tag: str) -> bool:
    """Whether If-None-Match, in a request for what is there, names the tag or any (*)."""
    return (shown or "").strip() == "*" or names(shown, tag)


def names(shown: str | None, tag: str) -> bool:
    """Whether If-None-Match names the tag itself: a star does not say that there is an answer to a POST."""
    return bool(shown) and tag in (part.strip().removeprefix("W/") for part in str(shown).split(","))
