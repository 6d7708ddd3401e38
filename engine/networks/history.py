"""The history of a training run: what is recorded of it on its way, and how it ended."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.deadline import look_at_clock
from engine.networks.evaluation import Evaluation
from engine.networks.training import BLOCK, Taken, Task, Training
from engine.verdict import RUNNING, Verdict

Array = NDArray[np.float64]
EXPLODED = 1e3
"""A run whose loss ends so many times above where it began (and above 1) has left what it was to learn."""
MULTIPLICATIONS = 3e8
"""Multiplications between two looks at the clock."""
SETTLED = 1e-6
"""A run has converged when the gradient's norm is this small, in units of 1 + the loss."""


class Piece(NamedTuple):
    """Consecutive records: `step` (n,), `epoch`, `loss` on all training samples, `validation_loss` (empty: none),
    `batch_loss` that the step saw, `learning_rate`, and `phi` (n, P)."""

    step: Array
    epoch: Array
    loss: Array
    validation_loss: Array
    batch_loss: Array
    learning_rate: Array
    phi: Array


@dataclass(eq=False)
class Watch:
    """A training run with what is recorded: each step that `every` divides, and the last one.

    The last record belongs to no step: its batch loss is that of all samples. Where the run stops being finite before,
    the last record is that of its last finite step. `verdict` is None until all pieces have been handed out.
    """

    training: Training
    steps: int
    every: int = 1
    first_loss: float = math.nan
    last_loss: float = math.nan
    last_phi: Array = field(default_factory=lambda: np.empty(0))
    verdict: Verdict | None = None
    _unrecorded: tuple[int, Taken] | None = None
    """The step taken last, where it was not recorded."""
    _start: Training | None = None
    """The run as it was before steps that are only taken."""

    @property
    def task(self) -> Task:
        return self.training.task

    @cached_property
    def _on_training(self) -> Evaluation:
        return Evaluation(self.task.model, self.task.x, self.task.y)

    @cached_property
    def _on_validation(self) -> Evaluation | None:
        held = self.task.validation
        return None if held is None else Evaluation(self.task.model, *held)

    @property
    def nbytes(self) -> int:
        """The bytes that it holds while nobody asks for the next piece, about."""
        evaluations = [value.memory.nbytes for value in vars(self).values() if isinstance(value, Evaluation)]
        begun = 0 if self._start is None else self._start.nbytes
        return self.training.nbytes + self.last_phi.nbytes + begun + sum(evaluations)

    @property
    def block(self) -> int:
        """Steps between two looks at the clock: a fraction of a second's."""
        batches = self.training.batches
        seen = (self.task.samples if batches is None else batches.largest) + self.task.samples / self.every
        return max(1, min(BLOCK, int(MULTIPLICATIONS / (6 * seen * self.task.model.size))))

    def pieces(self, first: int = 0, block: int | None = None, deadline: float | None = None) -> Iterator[Piece]:
        """The records from step `first` on, at most `block` steps at a time; the steps before are only taken.

        Raises DeadlineExceeded where the `deadline`, a time of `time.monotonic()`, passes before the end, or, for one
        who takes the run in blocks, on the way to `first`.
        """
        training, size = self.training, self.block if block is None else min(block, self.block)
        self.reach(min(first, self.steps), deadline)
        while training.taken < self.steps and training.stopped_at is None:
            found = self._taken(min(size, self.steps - training.taken))
            training.rest()
            if found:
                yield found.pop()  # this side keeps nothing of it while its reader is slow
            self._look_at(deadline if block is None else None)
        if training.stopped_at is None:
            end = self._end()
            if training.stopped_at is None and first <= self.steps:
                yield end
        if training.stopped_at is not None and self._unrecorded is not None:
            step, taken = self._unrecorded
            yield self.records(np.array([step]), taken)
        if training.stopped_at and training.stopped_at <= first:
            self._find_last(training.stopped_at - 1, deadline)
        self.verdict = self._judged()

    def _taken(self, steps: int) -> list[Piece]:
        """Take so many steps: the piece of those of them that are recorded, if any are."""
        begun = self.training.taken
        taken = self.training.advance(steps)
        if not len(taken.loss):
            return []
        kept = np.arange(begun, begun + len(taken.loss)) % self.every == 0
        kept[-1] |= self.training.stopped_at is not None
        last = Taken(*(rows[-1:].copy() for rows in taken))
        self._unrecorded = None if kept[-1] else (self.training.taken - 1, last)
        if not kept.any():
            return []
        if not kept.all():
            taken = Taken(*(rows[kept] for rows in taken))
        return [self.records(begun + np.flatnonzero(kept), taken)]

    def reach(self, step: int, deadline: float | None = None) -> None:
        """Take the steps before a step, as far as they go, and record nothing.

        Raises DeadlineExceeded where the deadline passes on the way.
        """
        training = self.training
        if not training.taken:
            self.last_phi = training.phi
            self.first_loss = self.last_loss = float(self._on_training(training.phi[None])[0])
            self._start = training.copy() if step else None
        while training.taken < step and training.stopped_at is None:
            training.advance(min(self.block, step - training.taken), recorded=False)
            self._look_at(deadline)

    def _find_last(self, step: int, deadline: float | None) -> None:
        """What was learnt by the last finite step, which came before those that are recorded: the way there again."""
        assert self._start is not None
        again = Watch(self._start, self.steps, self.every)
        again.reach(step, deadline)
        self.last_phi = again.training.phi
        self.last_loss = float(self._on_training(self.last_phi[None])[0])

    def _end(self) -> Piece:
        """The last record, which belongs to no step."""
        training = self.training
        phi, rate = training.phi[None], training.rule.learning_rates(self.steps, 1)
        piece = self.records(
            np.array([self.steps]), Taken(np.array([training.seen]), rate, self._on_training(phi), phi)
        )
        if not (np.isfinite(piece.loss).all() and np.isfinite(phi).all()):
            training.stopped_at = self.steps
        return piece

    def records(self, steps: NDArray[np.int64], taken: Taken) -> Piece:
        """What is recorded of steps (n,) that were taken."""
        everything = self.training.batches is None
        loss = taken.loss if everything else self._on_training(taken.phi)
        held = np.empty(0) if self._on_validation is None else self._on_validation(taken.phi)
        epoch = taken.seen / self.task.samples
        if np.isfinite(loss[-1]) and np.isfinite(taken.phi[-1]).all():
            self.last_loss, self.last_phi = float(loss[-1]), taken.phi[-1].copy()
        return Piece(steps.astype(np.float64), epoch, loss, held, taken.loss, taken.learning_rate, taken.phi)

    def _look_at(self, deadline: float | None) -> None:
        look_at_clock(deadline, self.training.taken, self.steps, "steps")

    def _judged(self) -> Verdict:
        """How the run went."""
        stopped = self.training.stopped_at
        if stopped is not None:
            return Verdict("diverged", self._overflow(stopped), stopped)
        if self.last_loss > EXPLODED * max(1.0, self.first_loss):
            sentence = f"The loss rose from {self.first_loss:.4g} to {self.last_loss:.4g}: the steps are too large."
            return Verdict("diverged", sentence, self.steps)
        loss, gradient = self.task.model.gradient(self.last_phi, self.task.x, self.task.y)
        norm = float(np.linalg.norm(gradient))
        if norm <= SETTLED * (1 + abs(loss)):
            return Verdict("converged", f"The gradient of the training loss has the norm {norm:.2g}.")
        return RUNNING

    def _overflow(self, step: int) -> str:
        """Where numbers stopped being finite: the first layer whose weights or values are not."""
        task, phi = self.task, self.training.broken
        if phi is None:
            return f"At step {step} the loss left the range of floats."
        network = task.model.network
        with np.errstate(all="ignore"):
            values = network.through(phi, task.x)[0]
        for number, before in enumerate(values, 1):
            if not np.isfinite(before).all():
                return f"At step {step} the numbers left the range of floats: first in layer {number}."
        last = len(values)
        return f"At step {step} the loss left the range of floats: the outputs, of layer {last}, were too large for it."


@dataclass(frozen=True, eq=False)
class History:
    """A whole run: who watched it to its end, its records as one piece."""

    watch: Watch
    piece: Piece


def train(
    training: Training,
    steps: int,
    every: int = 1,
    deadline: float | None = None,
    *,
    path: bool = True,
    tell: Callable[[Watch], None] | None = None,
) -> History:
    """Train, and record it; without the `path`, of whose many numbers a record of losses has no need, phi is empty.

    `tell` is called whenever some steps have been taken. Raises DeadlineExceeded where the time is up before the end.
    """
    watch, size = Watch(training, steps, every), len(training.phi)
    pieces = []
    for piece in watch.pieces(deadline=deadline):
        pieces.append(piece if path else piece._replace(phi=np.empty((0, size))))
        if tell is not None:
            tell(watch)
    piece = Piece(*(np.concatenate(rows) for rows in zip(*pieces, strict=True))) if pieces else _nothing(size)
    return History(watch, piece)


def _nothing(size: int) -> Piece:
    none = np.empty(0)
    return Piece(none, none, none, none, none, none, np.empty((0, size)))
