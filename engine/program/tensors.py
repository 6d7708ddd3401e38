"""The rows of the table that work between shapes: sums, pieces, matrix products, gathers.

A value is a number (), a row (n,) or a matrix (m, n). Each order of summation is fixed: the numbers of a row by eight
partial sums, all else one after another, from first to last. The machine keeps to it, so that its results equal
NumPy's, operation by operation, bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from engine.errors import TracingError
from engine.program import worth
from engine.program.operation import Operation, Shape, scalar


def _matrix(shape: Shape, name: str) -> Shape:
    if len(shape) != 2:
        raise TracingError(f"{name} works on a matrix (m, n); this value has the shape {shape}")
    return shape


def _product(shapes: Sequence[Shape], _: Any) -> Shape:
    (m, k), (l, n) = (_matrix(shape, "a matrix product") for shape in shapes)
    if k != l:
        raise TracingError(f"matrices of the shapes {(m, k)} and {(l, n)} have no product")
    return m, n


def _reduced(shapes: Sequence[Shape], axis: int) -> Shape:
    m, n = _matrix(shapes[0], "a sum along an axis")
    return (n,) if axis == 0 else (m,)


def _reshaped(shapes: Sequence[Shape], shape: Shape) -> Shape:
    if np.prod(shapes[0]) != np.prod(shape):
        raise TracingError(f"a value of the shape {shapes[0]} cannot take the shape {shape}")
    return shape


def _expanded(shapes: Sequence[Shape], shape: Shape) -> Shape:
    if np.broadcast_shapes(shapes[0], shape) != shape:
        raise TracingError(f"a value of the shape {shapes[0]} cannot be repeated to the shape {shape}")
    return shape


def _gathered(shapes: Sequence[Shape], _: Any) -> Shape:
    return _matrix(shapes[0], "gather")[0], shapes[1][0]


def _scattered(shapes: Sequence[Shape], columns: int) -> Shape:
    return _matrix(shapes[0], "scatter")[0], columns


def _collapsed(g: Any, y: Any, a: Any, shape: Shape) -> Any:
    """What was repeated is summed."""
    if a.shape == ():
        return np.sum(g)
    if len(shape) == 1:
        return np.sum(g).reshape((1,))
    return np.sum(g, axis=1 if a.shape == (shape[0], 1) else 0).reshape(a.shape)


SHAPES: tuple[Operation, ...] = (
    Operation(
        "sum", 1, worth.total, (lambda g, y, a: g,), "SUM", (np.sum,), "sum({0})", r"\sum\left({0}\right)", shape=scalar
    ),
    Operation("element", 1, worth.element, None, "ELEMENT", (), "element({0}, {n})", "{0}_{{{n}}}", shape=scalar),
    Operation(
        "stack",
        -1,
        lambda *a: np.stack(np.broadcast_arrays(*a), axis=-1),
        None,
        "STACK",
        (),
        "vector({0})",
        r"\left({0}\right)",
        shape=lambda shapes, _: (len(shapes),),
    ),
    # ---- matrices
    Operation(
        "matmul",
        2,
        worth.matmul,
        (lambda g, y, a, b: g @ b.T, lambda g, y, a, b: a.T @ g),
        "MATMUL",
        (np.matmul,),
        "{0} @ {1}",
        r"{0}\,{1}",
        20,
        shape=_product,
    ),
    Operation(
        "transpose",
        1,
        np.transpose,
        (lambda g, y, a: g.T,),
        "TRANSPOSE",
        (np.transpose,),
        "transpose({0})",
        r"{0}^{{\top}}",
        shape=lambda shapes, _: _matrix(shapes[0], "transpose")[::-1],
    ),
    Operation(
        "sum_along",
        1,
        worth.total_along,
        (lambda g, y, a, axis: (g if axis == 0 else g[:, None]).expand(a.shape),),
        "SUM_ALONG",
        formula="sum({0}, axis={n})",
        latex=r"\sum_{{{n}}}\left({0}\right)",
        shape=_reduced,
        help="sums of the columns (axis 0) or of the rows (axis 1) of a matrix",
    ),
    Operation(
        "logsumexp",
        1,
        worth.logsumexp,
        (lambda g, y, a: g * np.exp(a - y),),
        "LOGSUMEXP",
        formula="logsumexp({0})",
        latex=r"\log \sum \exp\left({0}\right)",
        shape=lambda shapes, _: _reduced(shapes, 0),
        help="log of the sum of exp down each column of a matrix, without overflow; its derivative is the softmax",
    ),
    Operation(
        "gather",
        2,
        worth.gather,
        (lambda g, y, a, indices: g.apply("scatter", g, indices, attribute=a.shape[1]), None),
        "GATHER",
        formula="gather({0}, {1})",
        latex=r"{0}_{{{1}}}",
        shape=_gathered,
        help="the columns of a matrix (m, n) that a row of indices (k,) names: (m, k)",
    ),
    Operation(
        "scatter",
        2,
        worth.scatter,
        (lambda g, y, a, indices, columns: g.apply("gather", g, indices), None),
        "SCATTER",
        formula="scatter({0}, {1})",
        latex=r"\operatorname{{scatter}}\left({0}, {1}\right)",
        shape=_scattered,
        help="the columns of a matrix (m, k), each added to the column that an index names, of a matrix of zeros",
    ),
    # ---- the same numbers in another shape
    Operation(
        "expand",
        1,
        lambda a, shape: np.broadcast_to(a, shape),
        (_collapsed,),
        "EXPAND",
        formula="{0}",
        latex="{0}",
        shape=_expanded,
        help="a number, a row or a column, repeated to a larger shape",
    ),
    Operation(
        "reshape",
        1,
        lambda a, shape: np.reshape(a, shape),
        (lambda g, y, a, shape: g.reshape(a.shape),),
        "VIEW",
        formula="{0}",
        latex="{0}",
        shape=_reshaped,
    ),
    Operation(
        "rows",
        1,
        lambda a, piece: a[piece[0] : piece[0] + piece[1]],
        (lambda g, y, a, piece: g.apply("embed", g, attribute=(piece[0], a.shape)),),
        "VIEW",
        formula="rows({0}, {n})",
        latex="{0}_{{{n}}}",
        shape=lambda shapes, piece: (piece[1], *shapes[0][1:]),
        help="some rows of a matrix, or numbers of a row: the first of them, and how many",
    ),
    Operation(
        "embed",
        1,
        worth.embed,
        (lambda g, y, a, place: g.apply("rows", g, attribute=(place[0], a.shape[0])),),
        "EMBED",
        formula="embed({0}, {n})",
        latex=r"\operatorname{{embed}}\left({0}\right)",
        shape=lambda shapes, place: place[1],
        help="rows among zeros: the first row's place, and the shape of the whole",
    ),
    Operation(
        "block",
        1,
        lambda a, piece: np.reshape(a[piece[0] : piece[0] + int(np.prod(piece[1]))], piece[1]),
        None,
        "VIEW",
        formula="block({0}, {n})",
        latex="{0}_{{{n}}}",
        shape=lambda shapes, piece: piece[1],
        help="a piece of the flat parameters, by its first place and its shape",
    ),
    Operation(
        "concatenate",
        -1,
        lambda *a: np.concatenate([np.ravel(piece) for piece in a]),
        None,
        "CONCATENATE",
        formula="concatenate({0})",
        latex=r"\left({0}\right)",
        shape=lambda shapes, _: (sum(int(np.prod(shape)) for shape in shapes),),
        help="the numbers of all its arguments in one row",
    ),
)
VIEWS = ("reshape", "rows", "block")
"""Operations whose value is a stretch of their argument's own numbers."""

MATRICES = tuple(row.name for row in SHAPES if row.name not in ("sum", "element", "stack"))
