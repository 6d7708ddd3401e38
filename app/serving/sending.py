"""Large answers, sent piece by piece: a client that reads slowly holds the rest of its answer, and one that does not is
let go."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.context import Context

PIECE = 64 * 1024
"""Bytes: what a connection's buffer takes before it asks to wait."""
LARGE = 2 * PIECE
"""Bytes from which an answer is sent in pieces."""
ABORT = "fallline.abort"
"""The extension of the protocol that ends a connection."""


class LargeFile(Response):
    """A file that is read while it is sent, so that three hundred first visits do not hold it three hundred times."""

    def __init__(self, path: Path, headers: Mapping[str, str], kind: str, seconds: float) -> None:
        self.path, self.seconds, self.status_code, self.background = path, seconds, 200, None
        self.body = b""
        self.media_type = kind
        self.init_headers({**headers, "content-length": str(path.stat().st_size)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self.path.open("rb") as file:
            await send_pieces(self, iter(lambda: file.read(PIECE), b""), scope, receive, send, self.seconds)


class LargeAnswer(Response):
    """A body in memory, sent in pieces; while it waits for its client it counts as `unread` of the context."""

    def __init__(self, answer: Response, context: Context) -> None:
        self.status_code, self.body, self.raw_headers = answer.status_code, answer.body, answer.raw_headers
        self.context, self.background = context, None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = memoryview(self.body)
        self.context.unread += len(whole)
        try:
            pieces = (bytes(whole[at : at + PIECE]) for at in range(0, len(whole), PIECE))
            await send_pieces(self, pieces, scope, receive, send, self.context.settings.send_seconds)
        finally:
            self.context.unread -= len(whole)


async def send_pieces(
    response: Response, pieces: Iterator[bytes], scope: Scope, receive: Receive, send: Send, seconds: float
) -> None:
    """Send an answer's head and pieces, each when there is room; drop a client that makes none in so many seconds."""
    await send({"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers})
    try:
        for piece in pieces:
            async with asyncio.timeout(seconds):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                await asyncio.sleep(0)  # what is written leaves at the end of a turn: then there may be no room
        async with asyncio.timeout(seconds):
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except TimeoutError:
        await drop(scope, receive)


async def drop(scope: Scope, receive: Receive) -> None:
    """End a connection at once, whatever waits to be sent: to close it politely would wait for its client to read."""
    scope["extensions"][ABORT]["end"]()
    await gone(receive)


async def gone(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
