"""POST /api/predictions: the curves of a model that is fitted to data."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.schemas import PredictionsRequest
from app.settings import Settings
from app.surfaces import Definitions, numbers_of_data
from engine import landscape

SHAPE = TypeAdapter(PredictionsRequest)


async def predictions(request: Request) -> Response:
    """Compute the model's output for each of the parameters asked for."""
    return await exchange(request, SHAPE, (wire.JSON,), plan, numbers)


def numbers(settings: Settings) -> int:
    """The numbers that a request may list."""
    return 2 * settings.max_predictions + numbers_of_data(settings)


def plan(context: Context, asked: PredictionsRequest, kind: str) -> Task[dict[str, Any]]:
    """Check what is asked against the limits, and say what it costs."""
    limits = context.settings
    if len(asked.phi) > limits.max_predictions:
        raise Problem(422, f"There can be at most {limits.max_predictions} curves in one request.", field="phi")
    if asked.resolution > limits.max_resolution:
        raise Problem(422, f"resolution can be at most {limits.max_resolution}.", field="resolution")
    bound = context.definitions.bind(asked.surface)
    if bound.objective.form.predictor is None:
        raise Problem(422, "This surface is no model of data, so it predicts nothing.", field="surface")
    u = np.linspace(*asked.u, asked.resolution)

    def compute(deadline: float) -> dict[str, Any]:
        return {"u": u, "prediction": landscape.predict(bound.objective, asked.phi, u, deadline=deadline)}

    return Task(len(asked.phi) * asked.resolution, compute, wire.arrays_json)


def examples(definitions: Definitions) -> dict[str, Any]:
    """A request for the first surface of data that the catalogue has."""
    fitted = definitions.fitted()
    phi = list(fitted.definition.start)
    return {"the curve at the start": {"surface": {"name": fitted.name}, "phi": [phi], "u": [0, 1], "resolution": 2}}


ENDPOINT = Endpoint(
    "POST",
    "/api/predictions",
    predictions,
    "Curves of a model that is fitted to data",
    "Only for surfaces of data: the model's output (of class 1 the probability) over a range of inputs, for each phi.",
    PredictionsRequest,
    examples,
    lambda _: {wire.JSON: {"u": [0.0, 1.0], "prediction": [[0.5, 1.5]]}},
)
