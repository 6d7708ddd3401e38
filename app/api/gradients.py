"""POST /api/gradients: what single samples and batches say about the slope at one point."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.schemas import GradientsRequest
from app.surfaces import Definitions, numbers_of_data
from engine.cloud import Cloud, cloud

SHAPE = TypeAdapter(GradientsRequest)


async def gradients(request: Request) -> Response:
    """Compute the cloud at the point asked for."""
    return await exchange(request, SHAPE, (wire.JSON,), plan, numbers_of_data)


def plan(context: Context, asked: GradientsRequest, kind: str) -> Task[Cloud]:
    """Check what is asked, and say what it costs."""
    objective = context.definitions.bind(asked.surface).objective
    samples, size = objective.form.samples, asked.batches.size
    if asked.count * size > context.settings.max_drawn:
        most = context.settings.max_drawn // size
        raise Problem(422, f"There can be at most {most} batches of {size}.", field="count", code="out_of_range")

    def compute(deadline: float) -> Cloud:
        return cloud(objective, asked.phi, size, asked.count, asked.seed, deadline=deadline)

    return Task(100 + asked.count * (samples + size) / 8, compute, lambda found: wire.json(wire.cloud_object(found)))


def examples(definitions: Definitions) -> dict[str, Any]:
    """A request for the first surface of data that the catalogue has."""
    fitted = definitions.fitted()
    phi = list(fitted.definition.start)
    return {"pairs": {"surface": {"name": fitted.name}, "phi": phi, "batches": {"size": 2}, "count": 3, "seed": 0}}


def answers(definitions: Definitions) -> dict[str, Any]:
    """What the example is answered with."""
    asked = SHAPE.validate_python(examples(definitions)["pairs"], strict=False)
    objective = definitions.bind(asked.surface).objective
    found = cloud(objective, asked.phi, asked.batches.size, asked.count, asked.seed)
    return {wire.JSON: orjson.loads(wire.json(wire.cloud_object(found)))}


ENDPOINT = Endpoint(
    "POST",
    "/api/gradients",
    gradients,
    "Gradients of samples and of batches at one point",
    "Only for surfaces of data: the gradient of each sample, of all batches of a size (or of as many random ones as "
    "count says), their mean beside what theory expects, (B/n) times the whole gradient for a sum, and the covariance "
    "of a batch drawn without replacement.",
    GradientsRequest,
    examples,
    answers,
)
