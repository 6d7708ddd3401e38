"""POST /api/training/slices: the loss on a plane around the path of a training run."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.exchange import Task, exchange
from app.surfaces import Definitions
from app.training.job import numbers
from app.training.schemas import SlicesRequest
from app.training.slices import Found, SlicesJob

SHAPE = TypeAdapter(SlicesRequest)
KINDS = (wire.JSON,)


async def slices(request: Request) -> Response:
    """Train, and look at the loss around the path."""
    return await exchange(request, SHAPE, KINDS, plan, numbers)


def plan(context: Context, asked: SlicesRequest, kind: str) -> Task[Found]:
    """Check what is asked against the limits, and say what it costs."""
    job = SlicesJob.of(context.definitions, asked)
    return Task(job.cost, partial(job.run, each=partial(context.workers.each, job.cost)), job.json)


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
    job = SlicesJob.of(definitions, asked)
    found = job.run(time.monotonic() + definitions.settings.engine_seconds)
    return {wire.JSON: orjson.loads(job.json(found))}


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
    nullable=("variance_explained", "seed", "initializer", "validation_loss"),
)
