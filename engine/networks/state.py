"""The state of a training run at one step: what it has learnt so far, and what its next step sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.networks.history import Piece, Watch
from engine.networks.training import Taken, Training
from engine.randomness import Indices
from engine.rule import Rule
from engine.verdict import RUNNING, Verdict

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class State:
    """A run at a step: the one record there, with phi, and the rule as it is then.

    `gradient` (P,) at phi is that of the loss which the next step sees: of the samples `batch`, or of all where it is
    None. A run that stopped being finite on the way is in the state of its last finite step.
    """

    rule: Rule
    verdict: Verdict
    record: Piece
    gradient: Array
    batch: Indices | None
    gradient_evaluations_per_step: int

    @property
    def step(self) -> int:
        return int(self.record.step[0])

    @property
    def phi(self) -> Array:
        phi: Array = self.record.phi[0]
        return phi


def state_at(step: int, begin: Callable[[], Training], steps: int, deadline: float | None = None) -> State:
    """The state at a step of a run of `steps` steps; it is replayed from where `begin` puts it.

    Raises DeadlineExceeded where the time is up on the way.
    """
    training = begin()
    watch = Watch(training, steps)
    watch.reach(step, deadline)
    training.advance(0)  # what changes at this very step
    rule, end = training.rule, step == steps
    batch = None if end else training.batch()
    gradient = training.whole_gradient() if end else training.seen_gradient()
    start = Taken(np.array([training.seen]), rule.learning_rates(step, 1), np.array([np.nan]), training.phi[None])
    pieces = watch.pieces(step, 1)
    record = next(pieces, None)
    if end:
        next(pieces, None)  # for the verdict
    verdict = watch.verdict or RUNNING
    if record is None and step:
        last = max((verdict.diverged_at or 0) - 1, 0)
        return replace(state_at(last, begin, steps, deadline), verdict=verdict)
    record = record or watch.records(np.array([step]), start)
    return State(rule, verdict, record, gradient, batch, training.step.gradient_calls)
