"""What a request for slices means to the engine, and its answer as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from app import wire
from app.errors import Problem
from app.job import check_resolution
from app.serving.work import Each, in_turn
from app.settings import Settings
from app.surfaces import Definitions
from app.training.job import Run, TrainingJob
from app.training.schemas import SlicesRequest
from app.training.wire import member_object
from engine.networks.history import History, Piece, train
from engine.networks.slice import Plane, Shadow, Slice, before_lost, principal_plane, random_plane, ranges, sliced

POINTS = 400
"""A path has at most about so many points; fewer, where all of them would have more than NUMBERS parameters."""
NUMBERS = 1 << 22


@dataclass(frozen=True, eq=False)
class Found:
    """The runs, the plane, what is seen on it, and the place of its centre in the path."""

    histories: list[History]
    plane: Plane
    slice: Slice
    centre: int


@dataclass(frozen=True, eq=False)
class SlicesJob:
    """A request for a slice whose names and values are known to be good."""

    asked: SlicesRequest
    training: TrainingJob

    @classmethod
    def of(cls, definitions: Definitions, asked: SlicesRequest) -> SlicesJob:
        """Bind a request to the catalogue.

        Raises: EngineError or Problem with the field that is wrong.
        """
        members = asked.ensemble if asked.member is None else 1
        if asked.run >= len(asked.choices) * members:
            message = f"There is no run {asked.run}; the first is 0."
            raise Problem(422, message, field="run", code="out_of_range")
        if asked.frames is not None:
            sentence = "A slice has no frames; /api/training/states has those of a step."
            raise Problem(422, sentence, field="frames")
        check_resolution(asked.plane.resolution, definitions.settings, "plane.resolution")
        found = cls(asked, TrainingJob.of(definitions, asked, asked.member))
        found._check(definitions.settings)
        return found

    @property
    def _evaluations(self) -> int:
        """Points of the plane times samples."""
        held, (nx, ny) = self.training.task.validation, self.asked.plane.resolution
        return nx * ny * (self.training.task.samples + (0 if held is None else len(held[0][0])))

    def _check(self, settings: Settings) -> None:
        if self._evaluations > settings.max_evaluations:
            nx, ny = self.asked.plane.resolution
            most = settings.max_evaluations // (self._evaluations // (nx * ny))
            message = f"With so many samples there can be at most {most} points on the plane."
            raise Problem(422, message, field="plane.resolution", code="out_of_range")

    @property
    def cost(self) -> float:
        """In units of TrainingJob's."""
        return self.training.cost + self._evaluations * self.training.task.model.size / 500

    @property
    def every(self) -> int:
        """How many steps lie between the points of the paths that are shown."""
        steps, runs = self.asked.steps, len(self.training.runs)
        points = max(1, min(POINTS, NUMBERS // (self.training.task.model.size * runs)))
        return max(self.asked.record_every, -(-steps // points))

    def run(self, deadline: float, each: Each = in_turn) -> Found:
        """Train, lay the plane, and look at it."""
        asked, task = self.asked.plane, self.training.task
        training, steps = self.training, self.asked.steps
        histories = each(lambda run: train(training.training(run), steps, self.every, deadline), training.runs)
        own = histories[self.asked.run].piece
        if not len(own.phi):
            raise Problem(422, "The loss is not finite where the path begins, so there is nothing to look at.")
        path = own.phi[: before_lost(own.loss)]
        centre = len(path) - 1 if asked.centre == "end" else 0
        if asked.directions == "random":
            plane, least = random_plane(task.model.network, path[centre], asked.seed), 1.0
        else:
            plane, least = principal_plane(path, path[centre]), 0.0
        paths = [history.piece.phi for history in histories]
        if asked.radius is not None:
            low, high = np.full(2, -asked.radius), np.full(2, asked.radius)
        else:
            others = [each for place, each in enumerate(paths) if place != self.asked.run]
            low, high = ranges([plane.project(each)[0] for each in (path, *others)], asked.margin, least)
        return Found(histories, plane, sliced(task, plane, paths, low, high, asked.resolution, deadline), centre)

    def json(self, found: Found) -> bytes:
        """The answer of /api/training/slices."""
        seen, piece = found.slice, found.histories[self.asked.run].piece
        described = {
            "run": self.asked.run,
            "directions": self.asked.plane.directions,
            "centre": {"step": int(piece.step[found.centre]), "loss": float(piece.loss[found.centre])},
            "variance_explained": found.plane.variance_explained,
            "a": seen.a,
            "b": seen.b,
            "loss": seen.loss,
            "validation_loss": seen.validation_loss,
        }
        known = zip(self.training.runs, found.histories, seen.shadows, strict=True)
        paths = [_path(k, run, history.piece, shadow) for k, (run, history, shadow) in enumerate(known)]
        return wire.json(described | {"paths": paths})


def _path(index: int, run: Run, piece: Piece, shadow: Shadow) -> dict[str, Any]:
    return {
        "index": index,
        **member_object(run),
        "step": piece.step.astype(np.int64),
        "a": np.ascontiguousarray(shadow.coordinates[:, 0]),
        "b": np.ascontiguousarray(shadow.coordinates[:, 1]),
        "loss": np.ascontiguousarray(piece.loss),
        "plane_loss": shadow.loss,
        "distance": shadow.distance,
    }
