"""Training runs as server-sent events: blocks of records, each computed when the last one has been sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from app.context import Context
from app.streams import FRAMES_PER_SECOND, block_size
from app.training.frame_wire import frame_object
from app.training.frames import Picture
from app.training.job import TrainingJob
from app.training.schemas import TrainingRequest
from app.training.wire import data_object, end_object, member_object, record_object
from engine.networks.frame import Frame
from engine.networks.history import Piece, Watch


class Block(NamedTuple):
    """Records of a run, and the frame of the last of them."""

    piece: Piece
    frame: Frame | None

    @property
    def last(self) -> int:
        return int(self.piece.step[-1])


class Runs:
    """The runs of a job, side by side from step `first` on; the way there is replayed, to the bit."""

    def __init__(self, context: Context, asked: TrainingRequest, first: int, pace: float | None) -> None:
        self.context, self.pace, self.first = context, pace, min(first, asked.steps + 1)
        self.job = TrainingJob.of(context.definitions, asked)
        self.watches: list[Watch] = []
        # a picture takes longer than many steps: at a high pace an event has a thirtieth of a second's, however many
        paced = 0 if pace is None else int(pace / FRAMES_PER_SECOND)
        most = max(1, context.settings.event_records // len(self.job.runs)) * asked.record_every
        self.size = min(most, max(block_size(context, pace), paced, asked.record_every))
        self.pieces: list[Iterator[Piece]] = []
        self.picture = None if asked.frames is None else Picture.of(self.job, asked.frames, context.settings)
        self.cost = self._cost(self.first + self.size)

    def _cost(self, steps: int) -> float:
        frames = 0.0 if self.picture is None else self.picture.cost
        return self.job.cost / max(1, self.job.asked.steps) * steps + frames

    async def next(self) -> list[Block | None]:
        """The next records of each run; None for one that has ended."""
        found = await self.context.workers.compute(self.cost, self._advance)
        self.cost = self._cost(self.size)
        return found

    def _advance(self) -> list[Block | None]:
        if not self.pieces:
            job, asked, deadline = self.job, self.job.asked, self.context.workers.deadline()
            self.watches = [Watch(job.training(run), asked.steps, asked.record_every) for run in job.runs]
            self.pieces = [watch.pieces(self.first, self.size, deadline) for watch in self.watches]
        found = self.context.workers.each(self.cost, lambda pieces: next(pieces, None), self.pieces)
        return [self._seen(piece) for piece in found]

    def _seen(self, piece: Piece | None) -> Block | None:
        """A piece with the frame of its last record, if frames are asked for."""
        if piece is None:
            return None
        return Block(piece, None if self.picture is None else self.picture.frames.of(piece.phi[-1]))

    def block(self, found: list[Block | None]) -> tuple[int, dict[str, Any]]:
        """How many steps the records span, and the records."""
        known = [(k, block) for k, block in enumerate(found) if block is not None]
        if not known:
            return 0, {}
        first = self.first
        self.first = max(block.last for _, block in known) + 1
        return self.first - first, {"first": first, "runs": [self._run(k, block) for k, block in known]}

    def _run(self, index: int, block: Block) -> dict[str, Any]:
        told = {
            "index": index,
            **member_object(self.job.runs[index]),
            **record_object(self.watches[index], block.piece),
        }
        if self.picture is None or block.frame is None:
            return told
        return told | {"frame": frame_object(self.job.task.model, block.frame, block.last, self.picture.asked)}

    @property
    def ended(self) -> bool:
        return all(watch.verdict is not None for watch in self.watches)

    @property
    def nbytes(self) -> int:
        return self.job.task.nbytes + sum(watch.nbytes for watch in self.watches)

    def described(self) -> dict[str, Any]:
        """How each run has ended, and on what it was trained."""
        ends = [end_object(*known) for known in zip(self.job.runs, self.watches, strict=True)]
        return {**self.job.described, "runs": ends, "data": data_object(self.job)}
