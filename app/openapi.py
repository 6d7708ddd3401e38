"""The OpenAPI document: every endpoint with its shapes, its errors, and an example of each request and answer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api import ENDPOINTS
from app.context import VERSION
from app.endpoint import Endpoint
from app.errors import Problem
from app.surfaces import Definitions

REFERENCE = "#/components/schemas/{model}"
ABOUT = (
    "Paths of optimisers down loss surfaces, computed by Fall Line's own autodiff engine. Every answer is a pure "
    "function of its request: the same request has the same bytes and the same ETag. Hyperparameters have the names "
    "of the lecture: learning_rate (η), beta (β), gamma (γ), epsilon (ε)."
)
RATE = "optimizers[0].learning_rate"
ERRORS = {
    400: ("The body is not JSON.", Problem(400, "The body is not valid JSON: expected value.", code="invalid_json")),
    406: (
        "None of the media types of the header Accept is offered.",
        Problem(406, "The answer can be application/json; the header Accept asks for none of them."),
    ),
    413: ("The body is too large.", Problem(413, "The body is larger than 65536 bytes, which is the limit.")),
    415: (
        "The body's content type is not JSON.",
        Problem(415, "The body must be JSON; send the header Content-Type: application/json."),
    ),
    422: (
        "A value is wrong: the field says which, the message what was expected.",
        Problem(422, f"{RATE} is -1; it must be between 1e-06 and 1000.", field=RATE, code="out_of_range"),
    ),
    429: (
        "Others wait, and this browser has had more than its share; Retry-After says when to come again.",
        Problem(429, "Others are waiting, and this browser has had more than its share; it may go on in a moment."),
    ),
    503: (
        "The server has too much to do, or the time was up; Retry-After says when to come again.",
        Problem.busy("The server computes for others just now; try again in a moment."),
    ),
}
"""What a request may be refused with: in words, and as an example."""
VARIED = {"value"}
"""Fields that hold values of any kind, as limits do."""
ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field", "position"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string", "description": "One sentence for a person."},
                "field": {"type": ["string", "null"], "description": "Such as optimizers[0].learning_rate."},
                "position": {"type": ["integer", "null"], "description": "The column in a formula or a table, from 1."},
                "line": {"type": "integer", "description": "Typed rules and pasted data only: the line, from 1."},
            },
        }
    },
}


def document(definitions: Definitions) -> dict[str, Any]:
    """The whole document."""
    models: list[type[BaseModel]] = [e.request for e in ENDPOINTS if e.request is not None]
    _, schemas = models_json_schema([(m, "validation") for m in models], ref_template=REFERENCE)
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, definitions)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fall Line",
            "version": VERSION,
            "summary": "Optimisation, made visible.",
            "description": ABOUT,
        },
        "paths": paths,
        "components": {"schemas": {**schemas.get("$defs", {}), "Error": ERROR}},
    }


def _operation(endpoint: Endpoint, definitions: Definitions) -> dict[str, Any]:
    answers = {kind: _content(answer, endpoint.nullable) for kind, answer in endpoint.answers(definitions).items()}
    operation: dict[str, Any] = {
        "operationId": endpoint.path.strip("/").replace("/", "_"),
        "summary": endpoint.summary,
        "description": endpoint.description,
        "responses": {"200": {"description": "The answer.", "content": answers}},
    }
    if endpoint.parameters:
        operation["parameters"] = [
            {"name": p.name, "in": p.place, "description": p.help, "schema": {"type": p.kind}}
            for p in endpoint.parameters
        ]
    if endpoint.request is not None:
        examples = {title: {"value": value} for title, value in endpoint.examples(definitions).items()}
        schema = {"$ref": REFERENCE.format(model=endpoint.request.__name__)}
        content = {"application/json": {"schema": schema, "examples": examples}}
        operation["requestBody"] = {"required": True, "content": content}
        error = {"$ref": REFERENCE.format(model="Error")}
        for status, (sentence, example) in ERRORS.items():
            content = {"application/json": {"schema": error, "example": orjson.loads(bytes(example.answer().body))}}
            operation["responses"][str(status)] = {"description": sentence, "content": content}
    for status, sentence in endpoint.besides.items():
        operation["responses"][str(status)] = {"description": sentence}
    return operation


def _content(answer: Any, nullable: Collection[str]) -> dict[str, Any]:
    """An answer as the document describes it: an example with its shape, or a text about bytes."""
    if isinstance(answer, str):
        return {"schema": {"type": "string", "description": answer}}
    return {"schema": _schema(answer, nullable), "example": answer}


def _schema(value: Any, nullable: Collection[str], name: str = "") -> dict[str, Any]:
    """The shape of an example. A number in a list may be null, which stands for what is not finite."""
    if value is None:
        return {}
    if isinstance(value, dict):
        inner = {key: {} if key in VARIED else _schema(item, nullable, key) for key, item in value.items()}
        shape: dict[str, Any] = {"type": "object", "properties": inner}
    elif isinstance(value, (list, tuple)):
        items = _schema(value[0], nullable) if value else {}
        if items.get("type") == "number":
            items = {"type": ["number", "null"]}
        elif name in nullable and isinstance(items.get("type"), str):
            items["type"] = [items["type"], "null"]
        shape = {"type": "array", "items": items}
    else:
        shape = {"type": {bool: "boolean", int: "integer", float: "number"}.get(type(value), "string")}
    if name in nullable:
        shape["type"] = [shape["type"], "null"]
    return shape
