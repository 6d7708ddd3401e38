"""Pasted data: what is read is what was written, and what cannot be read is told by line and column."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.pasted import read
from engine.errors import OutOfRange

FINITE = st.floats(-1e100, 1e100)


@given(
    rows=st.lists(st.tuples(FINITE, FINITE, FINITE), min_size=1, max_size=20),
    separator=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    header=st.booleans(),
    strewn=st.sampled_from(["", "\n", "# a, remark; here", "  \t "]),
)
def test_what_a_table_writer_writes_is_read_to_the_bit(rows, separator, end, header, strewn):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator=end)
    if header:
        writer.writerow(["u", "v, w; z", "t"])
    writer.writerows([repr(value) for value in row] for row in rows)
    text = strewn + end + out.getvalue().replace(end, end + strewn + end)
    found = read(text, "regression", 2)
    assert np.column_stack([found.x, found.y]).tolist() == [list(row) for row in rows]
    assert found.columns == (("u", "v, w; z", "t") if header else ("x1", "y1", "y2"))
    assert found.class_names is None


@given(st.text(alphabet=st.sampled_from("0123456789.,;\t\n\r #\"'-+eExyznaif\x00_٣½\ufeff"), max_size=60))
def test_whatever_is_pasted_is_data_or_a_sentence(text):
    for kind in (None, "regression", "classification", "combined"):
        try:
            found = read(text, kind)
        except OutOfRange as error:
            assert error.field in ("dataset.csv", "dataset.targets")
            assert len(error.message) < 200
            continue
        assert np.isfinite(found.x).all() and np.isfinite(found.y).all()
        assert len(found.columns) == found.x.shape[1] + found.y.shape[1]


def test_texts_are_classes_in_the_order_of_the_alphabet():
    found = read("a,b,c\n1,2,no\n3,4, yes\n5,6,maybe\n7,8,no")
    assert found.kind == "classification"
    assert found.class_names == ("maybe", "no", "yes")
    assert found.y.tolist() == [[1], [2], [0], [1]]


def test_numbers_as_classes_are_in_the_order_of_numbers():
    found = read("1,10\n2,-1\n3,2.0\n4,2", "classification")
    assert found.class_names == ("-1", "2", "10")
    assert found.y.tolist() == [[2], [0], [1], [1]]


def test_the_kind_follows_from_the_last_columns():
    assert read("1,0\n2,1\n3,0\n4,1").kind == "classification"
    assert read("1,0.5\n2,1\n3,0\n4,1").kind == "regression"
    assert read("1,0\n2,1\n3,0\n4,1", targets=None, kind="regression").kind == "regression"
    assert read("1,2,0\n2,3,1\n3,4,0\n4,5,1", targets=2).kind == "regression"
    both = read("1,2,0\n2,3,1", "combined")
    assert (both.x.tolist(), both.y.tolist()) == ([[1], [2]], [[2, 0], [3, 1]])
    assert both.class_names == ("0", "1")
    assert read("1,2,a\n2,3,b", targets=2).kind == "combined"


FAULTS = {
    "nothing": ("", None, None, "no rows"),
    "remarks alone": ("# x\n\n #y", None, None, "no rows"),
    "a header alone": ("x,y", 1, None, "no rows are behind it"),
    "a header with a gap": ("x,,y\n1,2,3", 1, 2, "is empty"),
    "one column": ("1\n2", None, None, "1 column;"),
    "a ragged row": ("x,y\n1,2\n\n3", 4, None, "has 1 column; line 1 has 2"),
    "a word": ("x,y\n1,2\nzwei,3", 3, 1, "is no number"),
    "a gap": ("1,2\n,3", 2, 1, "is empty"),
    "not a number": ("1,2,3\n1,nan,3", 2, 2, "not finite"),
    "a target that is not a number": ("1,2\n1,NaN", 2, 2, "not finite"),
    "infinity": ("-inf,2\n1,2", 1, 1, "not finite"),
    "too large": ("1,2\n1e999,2", 2, 1, "beyond 1e100"),
    "just too large": ("1,2\n1e101,2", 2, 1, "beyond 1e100"),
    "a comma for a point": ("x;y\n1,5;2", 2, 1, "decimal comma"),
    "commas for points throughout": ("1,5;2\n2,5;3", 1, 1, "decimal comma"),
    "digits of another script": ("1,2\n٣,4", 2, 1, "is no number"),
    "underscores": ("1,2\n1_0,4", 2, 1, "is no number"),
    "hexadecimal": ("1,2\n0x10,4", 2, 1, "is no number"),
    "a byte that is zero": ("1,2\n1,\x002", 2, None, "control character, its character 3"),
    "a quotation mark": ('1,2,"a\n3,4,b', 1, None, "do not match"),
    "text behind a quotation": ('1,2,"a"b\n3,4,b', 1, None, "do not match"),
    "a number without end": ("1," + "9" * 200, 1, 2, "more than 60 characters"),
    "a text without end": ("1," + "a" * 200_000, 1, None, "too long"),
    "a single class": ("1,a\n2,a", None, None, "1 class;"),
    "too many classes": ("\n".join(f"1,a{k}" for k in range(101)), None, None, "101 classes"),
    "a class that is none": ("1,a\n2,", 2, 2, "is no class"),
}


@pytest.mark.parametrize(("text", "line", "column", "what"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_is_told_with_its_line_and_column(text, line, column, what):
    with pytest.raises(OutOfRange) as raised:
        read(text)
    error = raised.value
    assert what in error.message
    assert (error.line, error.position) == (line, column)
    assert (f"line {line}" in error.message) == (line is not None)


def test_limits_are_held_and_a_header_is_no_row():
    rows = "\n".join(["x,y", *["1,2"] * 5])
    assert len(read(rows, most_rows=5).x) == 5
    with pytest.raises(OutOfRange, match="more than 4 rows"):
        read(rows, most_rows=4)
    with pytest.raises(OutOfRange, match="2 columns; 1 is the limit"):
        read(rows, most_columns=1)


@pytest.mark.parametrize(("kind", "targets", "field"), [("classification", 2, "dataset.targets"), ("combined", 1, "dataset.targets"), ("regression", 3, "dataset.csv"), ("regression", 10**9, "dataset.csv")])  # fmt: skip
def test_targets_that_do_not_fit_are_refused(kind, targets, field):
    with pytest.raises(OutOfRange) as raised:
        read("1,2,3\n4,5,6", kind, targets)
    assert raised.value.field == field
