"""The access log: one line of JSON for a share of the requests, and for each that failed on the server.

It tells the route, the status, times and sizes. Who asked, from where, with which browser or cookie, and what was asked
are not told: no line can be traced to a person.
"""

from __future__ import annotations

import logging
import random
import sys
from datetime import UTC, datetime

import orjson

log = logging.getLogger("fallline.access")


def to_standard_output() -> None:
    """Print the lines, beside whatever else the process logs."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.handlers[:] = [handler]
    log.propagate = False
    log.setLevel(logging.INFO)


def told(share: float, status: int) -> bool:
    """Whether an answer of this status is one of those that the log tells."""
    return status == 500 or random.random() < share


def tell(route: str, method: str, status: int, seconds: float, sent: int) -> None:
    """Log an answer: its route as the documentation names it, milliseconds to its end, and bytes of its body."""
    line = {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "route": route,
        "method": method,
        "status": status,
        "ms": round(1e3 * seconds, 3),
        "bytes": sent,
    }
    log.info("%s", orjson.dumps(line).decode())
