"""A walk: a run that is handed out a few entries at a time, for those who watch it on its way."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence

from engine.chance import Chance
from engine.errors import DeadlineExceeded
from engine.objective import Objective
from engine.record import Record
from engine.rule import Rule
from engine.trajectory import Run
from engine.verdict import Course, Verdict


class Walk:
    """One rule's path of `steps` steps. Of what has been handed out, only what the verdict needs is kept.

    `verdict` is None until the last piece is handed out.
    """

    def __init__(
        self, objective: Objective, rule: Rule, start: Sequence[float], steps: int, chance: Chance | None = None
    ) -> None:
        self.running = Run(objective, rule, start, chance)
        self.rule, self.steps = rule, steps
        self.course = Course(objective.domain)
        self.verdict: Verdict | None = None

    def pieces(self, first: int, block: int, *, deadline: float | None = None) -> Iterator[Record]:
        """The entries of the record from `first` on, `block` at a time; those before it are gone through on the way.

        A piece is handed out when the next one has been computed: only that shows whether it is the last, whose last
        gradient no step used. Raises DeadlineExceeded where the way to `first` takes longer than the `deadline`.
        """
        ahead = self.running.block
        sizes = itertools.chain((min(ahead, first - at) for at in range(0, first, ahead)), itertools.repeat(block))
        held = self._next(sizes)
        while True:
            following = self._next(sizes)
            last = not following.count
            if last:
                held = self.running.closed(held)
            self.course.add(held.phi, held.loss)
            if last:
                self.verdict = self.running.verdict(self.course, held)
            if held.first >= first:
                yield held
            elif deadline is not None and time.monotonic() > deadline:
                raise DeadlineExceeded(f"the time allowed was used up on the way to step {first}")
            if last:
                return
            held = following

    def _next(self, sizes: Iterator[int]) -> Record:
        return self.running.advance(min(next(sizes), self.steps + 1 - self.running.taken))
