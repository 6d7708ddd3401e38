"""What a request for states means to the engine, and its answer as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from app import wire
from app.errors import Problem
from app.serving.work import Each, in_turn
from app.surfaces import Definitions
from app.training.frame_wire import calibration_object, frame_object, likelihood_parameters, plane
from app.training.frames import Picture
from app.training.job import Run, TrainingJob
from app.training.schemas import Frames, StatesRequest
from app.training.wire import data_object, member_object
from engine.networks.frame import Frame
from engine.networks.state import State, state_at


@dataclass(frozen=True, eq=False)
class StatesJob:
    """Runs at one step of theirs, known to be good."""

    asked: StatesRequest
    job: TrainingJob
    picture: Picture

    @classmethod
    def of(cls, definitions: Definitions, asked: StatesRequest) -> StatesJob:
        """Bind a request to the catalogue.

        Raises: EngineError or Problem with the field that is wrong.
        """
        job = TrainingJob.of(definitions, asked, asked.member)
        if asked.step > asked.steps:
            message = f"step can be at most {asked.steps}, as there are so many steps."
            raise Problem(422, message, field="step", code="out_of_range")
        picture = Picture.of(job, asked.frames or Frames(), definitions.settings)
        if asked.unit is not None:
            picture.check(asked.unit)
        return cls(asked, job, picture)

    @property
    def cost(self) -> float:
        """That of the way there, and of a frame of each run."""
        return self.job.cost_of(self.asked.step) + self.picture.cost

    def run(self, deadline: float, each: Each = in_turn) -> list[tuple[State, Frame]]:
        """Each run at the step, and its frame."""
        asked, job = self.asked, self.job
        states = each(lambda run: state_at(asked.step, partial(job.training, run), asked.steps, deadline), job.runs)
        return [(state, self.picture.frames.of(state.phi)) for state in states]

    def json(self, found: list[tuple[State, Frame]]) -> bytes:
        """The answer of /api/training/states."""
        grid = self.picture.frames.grid
        return wire.json(
            {
                **self.job.described,
                "step": self.asked.step,
                "grid": grid and {"x": grid.x, "y": grid.y},
                "truth": self._truth(),
                "runs": [self._run(*known) for known in zip(self.job.runs, *zip(*found, strict=True), strict=True)],
                "data": data_object(self.job),
            }
        )

    def _truth(self) -> dict[str, Any]:
        """What the dataset declares of its targets, on the grid."""
        grid, origin = self.picture.frames.grid, self.job.origin
        if grid is None or origin is None:
            return {"mean": None, "standard_deviation": None}
        dataset, values = origin
        with np.errstate(all="ignore"):
            told = dataset.truth(grid.points, values)
        mean, deviation = (plane(None if rows is None else np.ascontiguousarray(rows.T)) for rows in told)
        return {"mean": mean, "standard_deviation": deviation}

    def _run(self, run: Run, state: State, frame: Frame) -> dict[str, Any]:
        model, unit, record = self.job.task.model, self.asked.unit, state.record
        held = record.validation_loss
        computed = None if unit is None else self.picture.frames.unit(state.phi, unit.layer, unit.unit)[None]
        return {
            "optimizer": wire.optimizer(state.rule),
            **member_object(run),
            **wire.ending(state.verdict),
            "step": state.step,
            "epoch": float(record.epoch[0]),
            "loss": float(record.loss[0]),
            "validation_loss": float(held[0]) if len(held) else None,
            "batch_loss": float(record.batch_loss[0]),
            "learning_rate": float(record.learning_rate[0]),
            "parameters": model.network.parameters(state.phi),
            "gradients": model.network.parameters(state.gradient),
            "gradient_evaluations_per_step": state.gradient_evaluations_per_step,
            "gradient_of": "all" if state.batch is None else "batch",
            "likelihood_parameters": likelihood_parameters(model, state.phi),
            "likelihood_gradients": likelihood_parameters(model, state.gradient),
            "batch": None if state.batch is None else state.batch.tolist(),
            "frame": frame_object(model, frame, state.step, self.picture.asked),
            "unit": plane(computed),
            "calibration": calibration_object(self.job.samples, frame),
        }
