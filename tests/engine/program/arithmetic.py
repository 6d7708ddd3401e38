"""Python's own floats and math functions with IEEE exceptions, each number with a bound.

Division by zero, overflow and domain errors give what IEEE arithmetic gives. The bound says how far another correct
computation in doubles may be from the number: a power made of products, a sine from another library.
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

NAN, INF = math.nan, math.inf
ULPS = 4
SMALLEST_NORMAL = sys.float_info.min


class UndecidedError(Exception):
    """The bound of a number reaches over a pole or a jump, so no value can be demanded."""


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


def floor(a: float) -> float:
    return math.copysign(math.floor(a), a) if math.isfinite(a) else a


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
    "floor": floor,
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
JUMPS = ("sign", "step", "floor", "greater", "less")


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


def maybe_whole(exponent: Number) -> bool:
    """Whether rounding decides if an exponent is whole, and even or odd: of a negative base that decides all."""
    low, high = exponent.value - exponent.error, exponent.value + exponent.error
    return exponent.error > 0 and math.isfinite(low) and math.isfinite(high) and math.ceil(low) <= math.floor(high)


def check_reach(name: str, arguments: Sequence[Number], value: float) -> None:
    """Raise UndecidedError where a pole or a jump lies within the bounds, for it may lie between the corners."""
    doubtful = [abs(a.value) <= a.error and a.error > 0 for a in arguments]
    pole = (
        (name == "/" and doubtful[1])
        or (name == "where" and doubtful[0])
        or (name == "**" and doubtful[0] and arguments[1].value - arguments[1].error < 0)
        or (name == "**" and arguments[0].value - arguments[0].error < 0 and maybe_whole(arguments[1]))
        or (name == "tan" and (1 + value * value) * arguments[0].error > 0.05)
    )
    if pole:
        raise UndecidedError
