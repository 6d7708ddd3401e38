"""POST /api/training/slices: the loss on a plane around the path of a training run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.api.grids import check_resolution
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.settings import Settings
from app.surfaces import Definitions
from app.training_job import TrainingJob, numbers
from app.training_schemas import SlicesRequest
from engine.history import History, Piece, train
from engine.slice import Plane, Shadow, Slice, principal_plane, random_plane, ranges, sliced

SHAPE = TypeAdapter(SlicesRequest)
KINDS = (wire.JSON,)
POINTS = 400
"""A path has at most about so many points; fewer, where all of them would have more than NUMBERS parameters."""
NUMBERS = 1 << 22


async def slices(request: Request) -> Response:
    """Train, and look at the loss around the path."""
    return await exchange(request, SHAPE, KINDS, plan, numbers)


def plan(context: Context, asked: SlicesRequest, kind: str) -> Task[Found]:
    """Check what is asked against the limits, and say what it costs."""
    job = SliceJob.of(context.definitions, asked)
    return Task(job.cost, job.run, lambda found: slices_json(job, found))


@dataclass(frozen=True, eq=False)
class Found:
    """The runs, the plane, what is seen on it, and the place of its centre in the path."""

    histories: list[History]
    plane: Plane
    slice: Slice
    centre: int


@dataclass(frozen=True, eq=False)
class SliceJob:
    """A request for a slice whose names and values are known to be good."""

    asked: SlicesRequest
    training: TrainingJob

    @classmethod
    def of(cls, definitions: Definitions, asked: SlicesRequest) -> SliceJob:
        """Bind a request to the catalogue.

        Raises: EngineError or Problem with the field that is wrong.
        """
        if asked.run >= len(asked.choices) * asked.ensemble:
            message = f"There is no run {asked.run}; the first is 0."
            raise Problem(422, message, field="run", code="out_of_range")
        if asked.frames is not None:
            sentence = "A slice has no frames; /api/training/states has those of a step."
            raise Problem(422, sentence, field="frames")
        check_resolution(asked.plane.resolution, definitions.settings, "plane.resolution")
        found = cls(asked, TrainingJob.of(definitions, asked))
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

    def run(self, deadline: float) -> Found:
        """Train, lay the plane, and look at it."""
        asked, task = self.asked.plane, self.training.task
        histories = [
            train(self.training.training(run), self.asked.steps, self.every, deadline) for run in self.training.runs
        ]
        path = histories[self.asked.run].piece.phi
        if not len(path):
            raise Problem(422, "The loss is not finite where the path begins, so there is nothing to look at.")
        centre = len(path) - 1 if asked.centre == "end" else 0
        if asked.directions == "random":
            plane, least = random_plane(task.model.network, path[centre], asked.seed), 1.0
        else:
            plane, least = principal_plane(path, path[centre]), 0.0
        paths = [history.piece.phi for history in histories]
        if asked.radius is not None:
            low, high = np.full(2, -asked.radius), np.full(2, asked.radius)
        else:
            low, high = ranges([plane.project(path)[0] for path in paths], asked.margin, least)
        return Found(histories, plane, sliced(task, plane, paths, low, high, asked.resolution, deadline), centre)


def slices_json(job: SliceJob, found: Found) -> bytes:
    """The answer of /api/training/slices."""
    seen, piece = found.slice, found.histories[job.asked.run].piece
    described = {
        "run": job.asked.run,
        "directions": job.asked.plane.directions,
        "centre": {"step": int(piece.step[found.centre]), "loss": float(piece.loss[found.centre])},
        "variance_explained": found.plane.variance_explained,
        "a": seen.a,
        "b": seen.b,
        "loss": seen.loss,
        "validation_loss": seen.validation_loss,
    }
    pairs = zip(found.histories, seen.shadows, strict=True)
    return wire.json(described | {"paths": [_path(k, each.piece, shadow) for k, (each, shadow) in enumerate(pairs)]})


def _path(index: int, piece: Piece, shadow: Shadow) -> dict[str, Any]:
    return {
        "index": index,
        "step": piece.step.astype(np.int64),
        "a": np.ascontiguousarray(shadow.coordinates[:, 0]),
        "b": np.ascontiguousarray(shadow.coordinates[:, 1]),
        "loss": np.ascontiguousarray(piece.loss),
        "plane_loss": shadow.loss,
        "distance": shadow.distance,
    }


def examples(definitions: Definitions) -> dict[str, Any]:
    """Requests that the documentation offers."""
    names = definitions.default_optimizers()
    line = {"dataset": {"x": [[0], [1], [2]], "y": [1, 3, 5]}, "network": {"hidden": []}, "steps": 2}
    plane = {"directions": "principal", "resolution": [3, 2]}
    dataset = {"name": next(iter(definitions.catalog.datasets)), "n": 100, "seed": 0}
    race = {"dataset": dataset, "batches": {"size": 20}, "steps": 200, "optimizers": [{"name": name} for name in names]}
    return {
        "two steps": line | {"optimizer": {"name": names[0], "learning_rate": 0.1}, "plane": plane},
        "a race": race | {"plane": {"directions": "random", "seed": 1}, "run": len(names) - 1},
    }


def answers(definitions: Definitions) -> dict[str, Any]:
    """What the first example is answered with."""
    asked = SHAPE.validate_python(examples(definitions)["two steps"], strict=False)
    job = SliceJob.of(definitions, asked)
    found = job.run(time.monotonic() + definitions.settings.engine_seconds)
    return {wire.JSON: orjson.loads(slices_json(job, found))}


ENDPOINT = Endpoint(
    "POST",
    "/api/training/slices",
    slices,
    "The loss on a plane around the path of a training run",
    "The request is that of /api/training with a plane. `loss` has a row for each b. A point (a, b) is centre + a u + "
    "b v in the space of all parameters: random directions u, v are scaled unit by unit to the length of the unit's "
    "weights and leave the biases alone; principal ones are of length 1, and `variance_explained` are the shares of "
    "the path's squared distances from the centre along them. The paths are shown where the plane comes nearest: "
    "`loss` is that of the path's point itself, `plane_loss` that of the point shown, `distance` lies between the two.",
    SlicesRequest,
    examples,
    answers,
)
