"""A record is one row of numbers: what is read of it, cut off it and joined to it are the same quantities."""

import itertools

import numpy as np
import pytest

from engine.record import Record, joined


def record(
    count: int, state: tuple[str, ...] = ("m", "v"), internals: tuple[str, ...] = ("move",), first: int = 0
) -> Record:
    """Every number tells what it is: hundreds of its quantity, then its place there."""
    sizes = [2 * count] * (1 + len(state)) + [count] + [2 * count] * (1 + len(internals))
    rows = [100 * place + np.arange(size, dtype=float) for place, size in enumerate(sizes)]
    return Record(first, count, np.concatenate(rows), state, internals)


def quantities(found: Record) -> list[np.ndarray]:
    return [found.phi, *found.state.values(), found.loss, found.gradient, *found.internals.values()]


@pytest.mark.parametrize("count", [0, 1, 4])
@pytest.mark.parametrize("state", [(), ("m",), ("m", "v")])
@pytest.mark.parametrize("internals", [(), ("move", "ratio")])
def test_quantities_lie_one_behind_the_other_in_the_order_that_is_told(count, state, internals):
    found = record(count, state, internals)
    assert [rows.shape for rows in quantities(found)] == [shape for _, shape in found.quantities]
    assert np.array_equal(np.concatenate([rows.ravel() for rows in quantities(found)]), found.numbers)
    names = [name for name, _ in found.quantities]
    assert names[1 : 1 + len(state)] == [f"state.{name}" for name in found.state]
    assert names[len(state) + 3 :] == [f"internal.{name}" for name in found.internals]


@pytest.mark.parametrize("parts", [[4], [1, 3], [2, 0, 2], [1, 1, 1, 1]])
def test_records_that_follow_one_another_are_one(parts):
    ends = np.cumsum([0, *parts])
    whole = record(4)
    pieces = []
    for low, high in itertools.pairwise(ends):
        rows = [quantity[low:high].ravel() for quantity in quantities(whole)]
        pieces.append(Record(int(low), int(high - low), np.concatenate(rows), whole.state_names, whole.internal_names))
    assert np.array_equal(joined(pieces).numbers, whole.numbers) and joined(pieces).count == 4
    for count in range(5):
        cut = whole.cut(count)
        assert all(np.array_equal(a, b[:count]) for a, b in zip(quantities(cut), quantities(whole), strict=True))


def test_another_last_gradient_changes_nothing_else():
    before = record(3)
    after = before.closed(np.array([7.0, 8.0]))
    assert after.gradient[-1].tolist() == [7, 8] and before.gradient[-1].tolist() != [7, 8]
    assert (after.numbers != before.numbers).sum() == 2


def test_a_record_ends_before_the_first_number_that_is_not_finite_but_internals_do_not_count():
    found = record(5)
    found.internals["move"][1] = np.nan
    assert found.finite() == 5
    found.state["v"][3, 1] = np.inf
    assert found.finite() == 3
    found.loss[2] = np.nan
    assert found.finite() == 2
