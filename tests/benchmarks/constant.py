"""A constant answer of 40 kB from the same kind of server: what HTTP itself costs. `python -m tests.benchmarks.constant PORT`."""

import sys
from typing import Any

import uvicorn

BODY = bytes(range(256)) * 160
HEADERS = [(b"content-type", b"application/octet-stream"), (b"content-length", str(len(BODY)).encode())]


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer every request alike."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), http="httptools", log_level="critical", access_log=False, lifespan="off")
