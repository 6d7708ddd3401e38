"""What clients have not taken: bounded by bytes for a whole process, at the cost of those that have waited longest."""

import json
import socket
import time
from collections.abc import Iterator

import pytest

from app.serving.unread import Unread
from tests.app.asking import BODIES
from tests.conftest import Server

from .test_memory import linux, resident_megabytes

MOST = 1_000_000
AHEAD = 6
"""Requests that each client sends: more than the system holds of their answers."""


class Connection:
    """A transport whose client has taken all but some bytes."""

    def __init__(self, nbytes: int) -> None:
        self.nbytes = self.left = nbytes
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.left

    def abort(self) -> None:
        self.aborted = True


def test_who_has_waited_longest_goes_first_and_who_reads_has_not_waited() -> None:
    unread = Unread(100)
    first, second, third, fourth = (Connection(30) for _ in range(4))
    for one in (first, second, third):
        unread.add(one)
    first.left = 20
    unread.add(fourth)
    assert [one.aborted for one in (first, second, third, fourth)] == [False, True, False, False]
    assert unread.total == 90


def test_what_has_been_taken_leaves_room() -> None:
    unread = Unread(100)
    first, second = Connection(60), Connection(60)
    unread.add(first)
    unread.remove(first)
    unread.remove(first)
    unread.add(second)
    assert unread.total == 60 and not first.aborted and not second.aborted


def test_one_answer_is_sent_however_large_it_is() -> None:
    unread = Unread(100)
    unread.add(large := Connection(1000))
    assert not large.aborted


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("narrow") / "log.txt", FALLLINE_MAX_WAITING_BYTES=str(MOST))
    yield server
    server.stop()


def asked_ahead(server: Server) -> socket.socket:
    """A client that asks for some answers of 100 kB and reads nothing."""
    content = json.dumps(BODIES["/api/trajectories"] | {"steps": 600})
    head = f"Host: a\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(10)
    one.connect(("127.0.0.1", server.port))
    one.sendall(f"POST /api/trajectories HTTP/1.1\r\n{head}{content}".encode() * AHEAD)
    return one


def dropped(one: socket.socket) -> bool:
    try:
        while one.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return False


@linux
def test_a_crowd_that_reads_nothing_costs_no_more_than_the_limit(narrow: Server) -> None:
    few = [asked_ahead(narrow) for _ in range(8)]
    time.sleep(0.5)
    before = resident_megabytes(narrow.process.pid)
    crowd = [asked_ahead(narrow) for _ in range(150)]
    time.sleep(1)
    grown = resident_megabytes(narrow.process.pid) - before
    assert grown < 12  # all that they asked for would be 100 MB, and an answer of each 16 MB
    newest = crowd.pop()
    assert all(dropped(one) for one in few)
    newest.settimeout(2)
    received = b""
    while received.count(b"HTTP/1.1 200") < AHEAD:
        received += newest.recv(65536)
    for one in (newest, *few, *crowd):
        one.close()


def test_answers_that_are_asked_for_ahead_come_whole_and_in_order(narrow: Server) -> None:
    with asked_ahead(narrow) as one, socket.create_connection(("127.0.0.1", narrow.port)) as other:
        time.sleep(0.3)
        other.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        assert other.recv(100).startswith(b"HTTP/1.1 200")
        received = b""
        while received.count(b"HTTP/1.1 200") < AHEAD or not received.endswith(b"]}"):
            received += one.recv(65536)
        bodies = [part.partition(b"\r\n\r\n")[2] for part in received.split(b"HTTP/1.1 200 OK\r\n")[1:]]
        assert len(bodies) == AHEAD and len(set(bodies)) == 1 and json.loads(bodies[0])["trajectories"]
