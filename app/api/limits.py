"""GET /api/limits: every limit in force."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.constant import constant
from app.context import Context
from app.endpoint import Endpoint, nothing
from engine.program.formula import MAX_DEPTH, MAX_LENGTH, MAX_NODES
from engine.rule_text import reading, statements

LANGUAGE = [
    {"name": "formula_length", "value": MAX_LENGTH, "help": "Characters of a formula."},
    {"name": "formula_nodes", "value": MAX_NODES, "help": "Numbers, names and signs of a formula."},
    {"name": "formula_depth", "value": MAX_DEPTH, "help": "Parentheses within each other in a formula."},
    {"name": "rule_length", "value": statements.MAX_LENGTH, "help": "Characters of a typed rule."},
    {"name": "rule_state", "value": reading.MAX_STATE, "help": "Vectors of state of a typed rule."},
    {"name": "rule_parameters", "value": reading.MAX_PARAMETERS, "help": "Hyperparameters of a typed rule."},
    {"name": "rule_calls", "value": reading.MAX_CALLS, "help": "Gradients and Hessians in a step of a typed rule."},
]


async def limits(request: Request) -> Response:
    """The limits with their values, their help texts, and the variables that set them."""
    return constant(request, document)


def known(context: Context) -> list[dict[str, Any]]:
    """All limits: those of the settings, then those of the language of formulas, which no variable sets."""
    return [*context.settings.public(), *({**limit, "variable": None} for limit in LANGUAGE)]


def document(context: Context) -> bytes:
    """All limits as JSON."""
    return wire.json({"limits": known(context)})


ENDPOINT = Endpoint(
    "GET",
    "/api/limits",
    limits,
    "Every limit in force",
    "An operator sets a limit by its environment variable; those without one belong to the language of formulas.",
    None,
    nothing,
    lambda definitions: {wire.JSON: {"limits": definitions.settings.public()[:2]}},
    nullable=("variable",),
)
