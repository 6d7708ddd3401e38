"""Training runs as server-sent events: blocks of records, each computed when the last one has been sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.context import Context
from app.streams import block_size
from app.training_job import TrainingJob
from app.training_schemas import TrainingRequest
from app.training_wire import data_object, end_object, record_object
from engine.history import Piece, Watch


class Runs:
    """The runs of a job, side by side from step `first` on; the way there is replayed, to the bit."""

    def __init__(self, context: Context, asked: TrainingRequest, first: int, pace: float | None) -> None:
        self.context, self.pace, self.first = context, pace, min(first, asked.steps + 1)
        self.job = TrainingJob.of(context.definitions, asked)
        self.watches: list[Watch] = []
        self.size = max(block_size(context, pace), asked.record_every)
        self.pieces: list[Iterator[Piece]] = []
        self.cost = self.job.cost / max(1, asked.steps) * (self.first + self.size)

    async def next(self) -> list[Piece | None]:
        """The next records of each run; None for one that has ended."""
        found = await self.context.workers.compute(self.cost, self._advance)
        self.cost = self.job.cost / max(1, self.job.asked.steps) * self.size
        return found

    def _advance(self) -> list[Piece | None]:
        if not self.pieces:
            asked, deadline = self.job.asked, self.context.workers.deadline()
            self.watches = [Watch(training, asked.steps, asked.record_every) for training in self.job.trainings()]
            self.pieces = [watch.pieces(self.first, self.size, deadline) for watch in self.watches]
        return [next(pieces, None) for pieces in self.pieces]

    def block(self, found: list[Piece | None]) -> tuple[int, dict[str, Any]]:
        """How many steps the records span, and the records."""
        known = [(k, piece) for k, piece in enumerate(found) if piece is not None]
        if not known:
            return 0, {}
        first = self.first
        self.first = max(int(piece.step[-1]) for _, piece in known) + 1
        runs = [{"index": k, **record_object(self.watches[k], piece)} for k, piece in known]
        return self.first - first, {"first": first, "runs": runs}

    @property
    def ended(self) -> bool:
        return all(watch.verdict is not None for watch in self.watches)

    def described(self) -> dict[str, Any]:
        """How each run has ended, and on what it was trained."""
        ends = [end_object(watch) for watch in self.watches]
        return {**self.job.described, "runs": ends, "data": data_object(self.job)}
