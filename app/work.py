"""Who computes: short work on the event loop, long work on a few threads, with a queue that is bounded.

The engine's kernels release the interpreter's lock, so threads do run side by side.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.errors import Problem
from app.settings import Settings

Result = TypeVar("Result")
LONG = 4000
"""Steps times optimisers, or points, from which work is long: about two milliseconds."""


class Workers:
    """Threads for long work. What finds the queue full, or waits too long, is answered 503."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.threads = ThreadPoolExecutor(settings.workers, thread_name_prefix="engine")
        self.turns = asyncio.Semaphore(settings.workers)
        self.waiting = 0

    def deadline(self) -> float:
        """The time at which the engine must stop; a time of `time.monotonic()`."""
        return time.monotonic() + self.settings.engine_seconds

    async def compute(self, cost: int, work: Callable[[], Result]) -> Result:
        """The result of `work`, here or on a thread, by its cost."""
        if cost <= LONG:
            return work()
        await self._turn()
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, work)
        finally:
            self.turns.release()

    async def _turn(self) -> None:
        if self.waiting >= self.settings.queue:
            raise self._busy()
        self.waiting += 1
        try:
            await asyncio.wait_for(self.turns.acquire(), self.settings.queue_seconds)
        except TimeoutError:
            raise self._busy() from None
        finally:
            self.waiting -= 1

    @staticmethod
    def _busy() -> Problem:
        return Problem.busy("The server computes for others just now; try again in a moment.")

    def close(self) -> None:
        """End the threads; work that has not begun is dropped."""
        self.threads.shutdown(wait=False, cancel_futures=True)
