"""What can go wrong with a request, as one shape of answer.

{"error": {"code": ..., "message": one sentence for a person, "field": the place in the request or null,
"position": column in a formula or null}}; an error in a typed rule, or in pasted data, has its "line" too. Nothing that
was sent comes back but names and numbers in that sentence.
"""

from __future__ import annotations

import orjson
from starlette.responses import Response

from engine.errors import DeadlineExceeded, EngineError, FormulaError, OutOfRange, UnknownName

LONGEST_MESSAGE = 600
LONGEST_FIELD = 120

CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "too_slow",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid_value",
    429: "too_many",
    431: "too_large",
    500: "internal",
    503: "busy",
}
ENGINE_CODES: dict[type[EngineError], str] = {
    FormulaError: "formula",
    UnknownName: "unknown_name",
    OutOfRange: "out_of_range",
}


class Problem(Exception):
    """A request that is not answered as asked, and why."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        field: str | None = None,
        position: int | None = None,
        line: int | None = None,
        code: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field
        self.position = position
        self.line = line
        self.code = code or CODES.get(status, "error")
        self.headers = headers or {}

    @classmethod
    def of_engine(cls, error: EngineError, field: str | None = None) -> Problem:
        """What the engine refused; `field` is where to look if the engine does not know."""
        if isinstance(error, DeadlineExceeded):
            return cls.busy(f"{sentence(error.message)[:-1]}; ask for less, or try again.", code="deadline")
        return cls(
            422,
            sentence(error.message, error.field),
            field=error.field or field,
            position=error.position,
            line=error.line,
            code=ENGINE_CODES.get(type(error), "invalid_value"),
        )

    @classmethod
    def busy(cls, message: str, *, code: str = "busy", seconds: int = 1) -> Problem:
        """More work than the server has hands: the client may come back after some seconds."""
        return cls(503, message, code=code, headers={"Retry-After": str(seconds)})

    def answer(self) -> Response:
        """The answer that tells it."""
        field = None if self.field is None else self.field[:LONGEST_FIELD]
        error = {
            "code": self.code,
            "message": self.message[:LONGEST_MESSAGE],
            "field": field,
            "position": self.position,
            **({} if self.line is None else {"line": self.line}),
        }
        return Response(orjson.dumps({"error": error}), self.status, self.headers, "application/json")


def sentence(text: str, field: str | None = None) -> str:
    """The engine's phrase with a capital and a full stop; a name that it begins with stays as it is."""
    first, rest = text[:1], text[1:]
    word = text.split(" ", 1)[0]
    name = (field or "").rpartition(".")[2].partition("[")[0]
    plain = word.isascii() and word.isalpha() and word != name and (len(word) > 1 or word == "a")
    return (first.upper() if plain else first) + rest + ("" if text.endswith(".") else ".")
