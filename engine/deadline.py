"""The time that is allowed for a computation; who computes for long looks at the clock now and then."""

from __future__ import annotations

import time

from engine.errors import DeadlineExceeded


def look_at_clock(deadline: float | None, done: int, of: int, what: str) -> None:
    """Raise DeadlineExceeded where the deadline, a time of `time.monotonic()`, has passed after so many of all."""
    if deadline is not None and time.monotonic() > deadline:
        raise DeadlineExceeded(f"the time allowed was used up after {done} of {of} {what}")
