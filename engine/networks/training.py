"""Training a network: the same machine, the same optimisers, many parameters.

A run is advanced piece by piece. What it has learnt so far stands in the machine's memory; what it is asked to record
comes out of it. A change of hyperparameters on the way keeps phi, the optimiser's state and the step counter: so a run
is the same whether a change was known beforehand or came while it went.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.batches import Batches, DrawnBatches, counting
from engine.machine.code import Code, in_pairs, pairs, write
from engine.machine.linking import Losses, Step, link
from engine.machine.loop import NOTHING, record_steps, run_once
from engine.networks.model import Model
from engine.randomness import Indices
from engine.room import MEGABYTE, keeping
from engine.rule import Rule

Array = NDArray[np.float64]
BLOCK = 256
"""Steps taken at once, at most."""
NUMBERS = 1 << 20
"""Numbers that a block may record and be fed."""
HELD = 256 * 1024
"""Bytes of a memory that a run holds while it waits for its reader."""
ROOM = 12 * MEGABYTE
"""Bytes of linked steps that are kept."""


@dataclass(frozen=True, eq=False)
class Task:
    """What is learnt: a model, the samples it is trained on, x (D_in, n) and y (K, n), and others held back."""

    model: Model
    x: Array
    y: Array
    validation: tuple[Array, Array] | None = None

    @property
    def samples(self) -> int:
        return len(self.x[0])

    @property
    def nbytes(self) -> int:
        """The bytes of the samples and of the programs that were made for them."""
        held = () if self.validation is None else self.validation
        return self.model.nbytes + sum(int(rows.nbytes) for rows in (self.x, self.y, *held))


@dataclass(frozen=True)
class Change:
    """From step `step` on an optimiser has other values of its hyperparameters, or sees other batches."""

    step: int
    rule: Rule
    batches: Batches | None


class Stretch(NamedTuple):
    """Consecutive steps from `first` on under one rule; the first of them sees batch number `batch`."""

    first: int
    steps: int
    rule: Rule
    batches: Batches | None
    batch: int


class Taken(NamedTuple):
    """Steps that were taken, (steps,) each: what was seen of the data before each of them, the learning rate and the
    loss that it saw; and phi before it (steps, P), where it was recorded."""

    seen: Array
    learning_rate: Array
    loss: Array
    phi: Array


@dataclass(eq=False)
class Training:
    """One optimiser on a task, from phi (P,); `stopped_at` is the first step at which a number is not finite, and
    `broken` phi there.

    `changes` are in the order of their steps.
    """

    task: Task
    rule: Rule
    phi: Array
    batches: Batches | None = None
    changes: list[Change] = field(default_factory=list)
    taken: int = 0
    seen: float = 0.0
    stopped_at: int | None = None
    broken: Array | None = None
    _begun: tuple[int, float] = (0, 0.0)
    _state: dict[str, Array] = field(default_factory=dict)
    _parts: tuple[Code, Losses] | None = None
    memory: Array = field(default_factory=lambda: np.empty(0))

    def __post_init__(self) -> None:
        self._link()

    def copy(self) -> Training:
        """A run of its own, which begins where this one is before its first step."""
        return Training(self.task, self.rule, self.phi, self.batches, list(self.changes))

    def advance(self, steps: int, *, recorded: bool = True) -> Taken:
        """Take steps; fewer where the run stops being finite. Not `recorded`: the last phi alone is kept."""
        pieces = []
        end = self.taken + steps
        while self.taken < end and self.stopped_at is None:
            self._change()
            limit = min([end, *(change.step for change in self.changes)]) - self.taken
            pieces.append(self._advance(min(limit, self._block(recorded)), recorded))
        self._change()
        if not pieces:
            return Taken(np.empty(0), np.empty(0), np.empty(0), np.empty((0, len(self.phi))))
        return Taken(*(np.concatenate(rows) for rows in zip(*pieces, strict=True)))

    def batch(self) -> Indices | None:
        """The samples that the next step sees, by their indices; None: all."""
        if self.batches is None:
            return None
        indices, sizes = self.batches.drawn(*self._drawn(1))
        return indices[0, : sizes[0]]

    def seen_gradient(self) -> Array:
        """The gradient at phi (P,) of the loss that the next step sees."""
        task, drawn = self.task, {}
        if self.batches is not None:
            indices, sizes = self.batches.drawn(*self._drawn(1))
            drawn = self._drawn_rows(indices, sizes)
        code = self._losses().code("loss", "gradient")
        data = {"phi": self.phi, "x": task.x.ravel(), "y": task.y.ravel()}
        return run_once(code, data | {name: rows[0] for name, rows in drawn.items()})["gradient"]

    def whole_gradient(self) -> Array:
        """The gradient at phi (P,) of the loss on all samples."""
        return self.task.model.gradient(self.phi, self.task.x, self.task.y)[1]

    def _block(self, recorded: bool) -> int:
        width = 2 * len(self.step.set_anew) + (len(self.phi) if recorded else 0)
        return max(1, min(BLOCK, NUMBERS // max(width, 1)))

    def _change(self) -> None:
        while self.changes and self.changes[0].step <= self.taken:
            change = self.changes.pop(0)
            if change.batches is not self.batches:
                self._begun = (self.taken, self.seen)
            self.rule, self.batches = change.rule, change.batches
            self._forget()
            self._link()

    def _link(self) -> None:
        """The step's program."""
        parts = self.rule.of_size(len(self.phi)), self._losses()
        if parts != self._parts:  # other numbers alone leave the step as it is
            self._parts = parts
            self.code, self.step = parts[0], _linked(*parts)

    def _remember(self) -> None:
        """The memory of the step's program: the numbers, the data, phi and the state in their places."""
        task = self.task
        self.memory = self.step.memory(dict(self.rule.numbers), {"x": task.x.ravel(), "y": task.y.ravel()})
        write(self.memory, self.step.inputs, {"phi": self.phi, **self._state})
        self._fresh = True

    def rest(self) -> None:
        """Let go of a memory that is large: what the run goes on from is a small part of it."""
        if self.memory.nbytes > HELD:
            self._forget()

    @property
    def nbytes(self) -> int:
        """The bytes that it holds of its own."""
        return self.memory.nbytes + (2 + len(self.rule.entry.definition.state)) * self.phi.nbytes

    def _losses(self) -> Losses:
        batch, even = (None, True) if self.batches is None else (self.batches.largest, self.batches.even)
        return self.task.model.losses(self.task.samples, batch, even)

    def _forget(self) -> None:
        """Keep phi and the state, and let go of the memory that they stand in, if there is one."""
        if not len(self.memory):
            return
        names = ("phi", *self.rule.entry.definition.state)
        places = {name: self.step.inputs[name] for name in names}
        values = {name: self.memory[place.at : place.at + place.size].copy() for name, place in places.items()}
        self.phi = values.pop("phi")
        self._state, self.memory = values, np.empty(0)

    def _advance(self, steps: int, recorded: bool) -> Taken:
        if not len(self.memory):
            self._remember()
        step, size = self.step, len(self.phi)
        before_all = None if recorded else (self.memory.copy(), self._fresh)
        phi = step.inputs["phi"].at
        before = pairs(step.inputs["phi"]) if recorded else NOTHING
        record = np.empty((2 * len(before) + 1, steps))
        table, sizes = self._table(steps)
        record_steps(
            step.prologue if self._fresh else NOTHING,
            step.body,
            self.memory,
            self.step.set_anew,
            table,
            before,
            step.after[:1],
            len(before),
            step.moves,
            record,
        )
        self._fresh = False
        if before_all and not (np.isfinite(record[-1]).all() and np.isfinite(self.memory[phi : phi + size]).all()):
            self.memory, self._fresh = before_all  # once more, to see at which step phi or the loss is not finite
            taken = self._advance(steps, recorded=True)
            return taken._replace(phi=taken.phi[:, :0])
        seen = self.seen + np.concatenate([[0.0], np.cumsum(sizes[:-1])])
        rates = self.rule.learning_rates(self.taken, steps)
        points = record[:-1].reshape(len(before), steps, 2).transpose(1, 0, 2).reshape(steps, -1)[:, :size]
        taken = Taken(seen, rates, record[-1], points)
        good = np.isfinite(taken.loss) & np.isfinite(taken.phi).all(axis=1)
        count = steps if good.all() else int(np.argmin(good))
        self.phi = self.memory[phi : phi + size].copy()
        self.taken += count
        self.seen += float(sizes[:count].sum())
        if count < steps:
            self.stopped_at = self.taken
            self.broken = taken.phi[count].copy()
        return Taken(*(rows[:count] for rows in taken))

    def _table(self, steps: int) -> tuple[Array, Array]:
        """What is fed to the next steps (steps, pairs, 2): the clock's values, then what is drawn; the batch sizes."""
        clock = self.rule.timetable_of(self.code, self.taken, steps)
        if self.batches is None:
            return clock, np.full(steps, float(self.task.samples))
        indices, sizes = self.batches.drawn(*self._drawn(steps))
        rows = self._drawn_rows(indices, sizes)
        table = np.concatenate([clock, in_pairs(rows, self.step.drawn)], axis=1)
        table.setflags(write=False)
        return table, sizes.astype(np.float64)

    @staticmethod
    def _drawn_rows(indices: Indices, sizes: Indices) -> dict[str, Array]:
        """What is drawn for steps, a row a step, by the names that the losses have for it."""
        weight, count = counting(indices, sizes)
        return {"indices": indices.astype(np.float64), "weight": weight, "count": count}

    def _drawn(self, steps: int) -> tuple[int, int]:
        """Which batches the next steps see: other batches begin with the epoch that has not begun."""
        return _number_of_batch(self.batches, self.taken, self._begun), steps

    def stretches(self, steps: int) -> list[Stretch]:
        """What the next steps are taken with, from change to change; nothing is computed."""
        found: list[Stretch] = []
        step, seen, begun, rule, batches = self.taken, self.seen, self._begun, self.rule, self.batches
        for change in [*self.changes, None]:
            end = steps if change is None else min(change.step, steps)
            if end > step:
                batch = _number_of_batch(batches, step, begun)
                found.append(Stretch(step, end - step, rule, batches, batch))
                sizes = (
                    self.task.samples * (end - step) if batches is None else batches.drawn(batch, end - step)[1].sum()
                )
                step, seen = end, seen + float(sizes)
            if change is not None:
                begun = (step, seen) if change.batches is not batches else begun
                rule, batches = change.rule, change.batches
        return found


@keeping(ROOM)
def _linked(code: Code, losses: Losses) -> Step:
    """Those that a hall trains at the same time: the memory of a large network's step takes megabytes."""
    return link(code, losses)


def _number_of_batch(batches: Batches | None, step: int, begun: tuple[int, float]) -> int:
    """Which of the batches a step sees; they were begun at a step, before which so many samples had been seen."""
    first, seen = begun
    if not first or not isinstance(batches, DrawnBatches):
        return step
    return step - first + -(-int(seen) // batches.samples) * batches.per_epoch
