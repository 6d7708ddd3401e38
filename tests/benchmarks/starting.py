"""M1: how soon a worker is ready with a warm kernel cache, and what it holds then."""

import statistics

from tests.benchmarks.timing import Row, at_most
from tests.benchmarks.worker import Worker

STARTS = 5


def rows() -> list[Row]:
    ready, resident = [], []
    for _ in range(STARTS):
        with Worker("app.cli", "serve", "--port", "PORT") as worker:
            ready.append(worker.ready_after)
            resident.append(worker.resident_megabytes())
    name = f"M1 start of a worker with a warm kernel cache, {STARTS} starts"
    return [
        at_most(
            f"{name}: {min(ready):.2f} to {max(ready):.2f} s", "median until ready", statistics.median(ready), 1.5, "s"
        ),
        at_most(name, "resident, the largest", max(resident), 180, "MB"),
    ]
