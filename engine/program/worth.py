"""What operations are worth: the oracle's meaning of each, on NumPy arrays.

IEEE arithmetic decides every value: nothing raises, 1/0 is infinite, log(-1) is not a number. Where NumPy has a
choice (the order of a sum, the library behind exp, not a number in a minimum) the machine's choice is made here too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from engine.errors import TracingError


def libm(function: Callable[..., float], special: Any) -> Callable[..., Any]:
    """The C library's function on each element, as the machine uses it.

    NumPy's own loops differ from it in the last bit on some processors. Where Python's wrapper raises, the value is
    an infinity, a zero or not a number, on which NumPy's function agrees.
    """

    def scalar_function(*x: float) -> float:
        try:
            return function(*x)
        except (ValueError, OverflowError):
            return float(special(*x))

    lifted = np.frompyfunc(scalar_function, special.nin, 1)
    return lambda *arrays: np.asarray(lifted(*arrays), dtype=np.float64)


power = libm(math.pow, np.power)
exp = libm(math.exp, np.exp)
log = libm(math.log, np.log)
log1p = libm(math.log1p, np.log1p)
expm1 = libm(math.expm1, np.expm1)
sin = libm(math.sin, np.sin)
cos = libm(math.cos, np.cos)
tan = libm(math.tan, np.tan)
arcsin = libm(math.asin, np.arcsin)
arccos = libm(math.acos, np.arccos)
arctan = libm(math.atan, np.arctan)
sinh = libm(math.sinh, np.sinh)
cosh = libm(math.cosh, np.cosh)
tanh = libm(math.tanh, np.tanh)
erf = libm(math.erf, np.tanh)  # Python's erf never raises


def integer_power(a: Any, n: int) -> Any:
    """a**n by repeated squaring: the products, in the order in which the machine makes them."""
    result, base, left = None, a, abs(n)
    while left:
        if left & 1:
            result = base if result is None else result * base
        left >>= 1
        if left:
            base = base * base
    if result is None:
        return np.ones_like(a)
    return 1.0 / result if n < 0 else result


def total(a: Any) -> Any:
    """The sum of the last axis: of eight partial sums, each of every eighth number, which are then joined in pairs."""
    missing = np.zeros((*a.shape[:-1], -a.shape[-1] % 8))
    rows = np.concatenate([a, missing], axis=-1).reshape(*a.shape[:-1], -1, 8)
    parts = np.add.accumulate(rows, axis=-2)[..., -1, :]
    for half in (4, 2, 1):
        parts = parts[..., :half] + parts[..., half:]
    return parts[..., 0]


def total_along(a: Any, axis: int) -> Any:
    """The sum along an axis of a matrix: along each row, or down each column, first to last."""
    return total(a) if axis == 1 else np.add.accumulate(a, axis=0)[-1]


def matmul(a: Any, b: Any) -> Any:
    """Each number of the product is summed from 0, first to last: (m, k) times (k, n)."""
    product = np.zeros((a.shape[0], b.shape[1]))
    for k in range(a.shape[1]):
        product = product + a[:, k : k + 1] * b[k]
    return product


def logsumexp(a: Any, exponential: Any = None, logarithm: Any = None) -> Any:
    """log(sum(exp(a))) down each column of a matrix, from the differences to the column's largest number."""
    largest = a[0]
    for row in a[1:]:
        largest = maximum(largest, row)
    return (logarithm or log)(total_along((exponential or exp)(a - largest), 0)) + largest


def gather(a: Any, indices: Any) -> Any:
    return a[:, np.asarray(indices).astype(np.int64)]


def scatter(a: Any, indices: Any, columns: int) -> Any:
    """Columns of a, added one after another to those that the indices name."""
    whole = np.zeros((a.shape[0], columns))
    for k, column in enumerate(np.asarray(indices).astype(np.int64)):
        whole[:, column] += a[:, k]
    return whole


def embed(a: Any, place: tuple[int, tuple[int, ...]]) -> Any:
    whole = np.zeros(place[1])
    whole[place[0] : place[0] + len(a)] = a
    return whole


def element(a: Any, k: int) -> Any:
    return np.asarray(a)[..., k]


def where(c: Any, a: Any, b: Any) -> Any:
    return np.where(np.asarray(c) != 0, a, b)


def unlinked(*_: Any) -> Any:
    raise TracingError("an update rule's gradient has a value only once it is linked to a loss")


def sigmoid(a: Any) -> Any:
    """1 / (1 + exp(-a))."""
    return 1.0 / (1.0 + exp(-a))


def softplus(a: Any) -> Any:
    """log(1 + exp(a)) without overflow."""
    return np.where(a > 0, a, 0.0) + log1p(exp(-np.abs(a)))


def minimum(a: Any, b: Any) -> Any:
    """The smaller one; not a number, if one of them is."""
    return np.where((a <= b) | (a != a), a, b)


def maximum(a: Any, b: Any) -> Any:
    """The larger one; not a number, if one of them is."""
    return np.where((a >= b) | (a != a), a, b)


def sign(a: Any) -> Any:
    return np.where(a > 0, 1.0, np.where(a < 0, -1.0, a))


def step(a: Any) -> Any:
    """1 above 0, else 0."""
    return np.heaviside(a, 0.0)


def relu(a: Any) -> Any:
    return np.where(a < 0, 0.0, a)
