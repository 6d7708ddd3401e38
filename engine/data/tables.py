"""Tables of numbers that a person gave: rows (n, D), checked, and the classes in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import OutOfRange
from engine.network_definitions import Targets
from engine.parameters import number

Array = NDArray[np.float64]
LARGEST = 1e100
"""Numbers farther from 0 are refused: their squares would leave the range of floats."""
MOST_CLASSES = 100


def table(rows: Sequence[Any] | Array, field: str) -> Array:
    """Rows of numbers, or numbers of which each is a row, as an array (n, D).

    Raises OutOfRange with the number of the row, from 0, that is ragged or holds what is no finite number.
    """
    name = field.rpartition(".")[2]
    if not len(rows):
        raise OutOfRange(f"{name} is empty; there must be one row or more", field=field)
    try:
        found = np.asarray(rows, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        raise _ragged(rows, name, field) from None
    if found.ndim == 1:
        found = found[:, None]
    if found.ndim != 2 or found.shape[1] == 0:
        raise OutOfRange(f"{name} must be rows of one or more numbers", field=field)
    good = (np.abs(found) <= LARGEST).all(axis=1)
    if not good.all():
        row = int(np.argmin(good))
        message = f"row {row} of {name} holds a number that is not finite, or beyond {number(LARGEST)}"
        raise OutOfRange(message, field=f"{field}[{row}]")
    return found


def _ragged(rows: Sequence[Any] | Array, name: str, field: str) -> OutOfRange:
    """What is wrong with rows that are no table: the first that is not like row 0, or holds what is no number."""
    first = _described(rows[0])
    for place, row in enumerate(rows):
        if _described(row) != first:
            message = f"row {place} of {name} {_described(row)}; row 0 {first}"
            return OutOfRange(message, field=f"{field}[{place}]")
        try:
            np.asarray(row, dtype=np.float64)
        except (ValueError, TypeError, OverflowError):
            return OutOfRange(f"row {place} of {name} holds what is no number", field=f"{field}[{place}]")
    return OutOfRange(f"{name} must be rows of numbers", field=field)


def _described(row: Any) -> str:
    if not isinstance(row, list | tuple | np.ndarray):
        return "is a single number"
    return f"has {len(row)} number{'s' * (len(row) != 1)}"


def column_of_classes(y: Array, field: str) -> Array:
    """The last column of targets, which tells the class (n,).

    Raises OutOfRange with the row whose class is no whole number from 0 on.
    """
    classes = y[:, -1]
    good = (classes >= 0) & (classes < MOST_CLASSES) & (classes == np.floor(classes))
    if not good.all():
        row = int(np.argmin(good))
        message = f"row {row} has the class {number(float(classes[row]))}; classes are whole numbers from 0 to k - 1, "
        raise OutOfRange(f"{message}with k at most {MOST_CLASSES}", field=f"{field}[{row}]")
    return classes


def class_count(columns: Sequence[Array]) -> int:
    """How many classes there are in the parts' columns (n,): the largest plus one, and two at least."""
    return max(2, *(int(column.max()) + 1 for column in columns))


def kind_of(y: Sequence[Any], field: str = "dataset.y") -> Targets:
    """What targets of one's own look like: one column of whole numbers from 0 to k - 1, each of them there, is a class.

    There have to be twice as many rows as classes. More than one column, or any other number: real targets.
    """
    found = table(y, field)
    values = np.unique(found)
    numbered = found.shape[1] == 1 and len(values) > 1 and bool((values == np.arange(len(values))).all())
    return "classification" if numbered and 2 * len(values) <= len(found) else "regression"
