"""What a request for paths means to the engine: the objective, the start, the rules, the number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from app.context import Context
from app.errors import Problem
from app.kept import Kept
from app.schemas import DrawnBatches, GivenBatches, PathsRequest, TrajectoriesRequest
from app.settings import Settings
from app.surfaces import Bound, numbers_of_data
from engine import batches
from engine.chance import BatchGradients, Chance, GradientNoise, drawn_gradients
from engine.machine.code import Code
from engine.rule import Rule
from engine.scripts.paths import snippet
from engine.trajectory import Trajectory, run

USUAL = 24
"""Instructions of a usual rule, its gradient aside."""
HESSIAN = 3
"""What a Hessian costs, in gradients."""
LEAST = 2
"""Points along a side of a grid."""


@dataclass(slots=True, eq=False)
class Job:
    """A request for paths whose names and values are known to be good."""

    asked: PathsRequest
    bound: Bound
    start: Sequence[float]
    rules: list[Rule]
    kept: Kept
    chance: Chance | None = None

    @classmethod
    def of(cls, context: Context, asked: PathsRequest) -> Job:
        """Bind a request to the catalogue.

        Raises: EngineError or Problem with the field that is wrong.
        """
        rules = context.definitions.rules(asked.optimizers)
        check_steps(asked.steps, len(rules), context.settings)
        if isinstance(asked, TrajectoriesRequest) and asked.internals:
            rules = [replace(rule, internals=True) for rule in rules]
        bound = context.definitions.bind(asked.surface)
        chance = chance_of(asked, bound, context.settings, asked.seed)
        return cls(asked, bound, asked.start or bound.objective.start, rules, context.kept, chance)

    @property
    def cost(self) -> float:
        """One for each step of one path; more where a step looks at many data points, or its rule is a long one."""
        drawn = 0 if self.chance is None or self.chance.batches is None else self.chance.batches.largest
        gradients = weights(*[rule.code for rule in self.rules])
        return self.asked.steps * gradients * (1 + (self.bound.samples + drawn) / 8)

    def run(self, deadline: float) -> list[Trajectory]:
        """The whole record."""
        steps = self.asked.steps
        if self.chance is None:
            return self.kept.paths(self.bound.objective, self.start, self.rules, steps, deadline)
        return run(self.bound.objective, self.start, self.rules, steps, chance=self.chance, deadline=deadline)

    def snippet(self) -> str:
        """The same paths as a script for PyTorch."""
        return snippet(self.bound.objective, self.start, self.rules, self.asked.steps, self.chance)


def numbers(settings: Settings) -> int:
    """The numbers that a request may list: data, and batches that are given."""
    return numbers_of_data(settings) + settings.max_indices


@lru_cache(maxsize=1024)
def weights(*codes: Code) -> float:
    """What a step of each of some rules costs, together."""
    return sum(map(weight, codes))


def weight(code: Code) -> float:
    """What a step of a rule costs, in units of a usual one's: by what it asks of the loss and by its instructions."""
    asked = sum(HESSIAN if kind == "hessian" else 1 for _, kind in code.calls)
    return max(1, asked, len(code.body) / USUAL)


def chance_of(asked: PathsRequest, bound: Bound, settings: Settings, seed: int) -> Chance | None:
    """What is drawn for each step: a batch, noise, or nothing.

    Raises: EngineError or Problem with the field that is wrong.
    """
    if asked.gradient_noise is not None:
        if asked.batches is not None:
            sentence = "A step sees either a batch of the data or noise on its gradient; leave one of the two out."
            raise Problem(422, sentence, field="gradient_noise")
        return GradientNoise(bound.objective, asked.gradient_noise.standard_deviation, seed)
    if asked.batches is None:
        return None
    if not bound.objective.form.samples:
        sentence = "This surface is a formula without data, so there are no batches of it; gradient_noise adds noise."
        raise Problem(422, sentence, field="batches", code="out_of_range")
    chosen = chosen_batches(asked.batches, asked.steps, bound.objective.form.samples, settings, seed)
    if isinstance(chosen, batches.DrawnBatches):
        return drawn_gradients(bound.objective, chosen)
    return BatchGradients(bound.objective, chosen)


def check_steps(steps: int, runs: int, settings: Settings) -> None:
    """Raise Problem where so many steps of so many runs are more than one answer may have."""
    limit = settings.max_steps
    if steps * runs > limit:
        most = limit // runs
        sentence = f"There can be at most {most} steps here: steps times runs are limited to {limit}."
        raise Problem(422, sentence, field="steps", code="out_of_range")


def check_resolution(resolution: tuple[int, int], settings: Settings, field: str = "resolution") -> None:
    """Raise Problem unless both numbers are within the limit."""
    for place, count in enumerate(resolution):
        if not LEAST <= count <= settings.max_resolution:
            message = f"resolution must be from {LEAST} to {settings.max_resolution} points along each side."
            raise Problem(422, message, field=f"{field}[{place}]", code="out_of_range")


def chosen_batches(
    given: DrawnBatches | GivenBatches, steps: int, samples: int, settings: Settings, seed: int
) -> batches.Batches:
    """The batches that a request asks for, out of so many samples.

    Raises: EngineError or Problem with the field that is wrong.
    """
    if isinstance(given, GivenBatches):
        chosen: batches.Batches = batches.GivenBatches(samples, _indices(given.indices, steps, settings))
    else:
        chosen = batches.DrawnBatches(samples, given.size, given.sampling, seed)
    check_drawn(steps, chosen.largest, settings, "steps")
    return chosen


def check_drawn(steps: int, size: int, settings: Settings, field: str) -> None:
    """Raise Problem unless so many steps can have batches of that size."""
    if steps * size > settings.max_drawn:
        sentence = f"With batches of {size} there can be at most {settings.max_drawn // size} steps in one request."
        raise Problem(422, sentence, field=field, code="out_of_range")


def _indices(given: list[list[int]], steps: int, settings: Settings) -> list[list[int]]:
    """One list a step; those behind the last step rest."""
    if sum(map(len, given)) > settings.max_indices:
        sentence = f"There are more than {settings.max_indices} indices, which is the limit."
        raise Problem(422, sentence, field="batches.indices", code="out_of_range")
    if len(given) < steps:
        sentence = f"There are {len(given)} batches for {steps} steps; give one list of indices a step."
        raise Problem(422, sentence, field="batches.indices", code="out_of_range")
    return given[:steps]
