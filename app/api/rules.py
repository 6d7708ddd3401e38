"""POST /api/rules: a typed update rule, checked and typeset; or the rule of an optimiser, printed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.api.catalog import optimizer_object
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.schemas import RulesRequest
from app.surfaces import Definitions
from engine.errors import EngineError
from engine.rule_text.custom import EXAMPLE, custom_optimizer
from engine.rule_text.printing import rule_text

SHAPE = TypeAdapter(RulesRequest)


async def rules(request: Request) -> Response:
    """Read the rule, or print it, and say what it declares."""
    return await exchange(request, SHAPE, (wire.JSON,), plan)


def plan(context: Context, asked: RulesRequest, kind: str) -> Task[bytes]:
    """Reading and printing a rule is short work."""
    return Task(0, lambda _: answer(context.definitions, asked), bytes)


def answer(definitions: Definitions, asked: RulesRequest) -> bytes:
    """What the rule declares, in the form of the catalogue, and the values of its hyperparameters.

    Raises: Problem with line and column.
    """
    try:
        if asked.optimizer is not None:
            rule = definitions.rule(asked.optimizer, "optimizer")
            return described(rule_text(rule.entry, rule.hyperparameters), rule.hyperparameters)
        text = asked.rule or ""
        return described(text, custom_optimizer(text).definition.defaults)
    except EngineError as error:
        raise Problem.of_engine(error, "rule") from None


def described(text: str, values: Mapping[str, Any]) -> bytes:
    """The answer, with those values that the rule has hyperparameters for."""
    declared = custom_optimizer(text).definition.declared
    return wire.json({"rule": text, **typeset(text), "values": {name: values[name] for name in declared}})


@lru_cache(maxsize=128)
def typeset(text: str) -> dict[str, Any]:
    """The rule as an optimiser of the catalogue."""
    return optimizer_object(custom_optimizer(text))


ENDPOINT = Endpoint(
    "POST",
    "/api/rules",
    rules,
    "Check and typeset an update rule, or print an optimiser's",
    "A rule that is not in the language is refused with line and column. An optimiser's rule is printed with its "
    "switches as they are set; typed again, it takes the same path to the last bit.",
    RulesRequest,
    lambda definitions: {
        "a rule": {"rule": EXAMPLE},
        "the rule of an optimiser": {"optimizer": {"name": definitions.default_optimizers()[-1]}},
    },
    lambda definitions: {wire.JSON: orjson.loads(answer(definitions, RulesRequest(rule=EXAMPLE)))},
)
