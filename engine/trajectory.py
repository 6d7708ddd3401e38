"""Trajectories: a start, an objective and update rules become a record of every step.

There is one loop. `Run` advances one rule piece by piece; `run` (all at once) and streams both consume it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.batches import Batches, epochs
from engine.chance import Chance
from engine.deadline import look_at_clock
from engine.machine.code import write
from engine.machine.linking import Step, linked
from engine.machine.loop import NOTHING, from_line, record_steps
from engine.objective import Objective
from engine.record import Record, joined
from engine.rule import Rule
from engine.verdict import Course, Verdict, judge

Array = NDArray[np.float64]
Status = Literal["running", "converged", "diverged"]
BLOCK = 4096
"""Steps between two looks at the clock: well under a millisecond on analytic surfaces."""
BOUND = 64 * 1024
"""Bytes of a step's memory that is kept with its objective's numbers: those of many data are filled anew."""
DRAWN = 2**18
"""Numbers that may be drawn for one block of steps."""

__all__ = ["Record", "Rule", "Run", "Trajectory", "run"]


@dataclass(slots=True, eq=False)
class Trajectory:
    """The record of one rule: index 0 is the start, so there are steps + 1 entries unless the run diverged.

    phi (steps + 1, 2), loss (steps + 1,), gradient (steps + 1, 2) and each quantity of the state (steps + 1, 2).
    `loss` is the whole loss at phi. `gradient` is the one that the step used, with batches the batch's; the last
    entry is the whole gradient at the last phi. All numbers are finite.

    Entry k of the state is what it was before the step from phi_k. `internals` (each (steps + 1, 2); empty unless the
    rule asks for them) are what that step used; those of the last entry belong to a step that is not taken. They alone
    may be not a number: a ratio of 0 to 0.

    `written` is what a writer keeps with it, so that the same path is not written twice.
    """

    rule: Rule
    verdict: Verdict
    record: Record
    gradient_evaluations_per_step: int
    batches: Batches | None = None
    written: Any = None

    @property
    def phi(self) -> Array:
        return self.record.phi

    @property
    def loss(self) -> Array:
        return self.record.loss

    @property
    def gradient(self) -> Array:
        return self.record.gradient

    @property
    def state(self) -> dict[str, Array]:
        return self.record.state

    @property
    def internals(self) -> dict[str, Array]:
        return self.record.internals

    @property
    def status(self) -> Status:
        return self.verdict.status

    @property
    def reason(self) -> str | None:
        return self.verdict.reason

    @property
    def diverged_at(self) -> int | None:
        return self.verdict.diverged_at

    @property
    def gradient_evaluations(self) -> NDArray[np.int64]:
        """How many gradients had been taken before each entry (steps + 1,)."""
        return np.arange(self.record.count) * self.gradient_evaluations_per_step

    @property
    def steps(self) -> int:
        """Steps taken: one less than there are entries."""
        return max(self.record.count - 1, 0)

    @property
    def epoch(self) -> Array:
        """How many times the data had been seen before each entry (steps + 1,): samples of gradients over samples."""
        steps = self.record.count
        seen = np.arange(float(steps)) if self.batches is None else epochs(self.batches, 0, steps)
        return seen * self.gradient_evaluations_per_step

    @property
    def learning_rate(self) -> Array | None:
        """The learning rate of the step that begins at each entry (steps + 1,); None without a schedule."""
        return None if self.rule.schedule is None else self.rule.learning_rates(0, self.record.count)


class Run:
    """One rule on one objective, advanced piece by piece; `stopped_at` is the first step that is not finite.

    A `block` is how many steps are taken at once.
    """

    def __init__(self, objective: Objective, rule: Rule, start: Sequence[float], chance: Chance | None = None) -> None:
        self.objective, self.rule, self.chance = objective, rule, chance
        self.code = rule.code
        self.step = linked(self.code, objective.form.losses if chance is None else chance.losses, shown=rule.shown)
        self.block = max(1, min(BLOCK, DRAWN // (2 * len(self.step.set_anew) or 1)))
        self.taken = 0
        self.stopped_at: int | None = None
        bound = _bound if self.step.image.nbytes <= BOUND else _bound.__wrapped__
        self.memory = _own(bound(self.step, objective), self.step.has_rows)
        write(self.memory, self.step.inputs, dict(rule.numbers))
        phi = self.step.inputs["phi"].at
        self.memory[phi], self.memory[phi + 1] = start

    def advance(self, steps: int) -> Record:
        """The next `steps` entries of the record, or fewer where the run stops being finite."""
        step, rule = self.step, self.rule
        steps = steps if self.stopped_at is None else 0
        known = len(step.before)
        numbers = np.empty((2 * (known + len(step.after)) - 1, steps))  # the loss is one number, all else are pairs
        count = record_steps(
            step.prologue if self.taken == 0 else NOTHING,
            step.body,
            self.memory,
            step.set_anew,
            self._table(steps),
            step.before,
            step.after,
            known,
            step.moves,
            numbers,
        )
        record = Record(self.taken, steps, numbers.ravel(), rule.entry.definition.state_names, rule.shown)
        if count < steps:
            count = record.finite() if rule.shown else count
            record = record.cut(count)
            if count < steps:
                self.stopped_at = self.taken + count
        self.taken += count
        return record

    def pieces(self, steps: int, deadline: float | None = None) -> Iterator[Record]:
        """The whole record of `steps` steps, in pieces; the clock is looked at between them.

        Raises DeadlineExceeded where the `deadline`, a time of `time.monotonic()`, has passed before the end.
        """
        while self.taken <= steps and self.stopped_at is None:
            look_at_clock(deadline, self.taken, steps, "steps")
            yield self.advance(min(self.block, steps + 1 - self.taken))

    def _table(self, steps: int) -> Array:
        """What is fed to the next steps (steps, pairs, 2): the clock's values, then what is drawn."""
        clock = self.rule.timetable_of(self.code, self.taken, steps)
        if self.chance is None or not self.step.drawn:
            return clock
        return self.chance.table(self.taken, clock, self.step.drawn)

    def finish(self, records: Iterable[Record]) -> Trajectory:
        """Put the records of a whole run together, and say how it went."""
        record = joined(list(records))
        self.close(record)
        course = Course(self.objective.domain)
        course.add(record.phi, record.loss, whole=True)
        batches = None if self.chance is None else self.chance.batches
        return Trajectory(self.rule, self.verdict(course, record), record, self.step.gradient_calls, batches)

    def close(self, record: Record) -> None:
        """End the run with a record: its last gradient becomes the whole one, which no step used."""
        if record.count and not (self.chance is None and self.step.gradient_at_phi):
            record.close(self.objective.gradient(record.phi[-1]))

    def verdict(self, course: Course, last: Record) -> Verdict:
        """How a run went, by its course and the record that ends it."""
        share = 1.0 if self.chance is None else self.chance.share
        end = last.gradient[-1] if last.count else np.full(2, np.nan)
        return judge(self.objective, self.rule, course, end, self.stopped_at, share)


def run(
    objective: Objective,
    start: Sequence[float],
    rules: Sequence[Rule],
    steps: int,
    *,
    chance: Chance | None = None,
    deadline: float | None = None,
) -> list[Trajectory]:
    """Run each rule from the same start and record it; with `chance` all of them see the same draws.

    `deadline` is a time of `time.monotonic()`. Raises DeadlineExceeded when it has passed before the end.
    """
    runs = (Run(objective, rule, start, chance) for rule in rules)
    return [running.finish(running.pieces(steps, deadline)) for running in runs]


def _own(memory: Array, has_rows: bool) -> Array:
    """A copy; one that has rows begins with a line of the cache."""
    if not has_rows:
        return memory.copy()
    own: Array = from_line.py_func(len(memory))
    own[:] = memory
    return own


@lru_cache(maxsize=64)
def _bound(step: Step, objective: Objective) -> Array:
    """The step's memory with the objective's numbers in their places."""
    return step.memory({}, objective.inputs)
