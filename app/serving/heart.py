"""How late the event loop is."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

BEAT = 0.1
REMEMBERED = 50


class Heart:
    """Measures how late the event loop is: what a new request would wait at least."""

    def __init__(self) -> None:
        self.lags: deque[float] = deque([0.0], maxlen=REMEMBERED)

    @asynccontextmanager
    async def beating(self, observe: Callable[[], None]) -> AsyncIterator[None]:
        """Measure as long as the context lasts, and have the load observed at each beat."""
        task = asyncio.create_task(self._beat(observe))
        try:
            yield
        finally:
            task.cancel()

    @property
    def late(self) -> float:
        """The largest lag of the last second, in seconds."""
        return max(list(self.lags)[-round(1 / BEAT) :])

    async def _beat(self, observe: Callable[[], None]) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            begun = clock()
            await asyncio.sleep(BEAT)
            self.lags.append(max(0.0, clock() - begun - BEAT))
            observe()
