"""S1: how many answers a second one worker on one core gives.

The load comes from the other core: keep-alive connections, one request at a time each, as slider moves are. No two
requests are alike. The constant peers get the same requests under the same uvicorn settings: an endpoint of FastAPI,
a route of Starlette's without FastAPI's part, and a bare ASGI function. Rates are also given for each second of processor time that the server got: on a busy machine, and with a client that
cannot keep up, those two differ, and the ratio of processor times is the one that says what an answer costs.
"""

import itertools
import json
import os
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from tests.benchmarks.timing import Row, at_least, told
from tests.benchmarks.worker import CAN_PIN, Worker

CONNECTIONS = 8
SECONDS = 4.0
ROUNDS = 5


@dataclass
class Rate:
    """What a server gave in one round."""

    a_second: float
    a_processor_second: float
    share: float
    """Of the core's time that the server used."""


def slider_requests(at_once: int = 1) -> Iterator[bytes]:
    """W2 as the page asks it: the learning rates move in turn, `at_once` of the four at a time, never to one place twice."""
    for k in itertools.count():
        rates = [1e-3, 5e-3, 5e-3, 1e-2]
        for moved in range(k, k + at_once):
            rates[moved % 4] *= 1 + 0.25 * ((k * 0.6180339887498949) % 1)
        body = json.dumps(
            {
                "surface": {"name": "rosenbrock", "parameters": {"b": 100}},
                "start": [-1.5, 2.0],
                "steps": 500,
                "optimizers": [
                    {"name": "gd", "learning_rate": rates[0]},
                    {"name": "momentum", "learning_rate": rates[1], "beta": 0.9},
                    {"name": "momentum", "learning_rate": rates[2], "beta": 0.95},
                    {"name": "adam", "learning_rate": rates[3]},
                ],
            }
        ).encode()
        yield (
            b"POST /api/trajectories HTTP/1.1\r\nHost: bench\r\nAccept: application/octet-stream\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        ) + body


def measured(worker: Worker, requests: Iterator[bytes]) -> Rate:
    """Load one server for a while; each answer is read whole and must be a 200."""
    counts = [0] * CONNECTIONS
    turn = threading.Lock()
    end = time.perf_counter() + SECONDS

    def load(index: int) -> None:
        with socket.create_connection(("127.0.0.1", worker.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.perf_counter() < end:
                with turn:
                    request = next(requests)
                connection.sendall(request)
                read_answer(connection)
                counts[index] += 1

    threads = [threading.Thread(target=load, args=(k,)) for k in range(CONNECTIONS)]
    began, used = time.perf_counter(), worker.processor_seconds()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, used = time.perf_counter() - began, worker.processor_seconds() - used
    return Rate(sum(counts) / seconds, sum(counts) / used, used / seconds)


def read_answer(connection: socket.socket) -> None:
    received = connection.recv(1 << 17)
    while b"\r\n\r\n" not in received:
        received += connection.recv(1 << 17)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"an answer was not 200: {head[:200]!r} {body[:300]!r}")
    length = next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    left = int(length) - len(body)
    while left > 0:
        left -= len(connection.recv(1 << 17))


def rows() -> list[Row]:
    moves, all_moves = slider_requests(), slider_requests(4)
    ours, anew = [], []
    constant: dict[str, list[Rate]] = {"endpoint": [], "route": [], "bare": []}
    with ExitStack() as running:
        server = running.enter_context(Worker("app.cli", "serve", "--port", "PORT", pinned=True))
        peers = {
            name: running.enter_context(Worker("tests.benchmarks.constant", name, "PORT", pinned=True))
            for name in constant
        }
        if CAN_PIN:
            os.sched_setaffinity(0, {1})
        for _ in range(ROUNDS):
            ours.append(measured(server, moves))
            anew.append(measured(server, all_moves))
            for name, peer in peers.items():
                constant[name].append(measured(peer, moves))
        if CAN_PIN:
            os.sched_setaffinity(0, range(os.cpu_count() or 1))
    share = statistics.median(rate.share for rate in ours)
    own = statistics.median(rate.a_processor_second for rate in ours)
    name = "S1 one slider move as float32 planes over HTTP, one worker on one core"
    told_ = f"{share:.0%} of it used; {own:,.0f} answers a processor-second"
    all_four = f"{name}, all four optimisers moved at once, so that nothing kept is of use"
    per_time = "of a constant 40 kB answer to the same requests, per processor time, from"
    return [
        at_least(
            f"{name} ({told_})", "answers a second", statistics.median(rate.a_second for rate in ours), 2500, "/s"
        ),
        at_least(all_four, "answers a second", statistics.median(rate.a_second for rate in anew), 2500, "/s"),
        at_least(name, f"{per_time} an endpoint of FastAPI", ratio(ours, constant["endpoint"]), 0.45),
        told(name, f"{per_time} a bare route", ratio(ours, constant["route"])),
        told(name, f"{per_time} a bare function", ratio(ours, constant["bare"])),
    ]


def ratio(rates: list[Rate], others: list[Rate]) -> float:
    """Median over the rounds."""
    pairs = zip(rates, others, strict=True)
    return statistics.median(a.a_processor_second / b.a_processor_second for a, b in pairs)
