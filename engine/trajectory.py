"""Trajectories: a start, an objective and update rules become a record of every step.

There is one loop. `Run` advances one rule piece by piece; `run` (all at once) and streams both consume it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import DeadlineExceeded, OutOfRange
from engine.machine.code import Code
from engine.machine.linking import Losses, Step, link
from engine.machine.loop import NOTHING, record_steps
from engine.objective import Objective
from engine.rule import Rule
from engine.verdict import Verdict, judge

Array = NDArray[np.float64]
Status = Literal["running", "converged", "diverged"]
BLOCK = 4096
"""Steps between two looks at the clock: well under a millisecond on analytic surfaces."""

__all__ = ["Piece", "Rule", "Run", "Trajectory", "run"]


@dataclass(slots=True, eq=False)
class Piece:
    """Consecutive steps of one run: `first` is the index of the first; phi (n, 2), loss (n,), gradient (n, 2)."""

    first: int
    phi: Array
    loss: Array
    gradient: Array
    state: dict[str, Array]


@dataclass(slots=True, eq=False)
class Trajectory:
    """The record of one rule: index 0 is the start, so there are steps + 1 entries unless the run diverged.

    phi (steps + 1, 2), loss (steps + 1,), gradient (steps + 1, 2) and each quantity of the state (steps + 1, 2).
    `gradient` is the one that the step used; the last entry is the gradient at the last phi. All numbers are finite.
    """

    rule: Rule
    verdict: Verdict
    phi: Array
    loss: Array
    gradient: Array
    state: dict[str, Array]
    gradient_evaluations_per_step: int

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
        return np.arange(len(self.loss)) * self.gradient_evaluations_per_step


class Run:
    """One rule on one objective, advanced piece by piece; `stopped_at` is the first step that is not finite."""

    def __init__(self, objective: Objective, rule: Rule, start: Sequence[float]) -> None:
        self.objective, self.rule = objective, rule
        self.step = _linked(rule.code, objective.form.losses)
        self.taken = 0
        self.stopped_at: int | None = None
        self.memory = self.step.memory(dict(rule.numbers), objective.inputs)
        phi = self.step.inputs["phi"].at
        self.memory[phi], self.memory[phi + 1] = start

    def advance(self, steps: int) -> Piece:
        """The next `steps` entries of the record, or fewer where the run stops being finite."""
        step, names = self.step, self.rule.entry.definition.state
        record = np.empty((0 if self.stopped_at is not None else steps, len(step.before) + 2, 2))
        table = self.rule.timetable(self.taken, len(record))
        prologue = step.prologue if self.taken == 0 else NOTHING
        count = record_steps(
            prologue,
            step.body,
            self.memory,
            step.fed,
            table,
            step.before,
            step.after,
            len(step.before),
            step.moves,
            record,
        )
        first, self.taken = self.taken, self.taken + count
        if count < len(record):
            self.stopped_at, record = self.taken, record[:count]
        state = {name: record[:, 1 + k] for k, name in enumerate(names)}
        return Piece(first, record[:, 0], record[:, -2, 0], record[:, -1], state)

    def finish(self, pieces: Iterable[Piece]) -> Trajectory:
        """Put the pieces of a whole run together, and say how it went."""
        parts = list(pieces)
        piece = parts[0] if len(parts) == 1 else _joined(parts)
        gradient = piece.gradient
        if len(gradient) and not self.step.gradient_at_phi:
            gradient = gradient.copy()
            gradient[-1] = self.objective.at(piece.phi[-1])[1]
        verdict = judge(self.objective, self.rule, piece.phi, piece.loss, gradient, self.stopped_at)
        calls = self.step.gradient_calls
        return Trajectory(self.rule, verdict, piece.phi, piece.loss, gradient, piece.state, calls)


def run(
    objective: Objective,
    start: Sequence[float],
    rules: Sequence[Rule],
    steps: int,
    *,
    seed: int = 0,
    batches: Any = None,
    deadline: float | None = None,
) -> list[Trajectory]:
    """Run each rule from the same start and record it.

    `deadline` is a time of `time.monotonic()`. Raises DeadlineExceeded when it has passed before the end.
    """
    if batches is not None:
        raise OutOfRange("batches must be null: minibatches are not offered yet", field="batches")
    return [_whole(Run(objective, rule, start), steps, deadline) for rule in rules]


def _whole(running: Run, steps: int, deadline: float | None) -> Trajectory:
    pieces = []
    for first in range(0, steps + 1, BLOCK):
        if deadline is not None and time.monotonic() > deadline:
            raise DeadlineExceeded(f"the time allowed was used up after {running.taken} of {steps} steps")
        pieces.append(running.advance(min(BLOCK, steps + 1 - first)))
        if running.stopped_at is not None:
            break
    return running.finish(pieces)


@lru_cache(maxsize=1024)
def _linked(code: Code, losses: Losses) -> Step:
    return link(code, losses)


def _joined(pieces: Sequence[Piece]) -> Piece:
    def rows(name: str) -> Array:
        return np.concatenate([getattr(piece, name) for piece in pieces])

    state = {name: np.concatenate([piece.state[name] for piece in pieces]) for name in pieces[0].state}
    return Piece(pieces[0].first, rows("phi"), rows("loss"), rows("gradient"), state)
