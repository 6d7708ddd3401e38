"""A server process, pinned to one core where asked, and what the system says about it."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
_OWN = ROOT / ".venv" / "bin" / "python"
PYTHON = str(_OWN if _OWN.exists() else sys.executable)
"""The server's own environment: that of the peers holds more, and makes it slower to start."""
CAN_PIN = hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Worker:
    """A server that is there when the constructor returns; `ready_after` is how long that took.

    What it says goes to `log`, where one is given; its environment has what is given by name besides.
    """

    def __init__(
        self, *command: str, pinned: bool = False, port: int | None = None, log: Path | None = None, **environment: str
    ) -> None:
        self.port = port or free_port()
        self.began = time.perf_counter()
        arguments = [PYTHON, "-m", *(part.replace("PORT", str(self.port)) for part in command)]
        known = os.environ | environment
        with open(log or os.devnull, "ab") as out:
            errors = out if log else None
            self.process = subprocess.Popen(arguments, cwd=ROOT, stdout=out, stderr=errors, env=known)
        if pinned and CAN_PIN:
            os.sched_setaffinity(self.process.pid, {0})
        self.ready_after = self._wait()

    def _wait(self) -> float:
        while time.perf_counter() - self.began < 60 and self.process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                    probe.sendall(b"GET /health/ready HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                    if b" 200 " in probe.recv(64):
                        return time.perf_counter() - self.began
            except OSError:
                time.sleep(0.005)
        self.process.kill()
        raise SystemExit("the server did not start")

    @property
    def processes(self) -> list[int]:
        """The server's process, and those that it has started."""
        found = [self.process.pid]
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        return found

    def resident_megabytes(self) -> float:
        """Of all its processes together."""
        texts = [Path(f"/proc/{pid}/status").read_text() for pid in self.processes]
        lines = [line for text in texts for line in text.splitlines() if line.startswith("VmRSS")]
        return sum(int(line.split()[1]) for line in lines) / 1024

    def processor_seconds(self) -> float:
        """The processor time that all threads of the server have used."""
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in self.processes]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(10)
