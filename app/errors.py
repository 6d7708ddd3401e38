"""What can go wrong with a request, as one shape of answer.

{"error": {"code": ..., "message": one sentence for a person, "field": the place in the request or null,
"position": column in a formula or null}}. Nothing that was sent comes back but names and numbers in that sentence.
"""

from __future__ import annotations

import logging
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.errors import DeadlineExceeded, EngineError, FormulaError, OutOfRange, UnknownName

LONGEST_MESSAGE = 600
LONGEST_FIELD = 120
RETRY_SECONDS = 1

CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    406: "not_acceptable",
    415: "unsupported_media_type",
    422: "invalid_value",
    500: "internal",
    503: "busy",
}
SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not answer to this method.",
    500: "Something went wrong on the server; the request was not answered.",
}
ENGINE_CODES: dict[type[EngineError], str] = {
    FormulaError: "formula",
    UnknownName: "unknown_name",
    OutOfRange: "out_of_range",
}
log = logging.getLogger("fallline")


class Problem(Exception):
    """A request that is not answered as asked, and why."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        field: str | None = None,
        position: int | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field
        self.position = position
        self.code = code or CODES.get(status, "error")
        self.headers = headers or {}

    @classmethod
    def of_engine(cls, error: EngineError, field: str | None = None) -> Problem:
        """What the engine refused; `field` is where to look if the engine does not know."""
        if isinstance(error, DeadlineExceeded):
            return cls.busy(f"{sentence(error.message)[:-1]}; ask for less, or try again.", code="deadline")
        return cls(
            422,
            sentence(error.message),
            field=error.field or field,
            position=error.position,
            code=ENGINE_CODES.get(type(error), "invalid_value"),
        )

    @classmethod
    def busy(cls, message: str, *, code: str = "busy") -> Problem:
        """More work than the server has hands: the client may come back."""
        return cls(503, message, code=code, headers={"Retry-After": str(RETRY_SECONDS)})

    def answer(self) -> Response:
        """The answer that tells it."""
        field = None if self.field is None else self.field[:LONGEST_FIELD]
        error = {
            "code": self.code,
            "message": self.message[:LONGEST_MESSAGE],
            "field": field,
            "position": self.position,
        }
        return Response(orjson.dumps({"error": error}), self.status, self.headers, "application/json")


def sentence(text: str) -> str:
    """The engine's phrase with a capital and a full stop, unless it begins with a name."""
    first, rest = text[:1], text[1:]
    word = text.split(" ", 1)[0]
    plain = word.isalpha() and "_" not in word
    return (first.upper() if plain and first.isascii() else first) + rest + ("" if text.endswith(".") else ".")


def install(app: FastAPI) -> None:
    """Answer every error in the one shape."""

    async def of_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return error.answer()

    async def of_engine(request: Request, error: Exception) -> Response:
        assert isinstance(error, EngineError)
        return Problem.of_engine(error).answer()

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        message = SENTENCES.get(error.status_code, "The request cannot be answered.")
        return Problem(error.status_code, message, headers=dict(error.headers or {})).answer()

    app.add_exception_handler(Problem, of_problem)
    app.add_exception_handler(EngineError, of_engine)
    app.add_exception_handler(HTTPException, of_http)


class LastResort:
    """The outermost layer: adds the headers of every answer, and turns what nobody foresaw into a plain 500."""

    def __init__(self, app: ASGIApp, headers: list[tuple[bytes, bytes]]) -> None:
        self.app = app
        self.headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message["headers"], *self.headers]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            log.exception("an error that nobody foresaw at %s %s", scope["method"], _path(scope))
            if begun:
                raise
            await Problem(500, SENTENCES[500]).answer()(scope, receive, send_with_headers)


def _path(scope: dict[str, Any] | Scope) -> str:
    return ascii(scope["path"][:80])
