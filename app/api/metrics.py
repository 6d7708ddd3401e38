"""GET /metrics: what the server has counted, in the format of Prometheus."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.context import context_of
from app.endpoint import Endpoint, nothing
from app.serving.metrics import KIND


async def metrics(request: Request) -> Response:
    """Counts and times of all workers; nothing of any client. An operator may switch it off."""
    context = context_of(request)
    if not context.settings.metrics:
        raise HTTPException(404)
    context.observe()
    return Response(context.metrics.text(), 200, {"content-type": KIND, "cache-control": "no-store"})


ENDPOINT = Endpoint(
    "GET",
    "/metrics",
    metrics,
    "Counts and times, in the format of Prometheus",
    "Requests by route and status, refusals by code, seconds of the engine, streams, computations that wait, and the "
    "lag of the event loop; all workers together, and nothing of any client. 404 where the operator switched it off.",
    None,
    nothing,
    lambda definitions: {"text/plain": "Lines of Prometheus' text format."},
    besides={404: "The operator has switched it off."},
)
