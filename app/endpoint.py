"""An endpoint: its address, its handler, and what the OpenAPI document says about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.surfaces import Definitions

Handler = Callable[[Request], Awaitable[Response]]
Shown = Callable[[Definitions], Mapping[str, Any]]


@dataclass(frozen=True)
class Parameter:
    """A parameter in the query or the header of a request."""

    name: str
    place: str
    kind: str
    help: str


def nothing(definitions: Definitions) -> dict[str, Any]:
    """No examples: a request without a body."""
    return {}


@dataclass(frozen=True)
class Endpoint:
    """A route with its documentation.

    `examples` gives requests by title; `answers` gives for each media type an answer, or a text about it; `nullable`
    are the names of its fields that may be null, or lists with null in them, though they are not in that answer.
    `besides` tells of statuses that this endpoint alone has.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    description: str
    request: type[BaseModel] | None
    examples: Shown
    answers: Shown
    parameters: tuple[Parameter, ...] = ()
    nullable: tuple[str, ...] = ()
    besides: Mapping[int, str] = field(default_factory=dict)

    def route(self) -> Route:
        return Route(self.path, self.handler, methods=[self.method])
