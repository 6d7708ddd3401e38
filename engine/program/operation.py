"""What a row of the table of operations says.

A row says: the NumPy functions it stands for, what it is worth (the oracle's meaning), its derivative rule, how it
prints, and which instruction of the machine it becomes.

A derivative rule has one function for each argument, `(g, y, *arguments) -> Value`, where `y` is the operation's
value and `g` the adjoint of y (an operation with an attribute passes it last). It is written with the operations
themselves, so it can be differentiated again. None: the derivative is zero wherever it exists. At kinks a finite
choice is made, told in `help`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.errors import TracingError

Shape = tuple[int, ...]
Rule = Callable[..., Any] | None


def broadcast(shapes: Sequence[Shape], attribute: Any = None) -> Shape:
    """Elementwise: all arguments of one shape, scalars aside."""
    rows = {shape for shape in shapes if shape}
    if len(rows) > 1:
        raise TracingError(f"shapes {sorted(rows)} do not fit together; arguments are scalars or of one shape")
    return rows.pop() if rows else ()


def scalar(shapes: Sequence[Shape], attribute: Any = None) -> Shape:
    """A single number."""
    return ()


@dataclass(frozen=True)
class Operation:
    """One row of the table.

    How it prints: `formula` and `latex` are templates of the printed arguments, `{n}` the attribute. An argument gets
    parentheses where it binds weaker than `precedence` (`latex_precedence`, where LaTeX's form binds otherwise), unless
    the template encloses it. Of equal ones the left argument goes without, or the right one if `right_associative`.
    Whole powers of a `raised` one are written at its name in LaTeX: sin²(x).
    """

    name: str
    arity: int
    evaluate: Callable[..., Any]
    derivative: tuple[Rule, ...] | None
    instruction: str
    numpy: tuple[Any, ...] = ()
    formula: str = ""
    latex: str = ""
    precedence: int = 100
    latex_precedence: int | None = None
    right_associative: bool = False
    commutative: bool = False
    raised: bool = False
    shape: Callable[[Sequence[Shape], Any], Shape] = broadcast
    help: str = ""

    @cached_property
    def elementwise(self) -> bool:
        return self.shape is broadcast


def _function(name: str, latex: str = "") -> tuple[str, str]:
    """How a function prints: as formula and as LaTeX."""
    return name + "({0})", (latex or r"\operatorname{{" + name + "}}") + r"\left({0}\right)"


def unary(
    name: str, evaluate: Any, rule: Rule, ufunc: Any = None, text: str = "", latex: str = "", **more: Any
) -> Operation:
    formula, tex = _function(text or name, latex)
    return Operation(name, 1, evaluate, (rule,), name.upper(), (ufunc,) if ufunc else (), formula, tex, **more)


def binary(
    name: str, symbol: str, latex: str, precedence: int, evaluate: Any, rules: Any, commutative: bool = False
) -> Operation:
    formula = "{0} " + symbol + " {1}" if precedence < 20 else "{0}" + symbol + "{1}"
    return Operation(
        name, 2, evaluate, rules, name.upper(), (evaluate,), formula, latex, precedence, commutative=commutative
    )
