"""Tests side by side: many at once, one alone, and nobody overtakes who waits to be alone."""

import fcntl
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from tests.turns import Turns


class Visit:
    """A test in another worker: it comes, and stays until it is told to go."""

    def __init__(self, threads: ThreadPoolExecutor, turns: Turns, alone: bool) -> None:
        self.came, self.go = Event(), Event()
        self.done: Future[None] = threads.submit(self._stay, turns, alone)

    def _stay(self, turns: Turns, alone: bool) -> None:
        with turns.turn(alone):
            self.came.set()
            assert self.go.wait(20)

    def leave(self) -> None:
        self.go.set()
        self.done.result(20)


def is_held(lock: Path) -> bool:
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.mark.parametrize("last_alone", [True, False])
def test_one_alone_waits_for_all_and_all_wait_for_it(tmp_path: Path, last_alone: bool) -> None:
    turns = Turns(tmp_path)
    with ThreadPoolExecutor(4) as threads:
        first, second = (Visit(threads, turns, alone=False) for _ in range(2))
        assert first.came.wait(20) and second.came.wait(20)
        alone = Visit(threads, turns, alone=True)
        end = time.monotonic() + 20
        while not is_held(turns.door):  # the one that wants to be alone stands in it
            assert time.monotonic() < end
            time.sleep(0.01)
        assert not alone.came.wait(0.2)
        last = Visit(threads, turns, alone=last_alone)
        first.leave()
        assert not last.came.wait(0.2) and not alone.came.is_set()
        second.leave()
        assert alone.came.wait(20) and not last.came.wait(0.2)
        alone.leave()
        assert last.came.wait(20)
        last.leave()
