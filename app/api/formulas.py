"""POST /api/formulas: a typed formula, checked and typeset."""

from __future__ import annotations

from functools import lru_cache

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint
from app.errors import Problem
from app.exchange import Task, exchange
from app.schemas import FormulasRequest
from app.typeset import mathml
from engine.errors import EngineError
from engine.program.formula import parse
from engine.program.printing import to_formula, to_latex

SHAPE = TypeAdapter(FormulasRequest)


async def formulas(request: Request) -> Response:
    """Read the formula, and print it back."""
    return await exchange(request, SHAPE, (wire.JSON,), plan)


def plan(context: Context, asked: FormulasRequest, kind: str) -> Task[bytes]:
    """Printing a formula is short work."""
    return Task(0, lambda _: checked(asked.formula), bytes)


def checked(formula: str) -> bytes:
    """The answer, or Problem with the column."""
    try:
        return typeset(formula)
    except EngineError as error:
        raise Problem.of_engine(error, "formula") from None


@lru_cache(maxsize=256)
def typeset(formula: str) -> bytes:
    """The answer for a formula that is in the language."""
    program = parse(formula)
    latex = to_latex(program)
    return wire.json({"formula": to_formula(program), "latex": latex, "mathml": mathml(latex)})


ENDPOINT = Endpoint(
    "POST",
    "/api/formulas",
    formulas,
    "Check and typeset a formula",
    "A formula that is not in the language is refused with the column at which it stops making sense.",
    FormulasRequest,
    lambda _: {"a saddle": {"formula": "x^2 - y^2"}},
    lambda _: {wire.JSON: {"formula": "x**2 - y**2", "latex": "x^{2} - y^{2}", "mathml": "<math>...</math>"}},
)
