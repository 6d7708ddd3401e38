"""A server under load: its process, its memory as time passes, and clients in a process of their own."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

from tests.benchmarks.timing import Row
from tests.benchmarks.worker import ROOT, Worker

JSON = "application/json"
Answer = tuple[int, dict[str, str], bytes]
"""Status, headers and body."""


@dataclass(frozen=True)
class Options:
    """What the command line says; 0 workers: nothing."""

    workers: int = 0
    seconds: float = 60.0
    cases: int = 10_000
    seed: int = 1
    named: bool = False
    """Whether parts were asked for by name."""

    @property
    def loaded(self) -> Self:
        """For a server under load: a process for each core, unless it is said how many."""
        return self if self.workers else replace(self, workers=os.cpu_count() or 1)


class Served(Worker):
    """`fallline serve`, with what it says kept in `log`."""

    def __init__(self, options: Options | None = None, port: int | None = None, **environment: str) -> None:
        workers = options.workers if options else 1
        more = ["--workers", str(workers)] if workers > 1 else []
        self.log = Path(tempfile.mkdtemp(prefix="soak-")) / "log.txt"
        super().__init__("app.cli", "serve", "--port", "PORT", *more, port=port, log=self.log, **environment)

    def get(self, path: str) -> Any:
        """What a GET is answered with, as JSON."""
        return json.loads(self.ask("GET", path)[2])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """The answer to a connection of its own."""
        return answer_of(HTTPConnection("127.0.0.1", self.port, timeout=60), method, path, body, **headers)

    @property
    def streams(self) -> int:
        """How many are open."""
        return int(self.get("/health/ready")["streams"])

    @property
    def sockets(self) -> int:
        """How many its processes have open."""
        links = (link for pid in self.processes for link in Path(f"/proc/{pid}/fd").iterdir())
        return sum(_target(link).startswith("socket:") for link in links)

    @property
    def faults(self) -> list[str]:
        """The lines it has written besides its greeting and the access log, which is one of JSON objects."""
        lines = self.log.read_text().splitlines()
        return [line for line in lines if line and not line.startswith(("Fall Line: ", '{"at":'))]


def answer_of(connection: HTTPConnection, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """The answer to the only request of a connection; a body is an object, or bytes as they are to be sent."""
    try:
        fields = {"Content-Type": JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (fields if content is None else fields | {"Content-Length": str(len(content))}).items():
            connection.putheader(name, value)
        connection.endheaders(content)
        response = connection.getresponse()
        return response.status, {key.lower(): value for key, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def _target(link: Path) -> str:
    """Where a descriptor leads; nowhere, if it was closed meanwhile."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def request(path: str, body: Any, accept: str, host: str = "soak") -> bytes:
    """The bytes of a POST."""
    content = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\nContent-Type: {JSON}\r\n"
    return head.encode() + b"Content-Length: %d\r\n\r\n" % len(content) + content


@dataclass
class Memory:
    """Resident megabytes at moments of `time.monotonic()`."""

    found: list[tuple[float, float]] = field(default_factory=list)

    def at(self, moment: float) -> float:
        """The one that was seen last before a moment."""
        return [value for when, value in self.found if when <= moment][-1]

    @property
    def last(self) -> float:
        return self.found[-1][1]

    @property
    def peak(self) -> float:
        return max(value for _, value in self.found)


@contextmanager
def remembered(server: Worker, every: float = 0.25) -> Iterator[Memory]:
    """Look at the server's memory as long as the context lasts."""
    memory, done = Memory(), threading.Event()

    def look() -> None:
        while True:
            memory.found.append((time.monotonic(), server.resident_megabytes()))
            if done.wait(every):
                return

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield memory
    finally:
        done.set()
        watching.join()
        memory.found.append((time.monotonic(), server.resident_megabytes()))


class Clients:
    """A module of this folder as a process: it is given an object, prints lines, and its last line is its answer."""

    def __init__(self, module: str, given: dict[str, Any]) -> None:
        command = [sys.executable, "-m", f"tests.soak.{module}", json.dumps(given)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)

    def line(self) -> Any:
        """The next line that it prints, as JSON."""
        assert self.process.stdout is not None
        text = self.process.stdout.readline()
        if not text:
            raise SystemExit(f"the clients ended with {self.process.wait()}")
        return json.loads(text)

    def end(self) -> None:
        """Wait until it has ended."""
        if self.process.wait(60):
            raise SystemExit(f"the clients ended with {self.process.returncode}")


def until(holds: Any, seconds: float, every: float = 0.02) -> float | None:
    """Seconds until something holds; None where it does not within the time."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if holds():
            return time.monotonic() - begun
        time.sleep(every)
    return None


def none(run: str, bar: str, count: int, of: str) -> Row:
    """A row whose bar is that nothing happened."""
    return Row(run, f"{bar}: none", f"{count} of {of}", count == 0)


def all_of(run: str, bar: str, count: int, of: int) -> Row:
    """A row whose bar is that all did."""
    return Row(run, f"{bar}: all", f"{count:,} of {of:,}", count == of)
