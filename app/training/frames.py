"""From what a request wants to see of its networks to the engine's frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.errors import Problem
from app.settings import Settings
from app.training.job import TrainingJob
from app.training.schemas import FrameGrid, Unit
from app.training.schemas import Frames as Asked
from engine.data.samples import Samples
from engine.networks.frame import Frames, Grid

LEAST = 2
ROOM = 0.1
"""What a grid shows beyond the data on each side, as a share of their range."""
OVERHEAD = 12_000
"""What a frame costs beside its arithmetic: about a millisecond."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Frames of a job as they are `asked` for; `cost` is that of one frame of each run."""

    frames: Frames
    asked: Asked
    cost: float

    @classmethod
    def of(cls, job: TrainingJob, asked: Asked, settings: Settings) -> Picture:
        """Check what is asked.

        Raises: Problem with the field that is wrong.
        """
        grid = None if asked.grid is None else _grid(job, asked.grid, settings)
        inputs = 2 * sum(map(len, job.samples.parts.values())) + (0 if grid is None else len(grid.points))
        size, runs = job.task.model.size, len(job.runs)
        if inputs * size * runs > settings.max_frame_work:
            most = settings.max_frame_work // (size * runs)
            sentence = f"With {size} parameters and {runs} runs a frame can have at most {most} inputs: points of the "
            where = "frames" if grid is None else "frames.grid.resolution"
            raise Problem(422, f"{sentence}grid, and samples twice.", field=where, code="out_of_range")
        frames = Frames(job.task.model, job.samples, grid, asked.sample, asked.layers)
        return cls(frames, asked, runs * (OVERHEAD + inputs * size / 80))

    def check(self, unit: Unit) -> None:
        """Raise Problem unless there is this unit, and a grid for it."""
        widths = self.frames.model.network.widths[1:]
        if self.frames.grid is None:
            raise Problem(422, "What a unit computes is shown on frames.grid; give one.", field="unit")
        if unit.layer >= len(widths):
            message = f"layer can be at most {len(widths) - 1}: that is the outputs."
            raise Problem(422, message, field="unit.layer", code="out_of_range")
        if unit.unit >= widths[unit.layer]:
            message = f"This layer has {widths[unit.layer]} units; the first is 0."
            raise Problem(422, message, field="unit.unit", code="out_of_range")


def _grid(job: TrainingJob, asked: FrameGrid, settings: Settings) -> Grid:
    inputs, count = job.samples.inputs, len(asked.resolution)
    if inputs > 2:
        sentence = f"These data have {inputs} inputs; a grid is for one or two."
        raise Problem(422, sentence, field="frames.grid")
    given = [side for side in (asked.x, asked.y) if side is not None]
    if (given and len(given) != inputs) or (asked.x is None and asked.y is not None):
        sentence = "These data have two inputs: the grid needs y." if inputs == 2 else "These data have one input."
        raise Problem(422, sentence, field="frames.grid.y")
    if count != inputs:
        sentence = f"resolution must be a list of {inputs}: a number of points for each input."
        raise Problem(422, sentence, field="frames.grid.resolution")
    if min(asked.resolution) < LEAST or np.prod(asked.resolution, dtype=float) > settings.max_frame_points:
        sentence = f"A grid has {LEAST} points or more along each side, and at most {settings.max_frame_points} in all."
        raise Problem(422, sentence, field="frames.grid.resolution", code="out_of_range")
    ranges = given or _around(job.samples)
    return Grid(*(np.linspace(*ends, points) for ends, points in zip(ranges, asked.resolution, strict=True)))


def _around(samples: Samples) -> list[tuple[float, float]]:
    """The range of each input over all parts, with some room."""
    whole = np.concatenate([part.x for part in samples.parts.values()])
    low, high = whole.min(axis=0), whole.max(axis=0)
    room = np.where(high > low, ROOM * (high - low), 1.0)
    return list(zip((low - room).tolist(), (high + room).tolist(), strict=True))
