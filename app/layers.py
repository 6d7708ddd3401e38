"""The layers around all routes: every error in the one shape, every answer with the headers of safety."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.serving import access_log
from app.serving.whole import Whole, Writer
from app.settings import Settings
from app.validation import problem_of
from engine.errors import EngineError

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not answer to this method.",
}
UNFORESEEN = "Something went wrong on the server; the request was not answered."
STATIC = "/static/"
FORESEEN = (Problem, EngineError, ValidationError, HTTPException)
log = logging.getLogger("fallline")


def security_headers(settings: Settings) -> list[tuple[bytes, bytes]]:
    """The headers of every answer: only our own scripts and styles, no guessing of types, no referrer."""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
        "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {settings.frame_ancestors}; object-src 'none'"
    )
    return [
        (b"content-security-policy", policy.encode("latin-1", "replace")),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    ]


class App(FastAPI):
    """FastAPI with one layer around its routes in place of its six: they cost a request more than its validation."""

    def __init__(self, context: Context, endpoints: Iterable[Endpoint], **options: Any) -> None:
        super().__init__(**options)
        self.context = context
        self.endpoints = tuple(endpoints)
        self.router.routes += [endpoint.route() for endpoint in self.endpoints]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self.middleware_stack is None:
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        return Outermost(self.router, self.context, self.endpoints)


def problem(error: Exception) -> Problem:
    """What a client is told of an exception."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, EngineError):
        return Problem.of_engine(error)
    if isinstance(error, ValidationError):
        return problem_of(error)
    if isinstance(error, HTTPException):
        sentence = SENTENCES.get(error.status_code, "The request cannot be answered.")
        return Problem(error.status_code, sentence, headers=dict(error.headers or {}))
    return Problem(500, UNFORESEEN)


class Outermost:
    """Adds the headers to every answer, and turns what nobody foresaw into a 500 that tells nothing.

    An endpoint's address is looked up here; all others are for the router, which tries one route after another.
    """

    def __init__(self, app: Router, context: Context, endpoints: Iterable[Endpoint]) -> None:
        self.app = app
        self.metrics, self.share = context.metrics, context.settings.logged_share
        self.headers = security_headers(context.settings)
        self.writer = Writer(self.headers)
        self.routes = {route.path for route in app.routes if isinstance(route, Route)}
        self.handlers = {(endpoint.method, endpoint.path): endpoint.handler for endpoint in endpoints}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = sent = 0
        begun = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *self.headers]
            else:
                sent += len(message.get("body", b""))
            await send(message)

        handler = self.handlers.get((scope["method"], scope["path"]))
        try:
            if handler is None or scope["root_path"]:
                await self.app(scope, receive, send_with_headers)
            else:
                response = await handler(Request(scope, receive))
                if isinstance(response, Whole) and self.writer.write(response, send):
                    status, sent = response.status_code, response.length
                else:
                    await response(scope, receive, send_with_headers)
        except Exception as error:
            if not isinstance(error, FORESEEN):
                log.exception("an error that nobody foresaw at %s %s", scope["method"], ascii(scope["path"][:80]))
            if status:
                raise
            await self._told(problem(error), scope, receive, send_with_headers)
        finally:
            route = self._route(scope["path"])
            self.metrics.answered(route, status)
            if access_log.told(self.share, status):
                access_log.tell(route, scope["method"], status, time.perf_counter() - begun, sent)

    async def _told(self, found: Problem, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with it. A frame of its own traceback that held it would keep all of them, with what they computed."""
        self.metrics.refused(found.code)
        await found.answer()(scope, receive, send)

    def _route(self, path: str) -> str:
        """What an address is counted as: a client's own making is not told."""
        if path in self.routes:
            return path
        return STATIC if path.startswith(STATIC) else "other"
