"""Data of one's own as lists of numbers: dealt out by a seed, refused by row in plain words."""

import numpy as np
import pytest

from .asking import answered, error_of, post

PATH = "/api/training"
BODY = {"network": {"hidden": [3]}, "optimizer": {"name": "gd"}, "steps": 3}
ROWS = np.random.default_rng(8).normal(size=(30, 3))
TABLE = {"x": ROWS[:, :2].tolist(), "y": ROWS[:, 2].tolist()}


@pytest.mark.parametrize("seed", [{}, {"seed": 7}])
def test_a_table_is_dealt_out_by_a_seed_as_the_same_table_pasted_as_text_is(client, seed):
    split = {"split": [0.5, 0.3, 0.2], **seed}
    text = "\n".join(",".join(map(repr, row)) for row in ROWS.tolist())
    listed, by_text = (answered(client, PATH, BODY | {"dataset": data | split}) for data in (TABLE, {"csv": text}))
    assert listed["runs"] == by_text["runs"]
    parts = ("training", "validation", "test")
    assert [listed["data"][part] for part in parts] == [by_text["data"][part] for part in parts]
    assert [len(listed["data"][part]["x"]) for part in parts] == [15, 9, 6]
    assert listed["dataset"] == {"name": None, "n": 30, "seed": split.get("seed", 0), "split": [0.5, 0.3, 0.2]}


@pytest.mark.parametrize(
    ("dataset", "field", "message"),
    [
        (TABLE | {"split": [0, 0.5, 0.5]}, "dataset.split", "Of 30 samples none is left for training."),
        (TABLE | {"split": [0.5, 0.5]}, "dataset.split[2]", "dataset.split[2] is missing."),
        (TABLE | {"seed": 1}, "dataset", "dataset must have a split if it has a seed, which decides the part that each sample is in."),
        (TABLE | {"split": [1, 0, 0], "test": TABLE}, "dataset", "dataset must have either a split or parts of its own, validation and test."),
        ({"x": [[1], [2], "a"], "y": [1, 2, 3]}, "dataset.x[2]", "dataset.x[2] must be a number or a list of numbers."),
        ({"x": [[1], [2], [3, "a"]], "y": [1, 2, 3]}, "dataset.x[2][1]", "dataset.x[2][1] must be a number."),
        ({"x": [[1], None], "y": [1, 2]}, "dataset.x[1]", "dataset.x[1] must be a number or a list of numbers."),
        ({"x": [[1], [2, 3]], "y": [1, 2]}, "dataset.x[1]", "Row 1 of x has 2 numbers; row 0 has 1 number."),
        ({"x": [[1], 2], "y": [1, 2]}, "dataset.x[1]", "Row 1 of x is a single number; row 0 has 1 number."),
        ({"x": [1, 2], "y": [1, 2, 3]}, "dataset.y", "x has 2 rows and y has 3; there must be as many."),
        ({"x": [[], []], "y": [1, 2]}, "dataset.x", "x must be rows of one or more numbers."),
        ({"x": [1, 1e300], "y": [1, 2]}, "dataset.x[1]", "Row 1 of x holds a number that is not finite, or beyond 1e100."),
        ({"name": "moons", "n": 10**9}, "dataset.n", "n is 1e9; it must be an integer between 2 and 10000."),
        ({"name": "moons", "noise": -1}, "dataset.noise", "noise is -1; it must be between 0 and 10."),
    ],
)  # fmt: skip
def test_a_fault_is_told_by_row_and_with_the_field_s_own_name(client, dataset, field, message):
    error = error_of(post(client, PATH, BODY | {"dataset": dataset}), 422)
    assert (error["field"], error["message"]) == (field, message)
