"""Answers that stay the same while the server runs: made when they are first asked for."""

from __future__ import annotations

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
    tag = context.tag(path.encode())
    headers = {"etag": tag, "cache-control": "no-cache"}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(None, 304, headers)
    if path not in context.constants:
        context.constants[path] = make(context)
    return Response(context.constants[path], 200, headers, JSON)
