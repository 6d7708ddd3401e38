"""A rule's text, cut into assignments; what is refused gets a sentence with line and column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from engine.errors import FormulaError
from engine.program import formula
from engine.program.lexer import LETTERS, Token, excerpt, refusal, tokenize

MAX_LENGTH = 1024
MAX_NAME = 24

FUNCTIONS = {"gradient": 1, "hessian": 1, "solve": 2, "norm": 1, "sum": 1, "element": 2, "vector": 2}
"""Functions that rules have besides those of formulas, with the number of their arguments."""
ARITIES = formula.ARITIES | FUNCTIONS
GIVEN = {"g": "the gradient", "t": "the step counter", "pi": "a number", "e": "a number", "move": "the step itself"}
GIVEN |= dict.fromkeys(("eta", "learning_rate"), "the learning rate")
"""Names that are not assigned."""
GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "η": "eta"}
GREEK |= {"θ": "theta", "λ": "lambda", "μ": "mu", "ρ": "rho", "σ": "sigma", "φ": "phi", "ϕ": "phi"}
EXAMPLE = "phi = phi - eta*g"


class Statement(NamedTuple):
    """An assignment: the line it stands in, its name, and the tokens right of the equals sign."""

    line: int
    target: Token
    tokens: list[Token]


@contextmanager
def in_line(line: int) -> Iterator[None]:
    """A refusal within is one in this line."""
    try:
        yield
    except FormulaError as error:
        message = f"Line {line}, {error.message[0].lower()}{error.message[1:]}"
        raise FormulaError(message, field="rule", position=error.position, line=line) from None


def statements(text: str) -> list[Statement]:
    """The assignments of a rule.

    Raises FormulaError where a piece is none, and where there is none at all.
    """
    if len(text) > MAX_LENGTH:
        before = text[:MAX_LENGTH].split("\n")
        with in_line(len(before)):
            raise refusal(len(before[-1]) + 1, f"the rule has {len(text)} characters; at most {MAX_LENGTH} are read")
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        column = 0
        for piece in line.partition("#")[0].split(";"):
            if piece.strip():
                with in_line(number):
                    found.append(_statement(number, column, piece))
            column += len(piece) + 1
    if not found:
        with in_line(1):
            raise refusal(1, f"the rule is empty; write, say, {EXAMPLE}")
    return found


def check_name(token: Token) -> None:
    """Names become headings of columns and labels of sliders, so they are short."""
    if len(token.text) > MAX_NAME:
        raise refusal(token.position, f"the name {excerpt(token.text)} is too long; {MAX_NAME} letters are enough")


def _statement(line: int, column: int, piece: str) -> Statement:
    """The assignment in a piece that begins behind a column of its line."""
    head, equals, tail = piece.partition("=")
    first = column + len(piece) - len(piece.lstrip()) + 1
    if not equals:
        raise refusal(first, f"an assignment is expected, as in {EXAMPLE}")
    if "=" in tail:
        at = column + len(head) + tail.index("=") + 2
        raise refusal(at, "one equals sign is enough; to compare, write less(a, b), which is 1 or 0")
    named = _tokens(column, head)
    if [token.kind for token in named] != ["name", "end"]:
        raise refusal(first, "left of the equals sign stands one name, as in m = beta*m + g")
    _check_target(named[0])
    tokens = _tokens(column + len(head) + 1, tail)
    if len(tokens) == 1:
        raise refusal(tokens[0].position, "a value is missing after the equals sign")
    return Statement(line, named[0], tokens)


def _tokens(column: int, text: str) -> list[Token]:
    """The tokens of a text that begins behind a column."""
    return tokenize(" " * column + text, LETTERS | GREEK)


def _check_target(target: Token) -> None:
    name = target.text
    check_name(target)
    if name in ARITIES:
        raise refusal(target.position, f"{name} is a function; assign to another name")
    if name in GIVEN:
        raise refusal(target.position, f"{name} is {GIVEN[name]}, which is given; assign to another name")
