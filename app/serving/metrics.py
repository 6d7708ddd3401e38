"""What the server counts, in the format of Prometheus: requests, refusals, engine seconds, load. Nothing of any client.

With several workers each writes its counts to files that all of them can read, and whichever is asked adds them up.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

KIND = CONTENT_TYPE_LATEST
TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder of the workers' counts; unset where there is but one process."""
SECONDS = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


class Metrics:
    """The counts of one app."""

    def __init__(self) -> None:
        self.folder = os.environ.get(TOGETHER)
        self.registry = CollectorRegistry()
        own = self.registry
        self._requests = Counter(
            "fallline_requests", "Requests, by route and status.", ["route", "status"], registry=own
        )
        self._refusals = Counter("fallline_refusals", "Refusals, by the code of their error.", ["code"], registry=own)
        self._engine = Histogram("fallline_engine_seconds", "Work of the engine.", buckets=SECONDS, registry=own)
        self._streams = self._gauge("fallline_streams", "Streams of server-sent events that are open.")
        self._waiting = self._gauge("fallline_waiting", "Long computations that wait for their turn.")
        self._computing = self._gauge("fallline_computing", "Long computations that have it.")
        self._lag = self._gauge("fallline_loop_lag_seconds", "How late the event loop was last.", mode="livemax")
        self._known: dict[tuple[str, int], Counter] = {}

    def _gauge(self, name: str, text: str, mode: str = "livesum") -> Gauge:
        return Gauge(name, text, registry=self.registry, multiprocess_mode=mode)  # type: ignore[arg-type]

    def answered(self, route: str, status: int) -> None:
        """Count an answer."""
        key = (route, status)
        if (counter := self._known.get(key)) is None:
            counter = self._known[key] = self._requests.labels(route, str(status))
        counter.inc()

    def refused(self, code: str) -> None:
        """Count an answer that is an error."""
        self._refusals.labels(code).inc()

    def computed(self, seconds: float) -> None:
        """Count work of the engine."""
        self._engine.observe(seconds)

    def loaded(self, *, streams: int, waiting: int, computing: int, lag: float) -> None:
        """Note the present load; `lag` in seconds."""
        self._streams.set(streams)
        self._waiting.set(waiting)
        self._computing.set(computing)
        self._lag.set(lag)

    def text(self) -> bytes:
        """All counts, those of the other workers included."""
        if self.folder is None:
            return generate_latest(self.registry)
        for pid in {int(path.stem.rpartition("_")[2]) for path in Path(self.folder).glob("gauge_live*.db")}:
            if not _lives(pid):
                mark_process_dead(pid, self.folder)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody, self.folder)
        return generate_latest(everybody)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
