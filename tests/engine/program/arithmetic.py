"""What a formula is worth in Python's own arithmetic: its parser, its floats, its math functions.

Division by zero, overflow and domain errors give what IEEE arithmetic gives. Each number carries a bound on how far
another correct computation in doubles may be from it (a power made of products, a sine from another library), and
so does each derivative: forward mode, rule by rule from a calculus book, independent of the engine's.
"""

import ast
import math
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

NAN, INF = math.nan, math.inf
ULPS = 4
SMALLEST_NORMAL = sys.float_info.min


class UndecidedError(Exception):
    """The bound of a number reaches over a pole or a jump, so no value can be demanded."""


class NotPythonError(Exception):
    """Python does not read the text as arithmetic either."""


def divide(a: float, b: float) -> float:
    if b != 0:
        return a / b
    return NAN if a == 0 or math.isnan(a) else math.copysign(INF, a) * math.copysign(1.0, b)


def power(a: float, b: float) -> float:
    odd = math.isfinite(b) and b == math.floor(b) and math.fmod(b, 2.0) != 0
    sign = -1.0 if odd and math.copysign(1.0, a) < 0 else 1.0
    try:
        return math.pow(a, b)
    except OverflowError:
        return sign * INF
    except ValueError:
        return sign * INF if a == 0 else NAN


def total(
    function: Callable[[float], float], overflow: Callable[[float], float] = lambda a: INF
) -> Callable[[float], float]:
    """A math function without exceptions."""

    def evaluated(a: float) -> float:
        try:
            return function(a)
        except OverflowError:
            return overflow(a)
        except ValueError:
            return NAN

    return evaluated


exp = total(math.exp)
log1p = total(lambda a: -INF if a == -1 else math.log1p(a))


def least(a: float, b: float) -> float:
    return NAN if math.isnan(a) or math.isnan(b) else min(a, b)


def most(a: float, b: float) -> float:
    return NAN if math.isnan(a) or math.isnan(b) else max(a, b)


def signum(a: float) -> float:
    return a if a == 0 or math.isnan(a) else math.copysign(1.0, a)  # a zero keeps its sign


def where(c: float, a: float, b: float) -> float:
    return a if c != 0 else b


EXACT: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
    "abs": abs,
    "min": least,
    "max": most,
    "sign": signum,
    "step": lambda a: NAN if math.isnan(a) else float(a > 0),
    "relu": lambda a: NAN if math.isnan(a) else max(a, 0.0),
    "greater": lambda a, b: float(a > b),
    "less": lambda a, b: float(a < b),
    "where": where,
    "sqrt": total(math.sqrt),
}
ROUNDED: dict[str, Callable[..., float]] = {
    "**": power,
    "exp": exp,
    "log": total(lambda a: -INF if a == 0 else math.log(a)),
    "log1p": log1p,
    "expm1": total(math.expm1),
    "sin": total(math.sin),
    "cos": total(math.cos),
    "tan": total(math.tan),
    "arcsin": total(math.asin),
    "arccos": total(math.acos),
    "arctan": math.atan,
    "sinh": total(math.sinh, lambda a: math.copysign(INF, a)),
    "cosh": total(math.cosh),
    "tanh": math.tanh,
    "sigmoid": lambda a: 1.0 / (1.0 + exp(-a)),
    "softplus": lambda a: most(a, 0.0) + log1p(exp(-abs(a))),
}
ALIASES = {"ln": "log", "asin": "arcsin", "acos": "arccos", "atan": "arctan"}
JUMPS = ("sign", "step", "greater", "less")


@dataclass(frozen=True)
class Number:
    """A double and how far another correct computation may be from it.

    The operators are for derivatives, which others compute in another order: each of them adds a rounding.
    """

    value: float
    error: float = 0.0

    def __add__(self, other: "Number | float") -> "Number":
        return rounded(apply("+", self, number(other)))

    def __sub__(self, other: "Number | float") -> "Number":
        return rounded(apply("-", self, number(other)))

    def __mul__(self, other: "Number | float") -> "Number":
        return rounded(apply("*", self, number(other)))

    def __truediv__(self, other: "Number | float") -> "Number":
        return rounded(apply("/", self, number(other)))

    def __neg__(self) -> "Number":
        return Number(-self.value, self.error)


def rounded(given: Number) -> Number:
    """Another order of operations may round otherwise, and be zero where this is not, or the reverse."""
    rounding = SMALLEST_NORMAL if abs(given.value) < SMALLEST_NORMAL else last_places(given.value)
    return Number(given.value, given.error + rounding)


def last_places(value: float) -> float:
    """What functions of other libraries may differ by; what is smaller than any normal number may be zero."""
    if abs(value) < SMALLEST_NORMAL:
        return abs(value)
    return ULPS * math.ulp(value) if math.isfinite(value) else 0.0


def number(given: Number | float) -> Number:
    return given if isinstance(given, Number) else Number(given)


def apply(name: str, *arguments: Number) -> Number:
    """A function on bounded numbers; the bound is what the corners of the arguments' bounds give."""
    function = EXACT.get(name) or ROUNDED[name]
    value = function(*(a.value for a in arguments))
    rounding = last_places(value)
    if not any(a.error for a in arguments):
        return Number(value, 0.0 if name in EXACT else rounding)
    check_reach(name, arguments, value)
    spread = 0.0
    for corner in product(*((a.value - a.error, a.value + a.error) if a.error else (a.value,) for a in arguments)):
        other = function(*corner)
        if not math.isfinite(value) or not math.isfinite(other):
            if value != other and not (math.isnan(value) and math.isnan(other)):
                raise UndecidedError
        else:
            spread = max(spread, abs(other - value))
    if spread and name in JUMPS:
        raise UndecidedError
    if name in ("sin", "cos") and arguments[0].error > 0.05:
        spread = 1.0
    return Number(value, rounding + 2 * spread)


def check_reach(name: str, arguments: Sequence[Number], value: float) -> None:
    """Raise UndecidedError where a pole or a jump lies within the bounds, for it may lie between the corners."""
    doubtful = [abs(a.value) <= a.error and a.error > 0 for a in arguments]
    pole = (
        (name == "/" and doubtful[1])
        or (name == "where" and doubtful[0])
        or (name == "**" and doubtful[0] and arguments[1].value - arguments[1].error < 0)
        or (name == "tan" and (1 + value * value) * arguments[0].error > 0.05)
    )
    if pole:
        raise UndecidedError


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
