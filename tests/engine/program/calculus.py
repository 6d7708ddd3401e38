"""What a formula is worth, and its derivatives, as Python reads it and a calculus book differentiates it.

Python's parser gives the tree. Derivatives go forward through it, rule by rule, independent of the engine's, which
go backward.
"""

import ast
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass

from .arithmetic import ALIASES, EXACT, JUMPS, ROUNDED, Number, UndecidedError, apply


class NotPythonError(Exception):
    """Python does not read the text as arithmetic either."""


def parsed(text: str) -> ast.expr:
    """Python's reading of a formula in its notation. Raises NotPythonError where it has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise NotPythonError from error


ONE = Number(1.0)
SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}


@dataclass(frozen=True)
class Dual:
    """A number with its derivatives with respect to x and y."""

    number: Number
    tangents: tuple[Number, Number] = (Number(0.0), Number(0.0))


def evaluate(tree: ast.expr, names: dict[str, Dual], order: int) -> Dual:
    """The value of a tree, and its derivatives if the order is 1."""
    match tree:
        case ast.Constant(value=int() | float() as constant) if not isinstance(constant, bool):
            return Dual(Number(float(constant)))
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return evaluate(operand, names, order)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = evaluate(operand, names, order)
            return Dual(-inner.number, (-inner.tangents[0], -inner.tangents[1]))
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in SIGNS:
            operands, name = [left, right], SIGNS[type(sign)]
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            operands, name = arguments, ALIASES.get(name, name)
        case _:
            raise NotPythonError
    if name not in EXACT and name not in ROUNDED:
        raise NotPythonError
    given = [evaluate(operand, names, order) for operand in operands]
    numbers = [dual.number for dual in given]
    value = apply(name, *numbers)
    if order == 0:
        return Dual(value)
    x, y = (
        total_derivative(name, numbers, value, [dual.tangents[direction] for dual in given]) for direction in (0, 1)
    )
    return Dual(value, (x, y))


def total_derivative(name: str, a: list[Number], value: Number, tangents: list[Number]) -> Number:
    """The chain rule; arguments that do not move are left out, so that no zero meets an infinity."""
    result = Number(0.0)
    for k, tangent in enumerate(tangents):
        if tangent.value != 0 or tangent.error != 0:
            result = result + partial(name, a, value, k) * tangent
    return result


def partial(name: str, a: list[Number], value: Number, k: int) -> Number:
    """The derivative of a function with respect to its argument k."""
    if name in CALCULUS:
        return CALCULUS[name](a[0], value)
    if name in JUMPS or (name == "where" and k == 0):
        if abs(a[0].value - (a[1].value if name in ("greater", "less") else 0.0)) <= sum(n.error for n in a):
            raise UndecidedError
        return Number(0.0)
    if name == "where":
        return Number(float((a[0].value != 0) == (k == 1)))
    if name in ("min", "max"):
        if abs(a[0].value - a[1].value) <= a[0].error + a[1].error:
            raise UndecidedError
        return Number(float((a[0].value < a[1].value) == ((name == "min") == (k == 0))))
    if name == "**":
        return a[1] * apply("**", a[0], a[1] - 1.0) if k == 0 else value * apply("log", a[0])
    if name == "/":
        return ONE / a[1] if k == 0 else -(value / a[1])
    return a[1 - k] if name == "*" else Number(-1.0 if name == "-" and k == 1 else 1.0)


def beyond_kink(a: Number) -> float:
    """1 above zero, -1 below; at zero itself there is no derivative."""
    if abs(a.value) <= a.error or a.value == 0:
        raise UndecidedError
    return math.copysign(1.0, a.value)


CALCULUS: dict[str, Callable[[Number, Number], Number]] = {
    "abs": lambda a, y: Number(beyond_kink(a)),
    "relu": lambda a, y: Number(max(beyond_kink(a), 0.0)),
    "sqrt": lambda a, y: Number(0.5) / y,
    "exp": lambda a, y: y,
    "log": lambda a, y: ONE / a,
    "log1p": lambda a, y: ONE / (a + 1.0),
    "expm1": lambda a, y: apply("exp", a),
    "sin": lambda a, y: apply("cos", a),
    "cos": lambda a, y: -apply("sin", a),
    "tan": lambda a, y: y * y + 1.0,
    "arcsin": lambda a, y: ONE / apply("sqrt", ONE - a * a),
    "arccos": lambda a, y: -(ONE / apply("sqrt", ONE - a * a)),
    "arctan": lambda a, y: ONE / (a * a + 1.0),
    "sinh": lambda a, y: apply("cosh", a),
    "cosh": lambda a, y: apply("sinh", a),
    "tanh": lambda a, y: ONE - y * y,
    "sigmoid": lambda a, y: y * (ONE - y),
    "softplus": lambda a, y: apply("sigmoid", a),
}


def expected(tree: ast.expr, x: float, y: float, order: int) -> tuple[Number, ...]:
    """The value at a point and, for order 1, the two derivatives."""
    none = Number(0.0)
    names = {
        "x": Dual(Number(x), (ONE, none)),
        "y": Dual(Number(y), (none, ONE)),
        "pi": Dual(Number(math.pi)),
        "e": Dual(Number(math.e)),
    }
    dual = evaluate(tree, names, order)
    return (dual.number, *dual.tangents) if order else (dual.number,)
