"""Answers that stay the same while the server runs: made when they are first asked for."""

from __future__ import annotations

import gzip
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from app.context import Context, context_of
from app.exchange import accepted, matches
from app.wire import JSON

Make = Callable[[Context], bytes]


def constant(request: Request, make: Make) -> Response:
    """What `make` gives as JSON, with its ETag."""
    accepted(request, (JSON,))
    context = context_of(request)
    path = request.scope["path"]
    tag = context.tag(b"", path)
    headers = {"etag": tag, "cache-control": "no-cache", "vary": "Accept-Encoding"}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    if path not in context.constants:
        body = make(context)
        context.constants[path] = (body, gzip.compress(body, 6, mtime=0))
    body, packed = context.constants[path]
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, 200, headers | {"content-encoding": "gzip"}, JSON)
    return Response(body, 200, headers, JSON)
