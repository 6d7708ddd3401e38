"""POST /api/ensembles: the same paths under many seeds, and the spread of their ends."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import planes, wire
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.job import Job, chance_of, numbers
from app.schemas import LARGEST_SEED, EnsemblesRequest, GivenBatches
from app.serving.whole import Parts
from app.surfaces import Definitions
from engine.ensemble import Ensemble, ensemble

SHAPE = TypeAdapter(EnsemblesRequest)
KINDS = (wire.JSON, wire.PLANES)


async def ensembles(request: Request) -> Response:
    """Run what was asked for under each seed."""
    return await exchange(request, SHAPE, KINDS, plan, numbers)


def plan(context: Context, asked: EnsemblesRequest, kind: str) -> Task[list[Ensemble]]:
    """Check what is asked against the limits, and say what it costs."""
    job, limits = Job.of(context, asked), context.settings
    if job.chance is None or isinstance(asked.batches, GivenBatches):
        sentence = "Nothing is drawn here, so all seeds have one path; ask for batches of a size or for gradient_noise."
        raise Problem(422, sentence, field="batches")
    if asked.draws > limits.max_draws:
        raise Problem(422, f"There can be at most {limits.max_draws} seeds.", field="draws", code="out_of_range")
    if asked.draws * asked.steps * len(job.rules) > limits.max_ensemble_steps:
        most = limits.max_ensemble_steps // (asked.draws * len(job.rules))
        sentence = f"With {asked.draws} seeds and {len(job.rules)} optimisers there can be at most {most} steps."
        raise Problem(422, sentence, field="steps", code="out_of_range")
    seeds = [(asked.seed + draw) % (LARGEST_SEED + 1) for draw in range(asked.draws)]
    chances = [job.chance, *(chance_of(asked, job.bound, limits, seed) for seed in seeds[1:])]

    def compute(deadline: float) -> list[Ensemble]:
        return ensemble(job.bound.objective, job.start, job.rules, asked.steps, chances, deadline=deadline)

    def encode(found: list[Ensemble]) -> bytes | Parts:
        if kind == wire.PLANES:
            return planes.ensembles(job.bound.described, seeds, found)
        return wire.ensembles_json(job.bound.described, seeds, found)

    return Task(job.cost * asked.draws, compute, encode)


def examples(definitions: Definitions) -> dict[str, Any]:
    """A request for the first surface of data that the catalogue has."""
    optimizers = [{"name": definitions.default_optimizers()[0], "learning_rate": 0.02}]
    surface = {"name": definitions.fitted().name}
    asked = {"surface": surface, "optimizers": optimizers, "steps": 1, "batches": {"size": 5}}
    return {"two seeds": {**asked, "seed": 0, "draws": 2}}


def answers(definitions: Definitions) -> dict[str, Any]:
    """What the example is answered with."""
    asked = SHAPE.validate_python(examples(definitions)["two seeds"])
    bound, rules = definitions.bind(asked.surface), definitions.rules(asked.optimizers)
    chances = [chance_of(asked, bound, definitions.settings, seed) for seed in (0, 1)]
    found = ensemble(bound.objective, bound.objective.start, rules, asked.steps, chances)
    example = orjson.loads(wire.ensembles_json(bound.described, [0, 1], found))
    return {wire.JSON: example, wire.PLANES: planes.HELP}


ENDPOINT = Endpoint(
    "POST",
    "/api/ensembles",
    ensembles,
    "Paths under many seeds",
    "The same request as for trajectories, run under the seeds seed, seed + 1, and so on: paths, losses, and the mean, "
    "standard deviation and covariance of the end points.",
    EnsemblesRequest,
    examples,
    answers,
)
