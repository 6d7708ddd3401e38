"""Who computes: short work on the event loop, long work on a few threads, with a queue that is bounded.

The engine's kernels release the interpreter's lock, so threads do run side by side.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.errors import Problem
from app.settings import Settings

Result = TypeVar("Result")
LONG = 12_000
"""The cost from which work is long: about a millisecond. A step of one optimiser on one data point costs 1."""


class Workers:
    """Threads for long work. One that finds the queue full, or waits too long in it, is refused with 503."""

    def __init__(self, settings: Settings, computed: Callable[[float], None] = lambda seconds: None) -> None:
        self.settings, self.computed = settings, computed
        self.threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="engine")
        self.turns = asyncio.Semaphore(settings.threads)
        self.waiting = self.computing = 0

    def deadline(self) -> float:
        """The time at which the engine must stop; a time of `time.monotonic()`."""
        return time.monotonic() + self.settings.engine_seconds

    async def compute(self, cost: float, work: Callable[[], Result]) -> Result:
        """The result of `work`, here or on a thread, by its cost."""
        if cost <= LONG:
            return self._timed(work)
        await self._turn()
        self.computing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, self._timed, work)
        finally:
            self.computing -= 1
            self.turns.release()

    def _timed(self, work: Callable[[], Result]) -> Result:
        begun = time.perf_counter()
        try:
            return work()
        finally:
            self.computed(time.perf_counter() - begun)

    async def _turn(self) -> None:
        if self.waiting >= self.settings.queue:
            raise self._busy()
        self.waiting += 1
        try:
            async with asyncio.timeout(self.settings.queue_seconds):
                await self.turns.acquire()
        except TimeoutError:
            raise self._busy() from None
        finally:
            self.waiting -= 1

    def _busy(self) -> Problem:
        """Come again after the time that the queue needs, were each of its works as long as allowed."""
        queue = self.waiting / self.settings.threads * self.settings.engine_seconds
        wait = min(10, max(1, math.ceil(queue / 4)))
        return Problem.busy("The server computes for others just now; try again in a moment.", seconds=wait)

    def close(self) -> None:
        """End the threads; work that has not begun is dropped."""
        self.threads.shutdown(wait=False, cancel_futures=True)
