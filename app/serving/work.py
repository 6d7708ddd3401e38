"""Who computes: short work on the event loop, long work on a few threads, with a queue that is bounded.

The engine's kernels release the interpreter's lock, so threads do run side by side. The runs of one long training do
too, while nobody waits. They are not lanes of one kernel: the products of a batch fill the vector registers already.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from app.errors import Problem
from app.serving.budgets import ASKING
from app.settings import Settings

Item = TypeVar("Item")
Result = TypeVar("Result")
Each = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]
"""Calls a function with each of some items; the results are in their order."""
LONG = 12_000
"""The cost from which work is long: about a millisecond. A step of one optimiser on one data point costs 1."""


class Workers:
    """Threads for long work. One that finds the queue full, or waits too long in it, is refused with 503."""

    def __init__(self, settings: Settings, computed: Callable[[float], None] = lambda seconds: None) -> None:
        self.settings, self.computed = settings, computed
        self.threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="engine")
        self.helpers = ThreadPoolExecutor(settings.threads, thread_name_prefix="helper")
        self.turns = asyncio.Semaphore(settings.threads)
        self.waiting = self.computing = 0
        self.asked: Counter[bytes | None] = Counter()

    def deadline(self) -> float:
        """The time at which the engine must stop; a time of `time.monotonic()`."""
        return time.monotonic() + self.settings.engine_seconds

    async def compute(self, cost: float, work: Callable[[], Result]) -> Result:
        """The result of `work`, here or on a thread, by its cost."""
        if cost <= LONG:
            return self._timed(work)
        asking = ASKING.get()
        self.asked[asking] += 1
        try:
            await self._turn()
            self.computing += 1
            try:
                return await asyncio.get_running_loop().run_in_executor(self.threads, self._timed, work)
            finally:
                self.computing -= 1
                self.turns.release()
        finally:
            self.asked[asking] -= 1
            if not self.asked[asking]:
                del self.asked[asking]

    def others_wait(self, browser: bytes | None) -> bool:
        """Whether there is a queue, and others than this browser have long work in it or under way."""
        return self.waiting > 0 and any(asking != browser for asking in self.asked)

    def _timed(self, work: Callable[[], Result]) -> Result:
        begun = time.perf_counter()
        try:
            return work()
        finally:
            self.computed(time.perf_counter() - begun)

    def each(self, cost: float, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """What `work` finds of each item, in their order; long work side by side, on this thread and on helping ones.

        Helpers take no further item while others wait for their turn. The first error, in the order of the items, is
        raised, and no item is begun after it.
        """
        left, found, faults = deque(enumerate(items)), dict[int, Result](), dict[int, Exception]()

        def share(helping: bool) -> None:
            while not faults and not (helping and self.waiting):
                try:
                    place, item = left.popleft()
                except IndexError:
                    return
                try:
                    found[place] = work(item)
                except Exception as error:
                    faults[place] = error

        many = min(len(items), self.settings.threads) - 1 if cost > LONG else 0
        helpers = [self.helpers.submit(share, True) for _ in range(many)]
        share(False)
        for helper in helpers:
            if not helper.cancel():  # one that has not begun is not waited for
                helper.result()
        if faults:
            raise faults[min(faults)]
        return [found[place] for place in range(len(items))]

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
        for threads in (self.threads, self.helpers):
            threads.shutdown(wait=False, cancel_futures=True)


def in_turn(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """One item after another."""
    return [work(item) for item in items]
