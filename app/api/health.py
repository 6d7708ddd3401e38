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
    """Ready for more, with the load; 503 while the server closes, or is so late that others should be asked."""
    context = context_of(request)
    closing, late = context.closing.is_set(), context.heart.late > context.settings.largest_lag
    body = {
        "status": "closing" if closing else "late" if late else "ready",
        "loop_lag_ms": round(1e3 * context.heart.lags[-1], 3),
        "largest_loop_lag_ms": round(1e3 * max(context.heart.lags), 3),
        "streams": context.streams,
        "computing": context.workers.computing,
        "threads": context.settings.threads,
        "waiting": context.workers.waiting,
    }
    headers = {"cache-control": "no-store"}
    if closing or late:
        return Response(wire.json(body), 503, headers | {"retry-after": "1"}, wire.JSON)
    return Response(wire.json(body), 200, headers, wire.JSON)


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
    "With the lag of the event loop, last and over five seconds, open streams, long computations that run and wait. "
    "503 with Retry-After while the server closes, and while its loop was later than a second within the last one.",
    None,
    nothing,
    lambda definitions: {
        wire.JSON: {
            "status": "ready",
            "loop_lag_ms": 0.1,
            "largest_loop_lag_ms": 1.2,
            "streams": 0,
            "computing": 0,
            "threads": 2,
            "waiting": 0,
        }
    },
    besides={503: "The same shape, where the server closes or is late."},
)
