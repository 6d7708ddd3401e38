"""Tracing: a plain NumPy function, called with traced values, writes down its program.

NumPy hands every call on a traced value to `__array_ufunc__` or `__array_function__`; both look the function up in
the table of operations. What has no row raises: silently falling back to an object array would give a wrong value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import TracingError
from engine.program.operations import NUMPY_FUNCTIONS

if TYPE_CHECKING:
    from engine.program.program import Program, Value


class Traced:
    """Python's operators and NumPy's two protocols, turned into operations of the table."""

    __slots__ = ()
    __array_priority__ = 1000

    def apply(self, operation: str, *others: Any, attribute: Any = None) -> Value:
        raise NotImplementedError

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Value:
        if method == "reduce" and ufunc is np.add:
            return _sum(*inputs, **options)
        if method == "reduce" and ufunc is np.logaddexp and not _given(options | {"axis": None}):
            if options.get("axis", 0) != 0:
                raise TracingError("numpy.logaddexp.reduce is known along axis 0 alone")
            return self.apply("logsumexp", *inputs)
        if ufunc is np.logaddexp and method == "__call__" and not options:
            return _logaddexp(*inputs)
        if method != "__call__" or options or ufunc not in NUMPY_FUNCTIONS:
            raise TracingError(f"numpy.{ufunc.__name__} ({method}) has no row in the table of operations")
        return self.apply(NUMPY_FUNCTIONS[ufunc], *inputs)

    def __array_function__(self, function: Any, types: Any, inputs: Sequence[Any], options: Mapping[str, Any]) -> Value:
        if function is np.stack and not options:
            return self.apply("stack", *inputs[0])
        if function is np.sum:
            return _sum(*inputs, **options)
        if function is np.take and options in ({"axis": 1}, {"axis": -1}):
            return self.apply("gather", *inputs)
        if options or function not in NUMPY_FUNCTIONS:
            raise TracingError(f"numpy.{function.__name__} has no row in the table of operations")
        return self.apply(NUMPY_FUNCTIONS[function], *inputs)

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise TracingError("a traced value has no numbers yet; it cannot become an array")

    def __bool__(self) -> bool:
        raise TracingError("a program has no branches: write numpy.where(condition, a, b) instead of if")

    def __float__(self) -> float:
        raise TracingError("a traced value has no number yet; use numpy functions instead of math functions")

    def __len__(self) -> int:
        return int(self.shape[0])  # type: ignore[attr-defined]

    def __iter__(self) -> Any:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, index: Any) -> Value:
        """An element of a row; some rows of a matrix, `a[1:3]`; a row as a column, `a[:, None]`."""
        shape: tuple[int, ...] = self.shape  # type: ignore[attr-defined]
        if isinstance(index, tuple) and len(shape) == 1 and index[1:] == (None,) and index[0] == slice(None):
            return self.reshape((shape[0], 1))
        if isinstance(index, slice) and shape:
            first, last, stride = index.indices(shape[0])
            if stride != 1 or last <= first:
                raise TracingError(f"rows {first} to {last} in steps of {stride} cannot be taken")
            return self.apply("rows", self, attribute=(first, last - first))
        if len(shape) != 1:
            raise TracingError(f"an element is taken of a row (n,); this value has the shape {shape}")
        return self.apply("element", self, attribute=int(index))

    @property
    def T(self) -> Value:  # noqa: N802
        return self.apply("transpose", self)

    def reshape(self, shape: tuple[int, ...]) -> Value:
        return self.apply("reshape", self, attribute=shape)

    def expand(self, shape: tuple[int, ...]) -> Value:
        """Repeated to a larger shape, as NumPy broadcasts."""
        return self.apply("expand", self, attribute=shape)

    def __matmul__(self, other: Any) -> Value:
        return self.apply("matmul", self, other)

    def __rmatmul__(self, other: Any) -> Value:
        return self.apply("matmul", other, self)

    def __add__(self, other: Any) -> Value:
        return self.apply("add", self, other)

    def __radd__(self, other: Any) -> Value:
        return self.apply("add", other, self)

    def __sub__(self, other: Any) -> Value:
        return self.apply("subtract", self, other)

    def __rsub__(self, other: Any) -> Value:
        return self.apply("subtract", other, self)

    def __mul__(self, other: Any) -> Value:
        return self.apply("multiply", self, other)

    def __rmul__(self, other: Any) -> Value:
        return self.apply("multiply", other, self)

    def __truediv__(self, other: Any) -> Value:
        return self.apply("divide", self, other)

    def __rtruediv__(self, other: Any) -> Value:
        return self.apply("divide", other, self)

    def __pow__(self, other: Any) -> Value:
        return self.apply("power", self, other)

    def __rpow__(self, other: Any) -> Value:
        return self.apply("power", other, self)

    def __neg__(self) -> Value:
        return self.apply("negative", self)

    def __pos__(self) -> Traced:
        return self

    def __abs__(self) -> Value:
        return self.apply("absolute", self)

    def __gt__(self, other: Any) -> Value:
        return self.apply("greater", self, other)

    def __lt__(self, other: Any) -> Value:
        return self.apply("less", self, other)


def _logaddexp(a: Any, b: Any) -> Value:
    """log(exp(a) + exp(b)) from the table's rows: as stable, and smooth where a is b."""
    above: Value = b - a
    total: Value = a + above.apply("softplus", above)
    return total


def _sum(a: Any, axis: int | None = None, **options: Any) -> Value:
    if _given(options):
        raise TracingError("numpy.sum is known with an axis and no other option")
    if axis is not None and len(a.shape) == 2:
        return a.apply("sum_along", a, attribute=axis % 2)  # type: ignore[no-any-return]
    if axis is not None and axis not in (0, -1):
        raise TracingError(f"a value of the shape {a.shape} has no axis {axis}")
    return a.apply("sum", a.reshape((a.shape[0] * a.shape[1],)) if len(a.shape) == 2 else a)  # type: ignore[no-any-return]


def _given(options: Mapping[str, Any]) -> bool:
    """Whether a reduction was asked for anything but the sum of everything."""
    ordinary = {"axis": None, "dtype": None, "out": None, "keepdims": False, "initial": None, "where": True}
    return any(name not in ordinary or value not in (ordinary[name], np._NoValue) for name, value in options.items())


def trace(
    function: Callable[..., Any],
    shapes: Mapping[str, tuple[int, ...]],
    output: str = "loss",
    static: Mapping[str, Any] | None = None,
) -> Program:
    """The program of a NumPy function called with keyword inputs of the given shapes.

    `static` are further keyword arguments, plain Python values that the function may branch on.
    Raises TracingError where the function uses what has no row in the table.
    """
    from engine.program.program import Builder

    builder = Builder()
    inputs = {name: builder.input(name, shape) for name, shape in shapes.items()}
    return builder.finish({output: function(**inputs, **(static or {}))})
