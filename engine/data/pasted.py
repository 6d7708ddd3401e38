"""Data pasted as CSV: the rows of a text as inputs and targets, and what is wrong with it by line and column.

Columns are separated by tabs, semicolons or commas, whichever of these the first row has; numbers have decimal points.
Blank lines, and lines that begin with #, are skipped. A first row without any number is a header. The last columns are
the targets. Where there is a class it stands last, as a number or a text; classes are numbered in sorted order.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.tables import LARGEST, MOST_CLASSES, kind_of
from engine.errors import OutOfRange
from engine.network_definitions import Targets
from engine.parameters import number

Array = NDArray[np.float64]
Row = tuple[int, list[str]]
"""The number of a line, from 1, and its cells."""
FIELD = "dataset.csv"
SEPARATORS = "\t;,"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
QUOTED = re.compile(r'"[^"]*"')
LINE_END = re.compile(r"\r\n|\r|\n")
LONGEST = 60
"""Characters of a cell."""


@dataclass(frozen=True, eq=False)
class Pasted:
    """Inputs x (n, D_in) and targets y (n, K); the names of the columns, inputs first, and of the classes, if any."""

    kind: Targets
    x: Array
    y: Array
    columns: tuple[str, ...]
    class_names: tuple[str, ...] | None


def read(
    text: str,
    kind: Targets | None = None,
    targets: int | None = None,
    *,
    most_rows: int = 10_000,
    most_columns: int = 40,
) -> Pasted:
    """The data of a text whose last `targets` columns are targets; by default one, or two of which one is a class.

    Without a kind the last column is a class where it has texts, and else what its numbers look like.

    Raises OutOfRange with the line, and the column as the position, of what is wrong.
    """
    rows = _rows(text, most_rows, most_columns)
    width = len(rows[0][1])
    names = _header(rows)
    if len(rows) > most_rows:
        raise OutOfRange(f"there are more than {most_rows} rows, which is the limit", field=FIELD)
    count = targets or (2 if kind == "combined" else 1)
    if count >= width:
        message = f"a row has {width} column{_s(width)}; {count} target{_s(count)} and one input or more are needed"
        raise OutOfRange(message, field=FIELD)
    if (kind == "classification" and count > 1) or (kind == "combined" and count < 2):
        message = "the class is one column" if count > 1 else "real targets and a class are two columns or more"
        raise OutOfRange(message, field="dataset.targets")
    kind = kind or _kind(rows, count)
    real = width - (kind != "regression")
    table = np.array([[_number(row, place) for place in range(real)] for row in rows]).reshape(len(rows), real)
    classes = None
    if kind != "regression":
        last, classes = _classes(rows)
        table = np.column_stack([table, last])
    inputs = width - count
    columns = names or [*(f"x{k + 1}" for k in range(inputs)), *(f"y{k + 1}" for k in range(count))]
    return Pasted(kind, table[:, :inputs], table[:, inputs:], tuple(columns), classes)


def _rows(text: str, most_rows: int, most_columns: int) -> list[Row]:
    """The rows, all of one width; no more of them than are needed to know that they are too many."""
    found: list[Row] = []
    separator = ""
    for line, content in _lines(text):
        separator = separator or next((mark for mark in SEPARATORS if mark in QUOTED.sub("", content)), ",")
        cells = _cells(line, content, separator)
        if len(cells) > most_columns:
            raise _fault(f"has {len(cells)} columns; {most_columns} is the limit", line)
        if found and len(cells) != (width := len(found[0][1])):
            raise _fault(f"has {len(cells)} column{_s(len(cells))}; line {found[0][0]} has {width}", line)
        found.append((line, cells))
        if len(found) > most_rows + 1:  # one may be a header
            break
    if not found:
        raise OutOfRange("there are no rows in it", field=FIELD)
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that hold rows, with their numbers."""
    for line, content in enumerate(LINE_END.split(text.removeprefix("\ufeff")), 1):
        if strange := CONTROL.search(content):
            raise _fault(f"has a control character, its character {strange.start() + 1}", line)
        if content.strip() and not content.lstrip().startswith("#"):
            yield line, content


def _cells(line: int, content: str, separator: str) -> list[str]:
    try:
        (cells,) = csv.reader([content], delimiter=separator, skipinitialspace=True, strict=True)
    except csv.Error:
        raise _fault("has quotation marks that do not match, or too long a text", line) from None
    stripped = [cell.strip() for cell in cells]
    if (longest := max(stripped, key=len)) and len(longest) > LONGEST:
        raise _fault(f"has more than {LONGEST} characters", line, stripped.index(longest))
    return stripped


def _header(rows: list[Row]) -> list[str]:
    """The names of the columns, taken from the rows if the first is a header; otherwise none."""
    line, cells = rows[0]
    if any(map(_looks_like_a_number, cells)):
        return []
    if "" in cells:
        raise _fault("is empty; it needs a number, or the name of its column", line, cells.index(""))
    del rows[0]
    if not rows:
        raise _fault("has no numbers, and no rows are behind it", line)
    return cells


def _looks_like_a_number(cell: str) -> bool:
    return any(form.fullmatch(cell) for form in (NUMBER, DECIMAL_COMMA, NOT_FINITE))


def _number(row: Row, place: int) -> float:
    line, cells = row
    place %= len(cells)
    cell = cells[place]
    if not NUMBER.fullmatch(cell):
        if not cell:
            raise _fault("is empty; a number is needed", line, place)
        if NOT_FINITE.fullmatch(cell):
            raise _fault("is not finite", line, place)
        comma = DECIMAL_COMMA.fullmatch(cell)
        raise _fault("has a decimal comma; a point is needed" if comma else "is no number", line, place)
    value = float(cell)
    if abs(value) > LARGEST:
        raise _fault(f"is a number beyond {number(LARGEST)}", line, place)
    return value


def _kind(rows: list[Row], targets: int) -> Targets:
    """What the targets look like."""
    if any(cells[-1] and not _looks_like_a_number(cells[-1]) for _, cells in rows):
        return "classification" if targets == 1 else "combined"
    return kind_of([_number(row, -1) for row in rows], FIELD) if targets == 1 else "regression"


def _classes(rows: list[Row]) -> tuple[Array, tuple[str, ...]]:
    """The number of each row's class (n,), and the names of the classes: in the order of numbers, or of texts."""
    for line, cells in rows:
        if not cells[-1] or NOT_FINITE.fullmatch(cells[-1]):
            raise _fault("is no class", line, len(cells) - 1)
    labels: list[Any] = [cells[-1] for _, cells in rows]
    if all(NUMBER.fullmatch(cells[-1]) for _, cells in rows):
        labels = [_number(row, -1) for row in rows]
    known = {label: float(place) for place, label in enumerate(sorted(set(labels)))}
    if not 2 <= len(known) <= MOST_CLASSES:
        message = (
            f"the last column has {len(known)} class{'es' * (len(known) > 1)}; from 2 to {MOST_CLASSES} are needed"
        )
        raise OutOfRange(message, field=FIELD)
    return np.array([known[label] for label in labels]), tuple(str(label).removesuffix(".0") for label in known)


def _fault(what: str, line: int, place: int | None = None) -> OutOfRange:
    """What is wrong with a line, or with a cell of it."""
    column = None if place is None else place + 1
    where = f"line {line}" if column is None else f"line {line}, column {column}"
    return OutOfRange(f"{where} {what}", field=FIELD, line=line, position=column)


def _s(count: int) -> str:
    return "s" * (count != 1)
