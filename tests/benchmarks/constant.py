"""A constant answer of 40 kB from the same stack (FastAPI, uvicorn): what HTTP itself costs.

`python -m tests.benchmarks.constant PORT`
"""

import sys

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = bytes(range(256)) * 160


async def constant(request: Request) -> Response:
    """Read the request, answer always alike."""
    await request.body()
    return Response(BODY, media_type="application/octet-stream")


app = FastAPI(openapi_url=None)
app.router.routes.append(Route("/{path:path}", constant, methods=["GET", "POST"]))

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), http="httptools", log_level="critical", access_log=False, lifespan="off")
