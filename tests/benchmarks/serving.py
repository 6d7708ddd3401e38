"""S1 and M1: how many answers a second one worker on one core gives, how soon it is there, how much it holds.

The load comes from the other core: keep-alive connections, one request at a time each, as slider moves are. Every
request has another learning rate.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.benchmarks.timing import Row, at_least, at_most

ROOT = Path(__file__).parents[2]
PYTHON = str(next((p for p in (ROOT / ".venv" / "bin" / "python",) if p.exists()), sys.executable))
"""The server's own environment: that of the peers holds more, and makes it slower to start."""
CONNECTIONS = 8
SECONDS = 4.0
ROUNDS = 3


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Worker:
    """A server process pinned to one core."""

    def __init__(self, *command: str) -> None:
        self.port = free_port()
        self.began = time.perf_counter()
        arguments = [part.replace("PORT", str(self.port)) for part in command]
        self.process = subprocess.Popen([PYTHON, "-m", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
        if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
            os.sched_setaffinity(self.process.pid, {0})
        self.ready_after = self._wait()

    def _wait(self) -> float:
        while time.perf_counter() - self.began < 60:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                    probe.sendall(b"GET /health/ready HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                    if b" 200 " in probe.recv(64):
                        return time.perf_counter() - self.began
            except OSError:
                time.sleep(0.005)
        raise SystemExit("the server did not start")

    def resident_megabytes(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)


def slider_requests(port: int) -> list[bytes]:
    """W2 as the page asks it, for fifty positions of the slider."""
    requests = []
    for k in range(50):
        body = json.dumps(
            {
                "surface": {"name": "rosenbrock", "parameters": {"b": 100}},
                "start": [-1.5, 2.0],
                "steps": 500,
                "optimizers": [
                    {"name": "gd", "learning_rate": 1e-3 * (1 + k / 100)},
                    {"name": "momentum", "learning_rate": 5e-3 * (1 + k / 100), "beta": 0.9},
                    {"name": "momentum", "learning_rate": 5e-3, "beta": 0.95},
                    {"name": "adam", "learning_rate": 1e-2 * (1 + k / 50)},
                ],
            }
        ).encode()
        head = (
            f"POST /api/trajectories HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: application/octet-stream\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


def answers_per_second(port: int, requests: list[bytes]) -> float:
    """Answers a second over all connections; each is read whole and must be a 200."""
    counts = [0] * CONNECTIONS
    end = time.perf_counter() + SECONDS

    def load(index: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            k = index
            while time.perf_counter() < end:
                connection.sendall(requests[k % len(requests)])
                read_answer(connection)
                counts[index] += 1
                k += 1

    threads = [threading.Thread(target=load, args=(k,)) for k in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def read_answer(connection: socket.socket) -> None:
    received = connection.recv(1 << 17)
    while b"\r\n\r\n" not in received:
        received += connection.recv(1 << 17)
    head, _, body = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"an answer was not 200: {head[:200]!r} {body[:300]!r}")
    length = int(
        next(line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    )
    left = length - len(body)
    while left > 0:
        left -= len(connection.recv(1 << 17))


def rows() -> list[Row]:
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    rates, ratios = [], []
    plain = b"GET / HTTP/1.1\r\nHost: bench\r\n\r\n"
    with Worker("app.cli", "serve", "--port", "PORT") as ours, Worker("tests.benchmarks.constant", "PORT") as constant:
        resident = ours.resident_megabytes()
        ready = ours.ready_after
        for _ in range(ROUNDS):
            rate = answers_per_second(ours.port, slider_requests(ours.port))
            rates.append(rate)
            ratios.append(rate / answers_per_second(constant.port, [plain]))
    rate, ratio = sorted(rates)[ROUNDS // 2], sorted(ratios)[ROUNDS // 2]
    name = "S1 one slider move as float32 planes over HTTP, one worker on one core"
    return [
        at_least(name, "answers a second", rate, 2500, "/s"),
        at_least(name, "of the rate of a constant 40 kB answer", ratio, 0.45),
        at_most("M1 start of a worker with a warm kernel cache", "ready after", ready, 1.5, "s"),
        at_most("M1 start of a worker with a warm kernel cache", "resident", resident, 180, "MB"),
    ]
