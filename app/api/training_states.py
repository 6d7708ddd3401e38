"""POST /api/training/states: networks at one step of their training, opened up."""

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
from app.training.frame_wire import HELP
from app.training.job import numbers
from app.training.schemas import StatesRequest
from app.training.states import StatesJob

SHAPE = TypeAdapter(StatesRequest)


async def training_states(request: Request) -> Response:
    """Replay what was asked for up to the step, and open it up."""
    return await exchange(request, SHAPE, (wire.JSON,), plan, numbers)


def plan(context: Context, asked: StatesRequest, kind: str) -> Task[Any]:
    """Check what is asked against the limits, and say what it costs."""
    job = StatesJob.of(context.definitions, asked)
    return Task(job.cost, partial(job.run, each=partial(context.workers.each, job.cost)), job.json)


def examples(definitions: Definitions) -> dict[str, Any]:
    """Requests that the documentation offers."""
    data = {"x": [[0], [1], [2]], "y": [1, 3, 5]}
    frames = {"grid": {"x": [0, 2], "resolution": [3]}}
    asked = {"dataset": data, "network": {"hidden": [2]}, "optimizer": {"name": definitions.default_optimizers()[0]}}
    return {"after two of five steps": {**asked, "steps": 5, "step": 2, "frames": frames}}


def answers(definitions: Definitions) -> dict[str, Any]:
    """What the example is answered with."""
    (asked,) = examples(definitions).values()
    job = StatesJob.of(definitions, SHAPE.validate_python(asked, strict=False))
    found = job.run(time.monotonic() + definitions.settings.engine_seconds)
    return {wire.JSON: orjson.loads(job.json(found))}


ENDPOINT = Endpoint(
    "POST",
    "/api/training/states",
    training_states,
    "Networks at one step of their training",
    "The request for training, and a step of it: the way there is replayed, to the bit. `gradients` are of the loss "
    "that the step sees (`gradient_of`), at the end of that of all samples. A run that left the range of floats before "
    f"is shown at its last finite step. {HELP}",
    StatesRequest,
    examples,
    answers,
    nullable=("grid", "predictions", "seed", "initializer", "validation_loss"),
)
