"""POST /api/grids: the loss on a regular grid."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import planes, wire
from app.context import Context
from app.endpoint import Endpoint
from app.exchange import Task, exchange
from app.job import check_resolution
from app.schemas import GridsRequest
from app.surfaces import numbers_of_data
from engine import landscape

SHAPE = TypeAdapter(GridsRequest)
KINDS = (wire.JSON, wire.PLANES)


async def grids(request: Request) -> Response:
    """Compute the loss on the grid."""
    return await exchange(request, SHAPE, KINDS, plan, numbers_of_data)


def plan(context: Context, asked: GridsRequest, kind: str) -> Task[dict[str, Any]]:
    """Check what is asked against the limits, and say what it costs."""
    check_resolution(asked.resolution, context.settings)
    bound = context.definitions.bind(asked.surface)
    nx, ny = asked.resolution
    bound.check(nx * ny, context.settings)

    def compute(deadline: float) -> dict[str, Any]:
        x, y, loss = landscape.grid(bound.objective, asked.x, asked.y, (nx, ny), deadline=deadline)
        return {"x": x, "y": y, "loss": loss}

    return Task(nx * ny * bound.samples, compute, planes.arrays if kind == wire.PLANES else wire.arrays_json)


SADDLE = {"formula": "x**2 - y**2", "x": [-1, 1], "y": [-1, 1]}

ENDPOINT = Endpoint(
    "POST",
    "/api/grids",
    grids,
    "The loss on a regular grid",
    "The grid includes both ends of each range; loss has a row for each y. What is not finite is null (NaN in planes).",
    GridsRequest,
    lambda _: {"a saddle": {"surface": SADDLE, "x": [-1, 1], "y": [-1, 1], "resolution": [2, 3]}},
    lambda _: {
        wire.JSON: {"x": [-1.0, 1.0], "y": [-1.0, 0.0, 1.0], "loss": [[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]]},
        wire.PLANES: "Float32 planes x, y and loss.",
    },
)
