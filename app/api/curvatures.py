"""POST /api/curvatures: the eigenvalues of the Hessian at points, and how much curvature optimisers bear."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.schemas import CurvaturesRequest
from app.settings import Settings
from app.surfaces import Definitions, numbers_of_data
from engine import landscape
from engine.curvature import Curvature, curvature
from engine.rule import Rule

SHAPE = TypeAdapter(CurvaturesRequest)
ORDER = 2


async def curvatures(request: Request) -> Response:
    """Compute the curvatures."""
    return await exchange(request, SHAPE, (wire.JSON,), plan, numbers)


def numbers(settings: Settings) -> int:
    """The numbers that a request may list."""
    return 2 * settings.max_points + numbers_of_data(settings)


def plan(context: Context, asked: CurvaturesRequest, kind: str) -> Task[dict[str, Any]]:
    """Check what is asked against the limits, and say what it costs."""
    if len(asked.points) > context.settings.max_points:
        raise Problem(422, f"There can be at most {context.settings.max_points} points.", field="points")
    bound = context.definitions.bind(asked.surface)
    bound.check(len(asked.points), context.settings)
    rules = context.definitions.rules(asked.optimizers)
    cost = len(asked.points) * bound.samples * (1 + ORDER)

    def compute(deadline: float) -> dict[str, Any]:
        found = landscape.evaluate(bound.objective, asked.points, ORDER, deadline=deadline)
        rows = zip(found["loss"].tolist(), found["hessian"].tolist(), strict=True)
        return described([curvature(hessian) if isfinite(loss) else None for loss, hessian in rows], rules)

    return Task(cost, compute, wire.json)


def described(rows: Sequence[Curvature | None], rules: Sequence[Rule]) -> dict[str, Any]:
    """The answer: a row for each point, null where loss or Hessian is not finite; a bound for each optimiser."""
    return {
        "low": [None if row is None else row.low for row in rows],
        "high": [None if row is None else row.high for row in rows],
        "axis": [None if row is None else row.axis for row in rows],
        "type": [None if row is None else row.shape() for row in rows],
        "stability_bounds": [rule.stability_bound for rule in rules],
    }


SADDLE = {"formula": "x**2 - 3*y**2", "x": [-2, 2], "y": [-2, 2]}


def examples(definitions: Definitions) -> dict[str, Any]:
    """A saddle, and the first optimiser."""
    optimizers = [{"name": definitions.default_optimizers()[0]}]
    return {"a saddle": {"surface": SADDLE, "points": [[1, 1]], "optimizers": optimizers}}


def answers(definitions: Definitions) -> dict[str, Any]:
    """What the example is answered with."""
    rule = Rule.of(definitions.catalog.optimizer(definitions.default_optimizers()[0]), {})
    return {wire.JSON: described([Curvature(-6.0, 2.0, (1.0, 0.0))], [rule])}


ENDPOINT = Endpoint(
    "POST",
    "/api/curvatures",
    curvatures,
    "Curvatures at points",
    "The eigenvalues of the Hessian, the smaller first (low, high), the direction (cosine, sine) of the higher one's "
    "axis, and the type that a critical point with them is. stability_bounds has, for each optimiser that is listed, "
    "the η·λmax above which it diverges on a quadratic; null where no closed form is known.",
    CurvaturesRequest,
    examples,
    answers,
    nullable=("type", "axis", "stability_bounds"),
)
