"""HTTP/1.1 with deadlines: what a proxy would do in front of a server, for one that has none.

uvicorn waits for ever for a request and accepts a header of any size. Here a header must arrive within its time and
size, a body within its time, and a client that has been answered must read.
"""

from __future__ import annotations

import socket
import struct
from asyncio import AbstractEventLoop, Transport
from collections.abc import Iterable
from typing import Any

from httptools import HttpRequestParser
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from app.errors import Problem
from app.serving.sending import ABORT
from app.serving.unread import Unread
from app.settings import Settings

END = b"\r\n\r\n"
"""Of a header."""
MAX_DISCARDED_BYTES = 8 * 1024 * 1024
"""Bytes of a body that are read though the request has been refused, so that the client sees the answer."""


AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: what was not sent is forgotten when the connection is dropped, by the system too."""
AFTER = 0.5
"""Seconds for an answer that says that the body is late, before the connection is closed without one."""


class Unacceptable(Exception):
    """A header that is refused while it is being read."""


class Gathering:
    """A transport that sends what is written within one turn of the event loop at once: an answer's head and body."""

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self.transport, self.loop = transport, loop
        self.held: list[bytes | memoryview] = []
        self.nbytes = 0
        """Of what was sent last: all of it stays in memory until the system has taken its last byte."""
        self.is_closing = transport.is_closing
        self.pause_reading, self.resume_reading = transport.pause_reading, transport.resume_reading

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)

    def write(self, data: bytes) -> None:
        if not self.held:
            self.loop.call_soon(self.flush)
        self.held.append(data)

    def writelines(self, parts: Iterable[bytes | memoryview]) -> None:
        """Send parts behind what is held, at once."""
        self.held += parts
        self.flush()

    def flush(self) -> None:
        """Send what is held; nobody is there to read it where the connection has been dropped meanwhile."""
        held, self.held = self.held, []
        if held and not self.is_closing():
            self.nbytes = sum(map(len, held))
            self.transport.writelines(held)

    def get_write_buffer_size(self) -> int:
        """Bytes that the system has not taken."""
        return self.transport.get_write_buffer_size()

    def close(self) -> None:
        self.flush()
        self.transport.close()

    def abort(self) -> None:
        """Close at once: what a client does not take would stay, in the process or for minutes in the system."""
        known = self.transport.get_extra_info("socket")
        if known is not None:
            known.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with limits, which are set on the class that `guarded` makes."""

    settings: Settings
    unread: Unread
    gathering: Gathering
    most_bytes: int
    most_fields: int
    parser: HttpRequestParser
    phase: str | None = "header"
    timer: Any = None
    timed_phase: str | None = None
    refusal: Problem | None = None
    deaf = False
    """Whether what still comes is no request any more."""
    begun = 0
    """Requests that have begun in the bytes that came last."""
    received = 0
    header_bytes = 0
    header_fields = 0
    body_bytes = 0
    answers = 0
    answering: RequestResponseCycle | None = None
    """The request that is being answered; uvicorn's `cycle` is the last one that has come."""
    untaken = False
    """Whether the last answer is complete, but the system has not taken all of it."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        self.gathering = Gathering(transport, self.loop)
        super().connection_made(self.gathering)  # type: ignore[arg-type]
        transport.set_write_buffer_limits(high=0)  # who makes an answer waits until the system has taken what there is
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self.phase = None
        self._watch()
        self.unread.remove(self.gathering)
        if self.answering is not None and not self.answering.response_complete:
            self.answering.disconnected = True
            self.answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.deaf:
            return
        self.begun = 0
        super().data_received(data)
        if self.phase is not self.timed_phase:
            self._watch()
        if self.phase == "header":
            # of the bytes in which further requests began, this one's are those behind the last
            self.received += len(data) if self.begun <= 1 else len(data) - data.rfind(END) - len(END)
            if self.received > self.most_bytes:
                self._refuse(self._too_large())

    # What the parser tells, in this order

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"end": self.transport.abort}}
        self.phase = "header"
        self.begun += 1
        self.received = self.header_bytes = self.header_fields = self.body_bytes = 0

    def on_url(self, url: bytes) -> None:
        self.header_bytes += len(url)
        if self.header_bytes > self.most_bytes:
            self._stop(self._too_large())
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self.header_fields += 1
        self.header_bytes += len(name) + len(value)
        if self.header_bytes > self.most_bytes or self.header_fields > self.most_fields:
            self._stop(self._too_large())
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self.phase = "body"
        names = [name for name, _ in self.headers]
        hosts = names.count(b"host")
        if hosts != 1 and (hosts or self.parser.get_http_version() == "1.1"):
            self._stop(Problem(400, "The request must have one header Host."))
        if b"transfer-encoding" in names and not any(
            name == b"transfer-encoding" and value.lower() == b"chunked" for name, value in self.headers
        ):
            self._stop(Problem(400, "The only header Transfer-Encoding that is understood is chunked."))
        upgrading = self.parser.should_upgrade()
        if upgrading and (b"transfer-encoding" in names or b"content-length" in names):
            # the parser would take its body for another request, and whoever stands before us would not
            self._stop(Problem(400, "A request that asks for another protocol cannot have a body."))
        super().on_headers_complete()
        if upgrading:
            self.cycle.keep_alive, self.deaf = False, True

    def on_body(self, body: bytes) -> None:
        self.body_bytes += len(body)
        if self.body_bytes > MAX_DISCARDED_BYTES:
            self.transport.close()
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.phase = None
        super().on_message_complete()

    def _stop(self, refusal: Problem) -> None:
        """Leave the parser, which then asks for an answer of 400."""
        self.refusal = refusal
        raise Unacceptable

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.answering = cycle
        super()._start_asgi_task(cycle, app)

    # Answers to what never became a request

    def _too_large(self) -> Problem:
        sentence = f"The header is larger than {self.most_bytes} bytes or has more than {self.most_fields} fields."
        return Problem(431, sentence)

    def send_400_response(self, msg: str) -> None:
        self._refuse(self.refusal or Problem(400, "This is not an HTTP request."))

    def _refuse(self, problem: Problem) -> None:
        """Answer, unless another answer is under way, and close."""
        self.phase = None
        self._watch()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete or not (self.cycle.response_started or self.pipeline):
            body = bytes(problem.answer().body)
            head = b"content-type: application/json\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
            self.transport.write(STATUS_LINE[problem.status] + head + body)
        self.transport.close()

    # Time

    def _watch(self) -> None:
        """Set the clock for the phase that the request is in."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        self.timed_phase = self.phase
        if self.phase is not None:
            seconds = self.settings.header_seconds if self.phase == "header" else self.settings.body_seconds + AFTER
            self.timer = self.loop.call_later(seconds, self._late)

    def _late(self) -> None:
        if self.phase == "header" and not self.received:
            self.transport.close()  # a connection that was opened in advance and never used
        else:
            self._refuse(Problem(408, f"The request's {self.phase} did not arrive in time."))

    # What the client does not take

    def on_response_complete(self) -> None:
        self.gathering.flush()
        self.answers += 1
        left = self.transport.get_write_buffer_size()
        if left:
            self.loop.call_later(self.settings.send_seconds, self._unread, self.answers, left)
        if left and not self.transport.is_closing():  # one answer waits for its client, and no further request is read
            self.untaken = True
            self.flow.pause_reading()
        else:
            super().on_response_complete()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unread.add(self.gathering)

    def resume_writing(self) -> None:
        self.unread.remove(self.gathering)
        super().resume_writing()
        if self.untaken:
            self.untaken = False
            super().on_response_complete()

    def _unread(self, answer: int, before: int) -> None:
        """Drop a client that has read nothing of its answer since the last look."""
        if self.parser is None or self.answers != answer:
            return
        left = self.transport.get_write_buffer_size()
        if left >= before:
            self.transport.abort()
        elif left:
            self.loop.call_later(self.settings.send_seconds, self._unread, answer, left)


def guarded(settings: Settings) -> type[GuardedProtocol]:
    """The protocol with the limits of these settings."""
    own = {
        "settings": settings,
        "unread": Unread(settings.max_waiting_bytes),
        "most_bytes": settings.max_header_bytes,
        "most_fields": settings.max_header_fields,
    }
    return type("Guarded", (GuardedProtocol,), own)
