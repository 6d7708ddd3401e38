"""A constant answer of 40 kB under our own uvicorn settings: what HTTP itself costs.

`python -m tests.benchmarks.constant fastapi PORT` answers behind FastAPI, `… bare PORT` from an ASGI function.
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.protocol import guarded
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


def behind_fastapi() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.router.routes.append(Route("/{path:path}", constant))
    return app


if __name__ == "__main__":
    uvicorn.run(
        bare if sys.argv[1] == "bare" else behind_fastapi(),
        port=int(sys.argv[2]),
        http=guarded(Settings()),
        ws="none",
        log_level="critical",
        access_log=False,
        server_header=False,
        lifespan="off",
    )
