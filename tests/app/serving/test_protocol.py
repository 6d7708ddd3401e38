"""HTTP/1.1 with deadlines, on real sockets: what arrives too slowly, too large or without sense is let go."""

import errno
import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from unittest.mock import Mock

import pytest

from app.serving.protocol import Gathering
from tests.conftest import Server

DEADLINE = 0.5


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with short deadlines."""
    log = tmp_path_factory.mktemp("impatient") / "log.txt"
    seconds = str(DEADLINE)
    server = Server(log, FALLLINE_HEADER_SECONDS=seconds, FALLLINE_BODY_SECONDS=seconds, FALLLINE_SEND_SECONDS=seconds)
    yield server
    server.stop()


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def exchange(server: Server, sent: bytes) -> tuple[bytes, float]:
    """Everything that comes back until the server closes, and after how many seconds it does."""
    began = time.monotonic()
    with connect(server) as connection:
        connection.sendall(sent)
        received = b""
        while part := connection.recv(65536):
            received += part
    return received, time.monotonic() - began


def read_until(connection: socket.socket, end: bytes) -> bytes:
    received = b""
    while not received.endswith(end) and (part := connection.recv(65536)):
        received += part
    return received


def alive(server: Server) -> bool:
    return exchange(server, b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")[0].startswith(
        b"HTTP/1.1 200"
    )


def error_of(answer: bytes) -> dict[str, object]:
    found: dict[str, object] = json.loads(answer.partition(b"\r\n\r\n")[2])["error"]
    return found


def test_a_header_that_does_not_end_is_cut_off_at_its_deadline(impatient: Server) -> None:
    answer, seconds = exchange(impatient, b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    assert answer.startswith(b"HTTP/1.1 408")
    assert error_of(answer)["code"] == "too_slow"
    assert DEADLINE * 0.9 < seconds < DEADLINE + 2


def test_a_header_that_trickles_is_cut_off_all_the_same(impatient: Server) -> None:
    began = time.monotonic()
    with connect(impatient) as connection, suppress(OSError):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        while time.monotonic() - began < DEADLINE + 3:
            connection.sendall(b"X: y\r\n")
            time.sleep(0.05)
    assert time.monotonic() - began < DEADLINE + 2


def test_a_body_that_does_not_end_is_cut_off_at_its_deadline(impatient: Server) -> None:
    head = b"POST /api/grids HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
    answer, seconds = exchange(impatient, head)
    assert answer.startswith(b"HTTP/1.1 408")
    assert error_of(answer)["code"] == "too_slow"
    assert DEADLINE * 0.9 < seconds < DEADLINE + 2
    assert alive(impatient)


def test_a_connection_that_asks_nothing_is_closed_without_a_word(impatient: Server) -> None:
    answer, seconds = exchange(impatient, b"")
    assert answer == b""
    assert seconds < DEADLINE + 2


@pytest.mark.parametrize(
    "fields", [b"X: " + b"a" * 20_000, b"X: y\r\n" * 200, b"X: " + b"a" * 3_000_000], ids=["long", "many", "huge"]
)
def test_a_header_that_is_too_large_is_refused(impatient: Server, fields: bytes) -> None:
    with connect(impatient) as connection:
        try:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n\r\n")
            answer = connection.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            answer = b"HTTP/1.1 431"
    assert answer.startswith(b"HTTP/1.1 431")
    assert alive(impatient)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
    ids=["no host", "two hosts", "unknown method", "not HTTP"],
)
def test_what_is_no_request_is_refused_in_the_shape_of_all_errors(impatient: Server, sent: bytes) -> None:
    answer, _ = exchange(impatient, sent + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert error_of(answer).keys() == {"code", "message", "field", "position"}
    assert alive(impatient)


def test_a_request_in_many_small_pieces_is_answered(impatient: Server) -> None:
    with connect(impatient) as connection:
        for byte in b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n":
            connection.sendall(bytes([byte]))
        assert read_until(connection, b'{"status":"live"}').startswith(b"HTTP/1.1 200")
        time.sleep(DEADLINE * 1.5)
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        assert read_until(connection, b'{"status":"live"}').startswith(b"HTTP/1.1 200")


def test_a_client_that_does_not_read_its_answer_is_dropped(impatient: Server) -> None:
    body = json.dumps(
        {
            "surface": {"formula": "x*y", "x": [-1, 1], "y": [-1, 1]},
            "x": [-1, 1],
            "y": [-1, 1],
            "resolution": [400, 400],
        }
    ).encode()
    head = b"POST /api/grids HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect(("127.0.0.1", impatient.port))
        connection.sendall((head % len(body) + body) * 4)
        time.sleep(DEADLINE * 4 + 1)
        received = 0
        with suppress(ConnectionResetError):
            while part := connection.recv(65536):
                received += len(part)
        assert received < 8_000_000  # all four answers are above eleven million
    assert alive(impatient)


def test_a_client_that_is_dropped_is_told_by_a_reset_and_leaves_nothing_with_the_system(impatient: Server) -> None:
    body = b'{"surface":{"formula":"x*y","x":[-1,1],"y":[-1,1]},"x":[-1,1],"y":[-1,1],"resolution":[400,400]}'
    head = b"POST /api/grids HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", impatient.port))
        connection.sendall(head % len(body) + body)
        end, error = time.monotonic() + 20 * DEADLINE, 0
        while not error and time.monotonic() < end:
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            time.sleep(0.05)
    assert error == errno.ECONNRESET
    assert alive(impatient)


BODY = b'{"formula": "x"}'
LIVE = b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"Transfer-Encoding: chunked"


def asked(*fields: bytes) -> bytes:
    named = b"".join(field + b"\r\n" for field in fields)
    return b"POST /api/formulas HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + named + b"\r\n"


@pytest.mark.parametrize(
    ("fields", "body", "status"),
    [
        ([b"Content-Length: 16", CHUNKED], BODY, b"400"),
        ([b"Content-Length: 16", b"Content-Length: 3"], BODY, b"400"),
        ([b"Content-Length: +16"], BODY, b"400"),
        ([b"Content-Length : 16"], BODY, b"400"),
        ([b"Transfer-Encoding: gzip, chunked"], b"10\r\n" + BODY + b"\r\n0\r\n\r\n", b"400"),
        ([b"Transfer-Encoding: identity"], BODY, b"400"),
        ([CHUNKED], b"zz\r\n" + BODY, b"400"),
        ([CHUNKED], b"FFFFFFFFFFFFFFFFF\r\n" + BODY, b"400"),
        ([CHUNKED], b"10\r\n" + BODY + b"\r\n0\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"431"),
        ([CHUNKED], b"10\r\n" + BODY + b"\r\n0\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", b"431"),
    ],
)
def test_a_body_whose_length_is_in_doubt_is_refused_with_an_answer(
    impatient: Server, fields: list[bytes], body: bytes, status: bytes
) -> None:
    answer, _ = exchange(impatient, asked(*fields) + body)
    assert answer.startswith(b"HTTP/1.1 " + status) and answer.count(b"HTTP/1.1 ") == 1
    assert error_of(answer)["message"]
    assert alive(impatient)


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_a_body_never_becomes_a_request_of_its_own(impatient: Server, protocol: bytes) -> None:
    """The parser stops at a request to change the protocol, and would take what comes next for another request."""
    upgrade = b"Upgrade: " + protocol, b"Connection: Upgrade"
    with connect(impatient) as connection, suppress(OSError):
        connection.sendall(asked(*upgrade, b"Content-Length: %d" % len(LIVE)))
        time.sleep(0.2)
        connection.sendall(LIVE)
        time.sleep(0.2)
        received = connection.recv(65536)
        assert received.startswith(b"HTTP/1.1 400") and b"live" not in received
    with connect(impatient) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n" + b"\r\n".join(upgrade) + b"\r\n\r\n" + LIVE)
        received = b""
        while part := connection.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 200") == 1


def test_requests_that_are_sent_ahead_are_all_answered_wherever_their_bytes_are_cut(impatient: Server) -> None:
    many = LIVE * 500
    with connect(impatient) as connection:
        connection.sendall(many[:-10])
        time.sleep(0.1)
        connection.sendall(many[-10:])
        received = b""
        while received.count(b'{"status":"live"}') < 500 and (part := connection.recv(65536)):
            received += part
    assert received.count(b"HTTP/1.1 200") == 500


def test_an_http_1_0_request_needs_no_host(impatient: Server) -> None:
    answer, _ = exchange(impatient, b"GET /health/live HTTP/1.0\r\n\r\n")
    assert b" 200 " in answer.partition(b"\r\n")[0]


def test_what_is_written_in_one_turn_of_the_loop_leaves_at_once_and_in_order() -> None:
    transport, later = Mock(), []
    transport.is_closing = lambda: transport.close.called
    gathering = Gathering(transport, Mock(call_soon=later.append))
    gathering.write(b"head")
    gathering.write(b"body")
    assert not transport.writelines.called
    later.pop()()
    gathering.write(b"more")
    gathering.flush()
    gathering.write(b"end")
    gathering.close()
    gathering.write(b"nobody reads this")
    for flush in later:
        flush()
    assert [call.args[0] for call in transport.writelines.call_args_list] == [[b"head", b"body"], [b"more"], [b"end"]]
    assert transport.method_calls[-1][0] == "close"
