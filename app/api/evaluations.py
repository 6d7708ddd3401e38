"""POST /api/evaluations: loss, gradient and Hessian at points."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.schemas import EvaluationsRequest
from app.settings import Settings
from app.surfaces import numbers_of_data
from engine import landscape

SHAPE = TypeAdapter(EvaluationsRequest)


async def evaluations(request: Request) -> Response:
    """Evaluate the loss and its derivatives as far as asked."""
    return await exchange(request, SHAPE, (wire.JSON,), plan, numbers)


def numbers(settings: Settings) -> int:
    """The numbers that a request may list."""
    return 2 * settings.max_points + numbers_of_data(settings)


def plan(context: Context, asked: EvaluationsRequest, kind: str) -> Task[dict[str, Any]]:
    """Check what is asked against the limits, and say what it costs."""
    if len(asked.points) > context.settings.max_points:
        raise Problem(422, f"There can be at most {context.settings.max_points} points.", field="points")
    bound = context.definitions.bind(asked.surface)
    bound.check(len(asked.points), context.settings)
    cost = len(asked.points) * bound.samples * (1 + asked.order)

    def compute(deadline: float) -> dict[str, Any]:
        return landscape.evaluate(bound.objective, asked.points, asked.order, deadline=deadline)

    return Task(cost, compute, wire.arrays_json)


PARABOLA = {"formula": "x**2 + 3*y**2", "x": [-2, 2], "y": [-2, 2]}

ENDPOINT = Endpoint(
    "POST",
    "/api/evaluations",
    evaluations,
    "Loss, gradient and Hessian at points",
    "With order 1 the answer has the gradient too, with order 2 the Hessian. What is not finite is null.",
    EvaluationsRequest,
    lambda _: {"a quadratic": {"surface": PARABOLA, "points": [[2, 1]], "order": 2}},
    lambda _: {wire.JSON: {"loss": [7.0], "gradient": [[4.0, 6.0]], "hessian": [[[2.0, 0.0], [0.0, 6.0]]]}},
)
