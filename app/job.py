"""What a request for paths means to the engine: the objective, the start, the rules, the number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.context import Context
from app.errors import Problem
from app.schemas import TrajectoriesRequest
from app.surfaces import Bound
from engine.rule import Rule
from engine.trajectory import Trajectory, run


@dataclass(frozen=True, eq=False)
class Job:
    """A request for paths whose names and values are known to be good."""

    asked: TrajectoriesRequest
    bound: Bound
    start: Sequence[float]
    rules: list[Rule]

    @classmethod
    def of(cls, context: Context, asked: TrajectoriesRequest) -> Job:
        """Bind a request to the catalogue.

        Raises: EngineError or Problem with the field that is wrong.
        """
        rules = context.definitions.rules(asked.optimizers)
        limit = context.settings.max_steps
        if asked.steps * len(rules) > limit:
            most = limit // len(rules)
            sentence = f"There can be at most {most} steps here: steps times optimisers are limited to {limit}."
            raise Problem(422, sentence, field="steps", code="out_of_range")
        bound = context.definitions.bind(asked.surface)
        return cls(asked, bound, asked.start or bound.objective.start, rules)

    @property
    def cost(self) -> float:
        """One for each step of one path; more where a step looks at many data points."""
        return self.asked.steps * len(self.rules) * (1 + self.bound.samples / 8)

    def run(self, deadline: float) -> list[Trajectory]:
        """The whole record."""
        asked = self.asked
        return run(
            self.bound.objective,
            self.start,
            self.rules,
            asked.steps,
            seed=asked.seed,
            batches=asked.batches,
            deadline=deadline,
        )
