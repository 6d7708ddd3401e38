"""Paths that were computed lately: while the slider of one optimiser moves, those of the others stay.

A path is decided by its objective, its start and steps, and its rule's name, program and numbers (gd and sgd have one
program), so that one which is kept is the one that would be computed, to the bit. It is kept when it is asked for a
second time: where a slider has been for a moment nobody will ask for again, and memory that is used anew each time is
near the processor.
"""

from __future__ import annotations

import struct
import threading
from collections import OrderedDict
from collections.abc import Sequence

from engine.machine.code import Code
from engine.objective import Objective
from engine.rule import Rule
from engine.trajectory import Trajectory, run

Key = tuple[Objective, str, Code, tuple[tuple[str, float], ...], bytes, int]
COUNT = 1024
"""Paths that are kept at most: each holds on to the programs of its surface and its rule. So many others are known to
have been asked for once."""
FEW = 256
"""No path is kept on more data than so many, which it would hold on to, with programs of their size."""
PART = 8
"""No path is kept that takes more than this part of the room."""


class Kept:
    """Paths by what was asked for, those used last: at most COUNT, and together `most` bytes."""

    def __init__(self, most: int) -> None:
        self.most, self.bytes = most, 0
        self._paths: OrderedDict[Key, Trajectory] = OrderedDict()
        self._asked: OrderedDict[int, None] = OrderedDict()
        """The hashes of those that have been asked for once, the latest last: they hold on to nothing."""
        self._lock = threading.Lock()  # long runs are computed on threads

    def __len__(self) -> int:
        return len(self._paths)

    def paths(
        self, objective: Objective, start: Sequence[float], rules: Sequence[Rule], steps: int, deadline: float
    ) -> list[Trajectory]:
        """The path of each rule. Raises DeadlineExceeded."""
        where = struct.pack("2d", *start)  # its bits, as 0 and −0 are equal
        found = []
        for rule in rules:
            key = objective, rule.entry.name, rule.code, rule.numbers, where, steps
            with self._lock:
                if (path := self._paths.get(key)) is not None:
                    self._paths.move_to_end(key)
            found.append(path or self._computed(key, start, rule, deadline))
        return found

    def _computed(self, key: Key, start: Sequence[float], rule: Rule, deadline: float) -> Trajectory:
        objective, *_, steps = key
        (found,) = run(objective, start, [rule], steps, deadline=deadline)
        size = size_of(found)
        if PART * size <= self.most and objective.form.samples <= FEW:
            with self._lock:
                self._keep(key, found, size)
        return found

    def _keep(self, key: Key, path: Trajectory, size: int) -> None:
        if key in self._paths:  # another thread was faster
            return
        asked = hash(key)
        if asked in self._asked:
            del self._asked[asked]
            self._paths[key] = path
            self.bytes += size
            while self.bytes > self.most or len(self._paths) > COUNT:
                _, oldest = self._paths.popitem(last=False)
                self.bytes -= size_of(oldest)
        else:
            self._asked[asked] = None
            if len(self._asked) > COUNT:
                self._asked.popitem(last=False)


def size_of(path: Trajectory) -> int:
    """The bytes of its numbers: as they were computed, and as planes, which are kept while it is."""
    return path.record.numbers.nbytes * 3 // 2
