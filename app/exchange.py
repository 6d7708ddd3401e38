"""A request's body and what it accepts, read; an answer with its headers, made."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Problem
from app.settings import Settings
from app.validation import problem_of
from app.wire import JSON

Shape = TypeVar("Shape")
TEXTS = ("application/json", "text/")


class Stopwatch:
    """The engine's time for a request, for the header Server-Timing."""

    def __init__(self) -> None:
        self.begun = time.perf_counter()
        self.ended: float | None = None

    def stop(self) -> None:
        self.ended = time.perf_counter()

    def header(self) -> str:
        return f"engine;dur={((self.ended or time.perf_counter()) - self.begun) * 1e3:.3f}"


async def read(request: Request, adapter: TypeAdapter[Shape]) -> Shape:
    """The body in its shape.

    Raises: Problem that says what is wrong with it.
    """
    kind = request.headers.get("content-type")
    if kind is not None and kind != JSON and kind.partition(";")[0].strip().lower() != JSON:
        raise Problem(415, "The body must be JSON; send the header Content-Type: application/json.")
    settings: Settings = request.app.state.settings
    body = await body_of(request, settings.max_body_bytes)
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        raise problem_of(error) from None


async def body_of(request: Request, longest: int) -> bytes:
    """The bytes of the body, as long as they are not too many."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > longest:
        raise _too_large(longest)
    body = b""
    async for chunk in request.stream():
        body = body + chunk if body else chunk
        if len(body) > longest:
            raise _too_large(longest)
    return body


def _too_large(longest: int) -> Problem:
    return Problem(413, f"The body is larger than {longest} bytes, which is the limit.")


def accepted(request: Request, offered: Sequence[str]) -> str:
    """The media type to answer with, among those offered, by the header Accept; the first where it says nothing.

    Raises: Problem where none is acceptable.
    """
    header = request.headers.get("accept", "*/*")
    kind = _accepted(header[:1000], tuple(offered))
    if kind is None:
        raise Problem(406, f"The answer can be {', '.join(offered)}; the header Accept asks for none of them.")
    return kind


@lru_cache(maxsize=256)
def _accepted(header: str, offered: tuple[str, ...]) -> str | None:
    best: tuple[float, int, str] | None = None
    for place, kind in enumerate(offered):
        quality = _quality(header, kind)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, place, kind)
    return None if best is None else best[2]


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


def respond(
    request: Request, body: bytes, kind: str, stopwatch: Stopwatch | None = None, tag: str | None = None
) -> Response:
    """An answer with ETag and Server-Timing; 304 without a body where the client has the same bytes already."""
    settings: Settings = request.app.state.settings
    if len(body) > settings.max_answer_bytes:
        raise Problem(413, f"The answer would be larger than {settings.max_answer_bytes} bytes; ask for less at once.")
    headers = {"etag": etag(body), "cache-control": "no-cache", "vary": "Accept"}
    if stopwatch is not None:
        headers["server-timing"] = stopwatch.header()
    if matches(request.headers.get("if-none-match"), headers["etag"]):
        return Response(None, 304, headers)
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Response(body, 200, headers, kind + charset)


def etag(body: bytes) -> str:
    """The same bytes have the same tag."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(header: str | None, tag: str) -> bool:
    """Whether If-None-Match names the tag."""
    if not header:
        return False
    return header.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in header.split(","))


def plain(value: Any) -> Any:
    """A shape as an object for the answer; fields that were not given are left out."""
    return value.model_dump(exclude_none=True)
