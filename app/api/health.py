"""GET /health/live and /health/ready: whether the server answers, and how fast it does."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import context_of
from app.endpoint import Endpoint, nothing


async def live(request: Request) -> Response:
    """Always the same, as long as there is an answer."""
    return Response(b'{"status":"live"}', 200, {"cache-control": "no-store"}, wire.JSON)


async def ready(request: Request) -> Response:
    """Ready for more, with the load; 503 while the server closes."""
    context = context_of(request)
    closing = context.closing.is_set()
    body = {
        "status": "closing" if closing else "ready",
        "loop_lag_ms": round(1e3 * context.heart.lags[-1], 3),
        "largest_loop_lag_ms": round(1e3 * max(context.heart.lags), 3),
        "streams": context.streams,
        "waiting": context.workers.waiting,
    }
    return Response(wire.json(body), 503 if closing else 200, {"cache-control": "no-store"}, wire.JSON)


LIVE = Endpoint(
    "GET",
    "/health/live",
    live,
    "Whether the server answers at all",
    "A constant.",
    None,
    nothing,
    lambda definitions: {wire.JSON: {"status": "live"}},
)
READY = Endpoint(
    "GET",
    "/health/ready",
    ready,
    "Whether the server takes more work",
    "With the lag of the event loop over the last five seconds, open streams, and computations that wait.",
    None,
    nothing,
    lambda definitions: {wire.JSON: {"status": "ready", "loop_lag_ms": 0.1, "streams": 0, "waiting": 0}},
)
