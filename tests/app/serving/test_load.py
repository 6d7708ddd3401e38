"""More work than the server has hands: refused with a time to come again; a signal ends it in time."""

import json
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from tests.app.asking import BODIES, JSON, answered, error_of, post
from tests.conftest import Server

from .test_memory import linux, resident_megabytes

HEAVY = {
    "surface": {"name": "gabor", "data": {"x": np.linspace(-10, 10, 100).tolist(), "y": np.zeros(100).tolist()}},
    "x": [-10, 10],
    "y": [2.5, 22.5],
    "resolution": [400, 400],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A server with one hand."""
    running = Server(
        tmp_path_factory.mktemp("small") / "log.txt",
        FALLLINE_THREADS="1",
        FALLLINE_QUEUE="1",
        FALLLINE_QUEUE_SECONDS="1",
        FALLLINE_MAX_STREAMS="2",
    )
    yield running
    running.stop()


def test_what_the_queue_does_not_hold_is_refused_and_the_rest_is_right(small):
    with httpx.Client(base_url=small.url, timeout=30) as client, ThreadPoolExecutor(8) as threads:
        expected = post(client, "/api/grids", HEAVY).content
        found = list(threads.map(lambda _: post(client, "/api/grids", HEAVY), range(8)))
        assert {response.status_code for response in found} == {200, 503}
        for response in found:
            if response.status_code == 200:
                assert response.content == expected
            else:
                assert error_of(response, 503)["code"] == "busy"
                assert 1 <= int(response.headers["retry-after"]) <= 10


@pytest.mark.alone
def test_health_and_short_work_are_answered_beside_long_work(small):
    with httpx.Client(base_url=small.url, timeout=30) as client, ThreadPoolExecutor(2) as threads:
        long = [threads.submit(post, client, "/api/grids", HEAVY) for _ in range(2)]
        slowest = 0.0
        while not all(task.done() for task in long):
            began = time.monotonic()
            assert client.get("/health/live").status_code == 200
            assert post(client, "/api/formulas", BODIES["/api/formulas"]).status_code == 200
            slowest = max(slowest, time.monotonic() - began)
        assert slowest < 0.5


def test_more_data_times_points_than_allowed_are_refused(client):
    many = {"x": list(range(2000)), "y": [0] * 2000}
    body = HEAVY | {"surface": {"name": "line", "data": many}}
    assert error_of(post(client, "/api/grids", body), 422)["field"] == "surface.data"
    body["surface"]["data"] = {"x": list(range(2001)), "y": [0] * 2001}
    assert error_of(post(client, "/api/grids", body), 422)["field"] == "surface.data"


def test_an_hour_of_work_ends_at_the_deadline(tmp_path):
    running = Server(tmp_path / "log.txt", FALLLINE_ENGINE_SECONDS="0.02", FALLLINE_MAX_STEPS="10000000")
    try:
        body = BODIES["/api/trajectories"] | {"steps": 10_000_000}
        with httpx.Client(base_url=running.url, timeout=30) as client:
            began = time.monotonic()
            response = post(client, "/api/trajectories", body)
            assert time.monotonic() - began < 2
            assert error_of(response, 503)["code"] == "deadline"
            assert int(response.headers["retry-after"]) >= 1
            assert error_of(post(client, "/api/grids", HEAVY), 503)["code"] == "deadline"
            many = HEAVY["surface"] | {"data": {"x": list(range(2000)), "y": [0] * 2000}}
            cloud = {"surface": many, "phi": [0, 5], "batches": {"size": 400}, "count": 2000}
            assert error_of(post(client, "/api/gradients", cloud), 503)["code"] == "deadline"
            late = {"accept": "text/event-stream", "Last_Event_Id": "9999990"}
            assert error_of(post(client, "/api/trajectories", body, **late), 503)["code"] == "deadline"
            assert answered(client, "/api/trajectories", BODIES["/api/trajectories"])
    finally:
        running.stop()


def streaming(server, count):
    """Connections that each listen to a slow stream."""
    content = json.dumps(BODIES["/api/trajectories"] | {"steps": 2000})
    fields = JSON | {"Host": "a", "Accept": "text/event-stream", "Content-Length": str(len(content))}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    request = f"POST /api/trajectories?pace=5 HTTP/1.1\r\n{head}\r\n{content}".encode()
    connections = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        connection.sendall(request)
        assert connection.recv(20)
        connections.append(connection)
    return connections


def test_a_stream_more_than_allowed_is_refused(small):
    connections = streaming(small, 2)
    response = httpx.post(
        small.url + "/api/trajectories",
        content=json.dumps(BODIES["/api/trajectories"]),
        headers=JSON | {"Accept": "text/event-stream"},
    )
    error_of(response, 503)
    assert "retry-after" in response.headers
    for connection in connections:
        connection.close()


def test_at_a_signal_every_stream_is_told_and_the_server_ends(tmp_path):
    running = Server(tmp_path / "log.txt")
    connections = streaming(running, 100)
    began = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    for connection in connections:
        received = b""
        while part := connection.recv(65536):
            received += part
        assert b"event: closing" in received
        assert received.endswith(b"0\r\n\r\n")
        connection.close()
    running.process.wait(5)
    assert time.monotonic() - began < 5
    assert "Traceback" not in running.log.read_text()


@linux
def test_large_answers_wait_for_their_clients_up_to_a_limit_and_those_beyond_leave_nothing_behind(tmp_path):
    running = Server(tmp_path / "log.txt", FALLLINE_MAX_UNREAD_BYTES="4000000")
    content = json.dumps(HEAVY | {"surface": {"formula": "x*y", "x": [-1, 1], "y": [-1, 1]}})
    head = f"POST /api/grids HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    try:
        with socket.socket() as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            silent.connect(("127.0.0.1", running.port))
            silent.sendall((head + content).encode())
            assert silent.recv(12, socket.MSG_PEEK).endswith(b"200")
            with httpx.Client(base_url=running.url, timeout=30) as client:
                error_of(post(client, "/api/grids", content), 503)
                before = resident_megabytes(running.process.pid)
                for _ in range(20):
                    response = post(client, "/api/grids", content)
                    assert error_of(response, 503)["code"] == "busy" and int(response.headers["retry-after"]) >= 1
                assert resident_megabytes(running.process.pid) < before + 30  # each of them had more than two
                assert answered(client, "/api/trajectories", BODIES["/api/trajectories"])
    finally:
        running.stop()
