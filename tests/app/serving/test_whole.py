"""Answers that are written in one go, on real sockets: as whole and as well-formed as those that go the usual way."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.main import create_app
from app.wire import CSV, JSON, PLANES
from tests.app.asking import BODIES
from tests.conftest import Server

PATH = "/api/trajectories"
BODY = json.dumps(BODIES[PATH]).encode()
OWN = {b"date", b"server-timing"}
"""Headers that two answers to the same request do not share."""


def request(accept: str = PLANES, version: str = "1.1", *fields: str) -> bytes:
    lines = [f"POST {PATH} HTTP/{version}", "Host: a", f"Accept: {accept}", f"Content-Type: {JSON}", *fields]
    return "\r\n".join([*lines, f"Content-Length: {len(BODY)}\r\n\r\n"]).encode() + BODY


def until_closed(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def parted(answer: bytes) -> tuple[bytes, list[tuple[bytes, bytes]], bytes]:
    """An answer's first line, its headers but for the date and the time, and its body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = [(name, value) for name, _, value in (line.partition(b": ") for line in lines)]
    assert len({name for name, _ in headers}) == len(headers), "no header comes twice"
    return status, [(name, value) for name, value in headers if name not in OWN], body


def the_usual_way(accept: str) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """What the same app sends to a server that knows nothing of whole answers."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": BODY}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"accept", accept.encode()), (b"content-type", JSON.encode())]
    scope = {"type": "http", "method": "POST", "path": PATH, "root_path": "", "query_string": b"", "headers": headers}
    with ThreadPoolExecutor(1) as aside:  # this thread may have a loop of its own
        aside.submit(lambda: asyncio.run(create_app()(scope, receive, send))).result()
    first, *others = sent
    body = b"".join(message["body"] for message in others)
    return first["status"], [(name, value) for name, value in first["headers"] if name not in OWN], body


@pytest.mark.parametrize("accept", [PLANES, JSON, CSV])
def test_it_is_the_answer_that_any_other_server_would_send(server: Server, accept: str) -> None:
    status, headers, body = parted(until_closed(server, request(accept, "1.1", "Connection: close")))
    usual, known, expected = the_usual_way(accept)
    assert status == b"HTTP/1.1 %d OK" % usual and body == expected
    assert sorted(headers) == sorted([*known, (b"connection", b"close")])
    assert int(dict(headers)[b"content-length"]) == len(body)


def test_a_connection_stays_open_unless_it_is_said_to_close(server: Server) -> None:
    ahead = until_closed(server, request() + request() + request(PLANES, "1.1", "Connection: close"))
    first = ahead.index(b"HTTP/1.1", 1)
    third = ahead.rindex(b"HTTP/1.1")
    answers = [parted(part) for part in (ahead[:first], ahead[first:third], ahead[third:])]
    assert [dict(headers).get(b"connection") for _, headers, _ in answers] == [None, None, b"close"]
    assert answers[0][2] == answers[1][2] == answers[2][2]


def test_an_http_1_0_request_is_answered_and_closed(server: Server) -> None:
    status, headers, body = parted(until_closed(server, request(PLANES, "1.0")))
    assert status == b"HTTP/1.1 200 OK" and dict(headers)[b"connection"] == b"close"
    assert len(body) == int(dict(headers)[b"content-length"])


def test_who_waits_to_be_told_to_send_the_body_is_told(server: Server) -> None:
    answer = until_closed(server, request(PLANES, "1.1", "Expect: 100-continue", "Connection: close"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
