"""POST /api/critical_points: where the gradient is zero within the domain of a surface, and what lies there."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.exchange import Task, exchange
from app.schemas import CriticalPointsRequest, NamedSurface
from app.surfaces import Definitions, numbers_of_data
from engine.catalog import CriticalPoint
from engine.critical_points import EVALUATIONS, CriticalPoints
from engine.critical_points import critical_points as find
from engine.objective import Objective

SHAPE = TypeAdapter(CriticalPointsRequest)
ORDER = 2


async def critical_points(request: Request) -> Response:
    """Find them."""
    return await exchange(request, SHAPE, (wire.JSON,), plan, numbers_of_data)


def plan(context: Context, asked: CriticalPointsRequest, kind: str) -> Task[dict[str, Any]]:
    """Say what it costs; what the definition knows of its points is a help."""
    bound = context.definitions.bind(asked.surface)
    bound.check(EVALUATIONS, context.settings)
    known = declared(context.definitions, asked)

    def compute(deadline: float) -> dict[str, Any]:
        starts = [(point.x, point.y) for point in known]
        return described(bound.objective, find(bound.objective, starts, deadline=deadline), known)

    return Task(EVALUATIONS * bound.samples * (1 + ORDER), compute, wire.json)


def declared(definitions: Definitions, asked: CriticalPointsRequest) -> tuple[CriticalPoint, ...]:
    """The points that a surface of the catalogue declares, for its own data."""
    if not isinstance(asked.surface, NamedSurface) or asked.surface.data is not None:
        return ()
    return definitions.catalog.surface(asked.surface.name).definition.critical_points


def described(objective: Objective, found: CriticalPoints, known: tuple[CriticalPoint, ...]) -> dict[str, Any]:
    """The answer. A minimum at which there is no gradient cannot be found: it is told as it is declared."""
    points = [asdict(point) for point in found.points]
    for point in known:
        if point.kind == "minimum_nonsmooth":
            loss = objective.at((point.x, point.y))[0]
            points.append(
                {"kind": point.kind, "x": point.x, "y": point.y, "loss": loss, "curvatures": None, "axis": None}
            )
    return {"critical_points": points, "isolated": found.isolated}


SADDLE = {"formula": "x**2 - 3*y**2", "x": [-2, 2], "y": [-2, 2]}

ENDPOINT = Endpoint(
    "POST",
    "/api/critical_points",
    critical_points,
    "Critical points of a surface",
    "Found by Newton's method from a grid of starts, typed by the eigenvalues of the Hessian (curvatures, the smaller "
    "first; axis is the direction of the higher one's). The lowest loss first, at most 80. A point whose surroundings "
    "are much smaller than a 24th of the domain can be missed (of a long formula, a larger one). isolated is false "
    "where others fill a curve or an area: those are left out.",
    CriticalPointsRequest,
    lambda _: {"a saddle": {"surface": SADDLE}},
    lambda _: {
        wire.JSON: {
            "critical_points": [
                {"kind": "saddle", "x": 0.0, "y": 0.0, "loss": 0.0, "curvatures": [-6.0, 2.0], "axis": [1.0, 0.0]}
            ],
            "isolated": True,
        }
    },
    nullable=("curvatures", "axis", "loss"),
)
