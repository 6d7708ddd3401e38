"""A constant answer of 40 kB under our own uvicorn settings: what HTTP itself costs.

`python -m tests.benchmarks.constant endpoint PORT` answers from an `async def` of FastAPI that returns a raw Response,
`… route PORT` from a route of Starlette's, `… bare PORT` from an ASGI function.
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.serving.protocol import guarded
from app.settings import Settings

BODY = bytes(range(256)) * 160
HEADERS = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(BODY)).encode())]


async def constant(request: Request) -> Response:
    """Answer every request alike."""
    return Response(BODY, media_type="application/octet-stream")


async def bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer every request alike, with nothing between uvicorn and the answer."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})


def as_endpoint() -> FastAPI:
    """As FastAPI's documentation writes it."""
    app = FastAPI(openapi_url=None)
    app.get("/health/ready")(constant)
    app.post("/api/trajectories")(constant)
    return app


def as_route() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.router.routes.append(Route("/{path:path}", constant, methods=["GET", "POST"]))
    return app


APPS = {"endpoint": as_endpoint, "route": as_route, "bare": lambda: bare}


if __name__ == "__main__":
    uvicorn.run(
        APPS[sys.argv[1]](),
        port=int(sys.argv[2]),
        http=guarded(Settings()),
        ws="none",
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="off",
    )
