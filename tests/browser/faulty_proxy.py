"""A proxy between browser and server that does what networks and servers in trouble do."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

ENOUGH = 2_000
"""Bytes of an answer: behind its header, before its end."""


class Asked(NamedTuple):
    """A request that reached the proxy."""

    at: float
    path: str
    body: Any


@dataclass
class Fault:
    """What becomes of requests under a path: by default they pass. An answer can be cut after some of its bytes."""

    under: str = "/api/"
    delay: float = 0.0
    status: int = 0
    code: str = "busy"
    retry_after: int = 1
    silent: bool = False
    cut: int = 0
    altered: dict[str, Any] = field(default_factory=dict)

    def answer(self) -> bytes:
        """The answer in place of the server's own: its refusal, or what stands before a server that is gone."""
        error = {"code": self.code, "message": "The server has no hands free; try again in a moment."}
        ours = self.status != 502
        page = json.dumps({"error": error}).encode() if ours else b"<h1>Bad gateway</h1>"
        named = f"Retry-After: {self.retry_after}\r\n" if ours else ""
        head = f"HTTP/1.1 {self.status} Trouble\r\n{named}Content-Length: {len(page)}\r\nConnection: close\r\n\r\n"
        return head.encode() + page


@dataclass
class FaultyProxy:
    """Listens on a port of its own before the server at `upstream`; a request is a connection."""

    upstream: int
    port: int = 0
    fault: Fault = field(default_factory=Fault)
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server: asyncio.Server | None = None
        self.open: set[asyncio.StreamWriter] = set()
        self.back()
        return self

    def __exit__(self, *_: object) -> None:
        self.gone()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def gone(self) -> None:
        """Nobody listens any more, and what was under way breaks off."""
        self._do(self._gone())

    def back(self) -> None:
        """Listen, on the same port as before."""
        self._do(self._back())

    def cut(self) -> None:
        """Break off what is under way."""
        self._do(self._cut())

    def of(self, path: str) -> list[Asked]:
        """The requests for a path."""
        return [asked for asked in self.asked if asked.path.partition("?")[0] == path]

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(5)

    async def _back(self) -> None:
        if self.server is not None:
            return
        self.server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, limit=2**20)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _gone(self) -> None:
        if self.server is not None:
            self.server.close()
            self.server = None
        await self._cut()

    async def _cut(self) -> None:
        for writer in list(self.open):
            writer.transport.abort()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._exchange(reader, writer)
        self.open.discard(writer)
        writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        path = first.split(" ")[1]
        self.asked.append(Asked(time.monotonic(), path, json.loads(body) if body else None))
        fault = self.fault if path.startswith(self.fault.under) else Fault()
        await asyncio.sleep(fault.delay)
        if fault.silent:
            await reader.read()  # until the browser gives up
        elif fault.status:
            writer.write(fault.answer())
            await writer.drain()
        else:
            if body and fault.altered:
                body = json.dumps(json.loads(body) | fault.altered).encode()
            kept = [line for line in lines if not line.lower().startswith(("connection:", "content-length:"))]
            kept += [f"Content-Length: {len(body)}"] if body else []
            await self._relay("\r\n".join([first, *kept, "Connection: close", "", ""]).encode() + body, writer, fault)

    async def _relay(self, request: bytes, writer: asyncio.StreamWriter, fault: Fault) -> None:
        answers, up = await asyncio.open_connection("127.0.0.1", self.upstream)
        self.open.add(up)
        try:
            up.write(request)
            passed = 0
            while (chunk := await answers.read(fault.cut or 2**16)) and not 0 < fault.cut <= passed:
                writer.write(chunk)
                await writer.drain()
                passed += len(chunk)
            if fault.cut:
                await asyncio.sleep(0.05)
                writer.transport.abort()
        finally:
            self.open.discard(up)
            up.close()
