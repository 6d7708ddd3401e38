"""The machine beside the oracle: one lane to the bit, many lanes to rounding."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.landscape import over_lanes
from engine.machine.instructions import NUMBER
from engine.machine.loop import run_once
from engine.machine.lowering import lower
from engine.machine.pairs import hold
from engine.program.program import Builder
from tests.engine.machine.oracle import on_numpy
from tests.engine.machine.programs import programs

NUMBERS = st.sampled_from([0.0, -0.0, 0.3, -1.7, 2.0, 5.5, -40.0, 1e-9, 710.0, 1e200])


def one_lane(program, inputs, moving=("phi",)):
    """What one lane finds: the same where results stay in registers for the instruction that follows."""
    code = lower(program, moving)
    held = replace(code, body=code.body.copy())
    hold(held.body)
    found, again = run_once(code, inputs), run_once(held, inputs)
    for name, numbers in again.items():
        size = max(code.outputs[name].size, 1)
        assert np.array_equal(numbers[:size], found[name][:size], equal_nan=True), name
    return {name: found[name].reshape(program.nodes[k].shape) for name, k in program.outputs.items()}


def many_lanes(program, points, inputs, lanes=16):
    code = lower(program, {"phi"}, lanes=lanes)
    found = over_lanes(code, SimpleNamespace(inputs=inputs), {"phi": points.T})
    return {name: rows.T for name, rows in found.items()}


@settings(max_examples=400)
@given(programs(rows=False), st.tuples(NUMBERS, NUMBERS), NUMBERS)
def test_one_lane_equals_the_oracle_bit_for_bit(program, phi, a):
    inputs = {"phi": np.array(phi), "a": a}
    expected, found = on_numpy(program, **inputs), one_lane(program, inputs)
    for name in expected:
        assert np.array_equal(expected[name], found[name], equal_nan=True), name


@settings(max_examples=250)
@given(programs(rows=True), st.tuples(NUMBERS, NUMBERS), NUMBERS, st.lists(NUMBERS, min_size=5, max_size=5))
def test_rows_on_one_lane_equal_the_oracle_bit_for_bit(program, phi, a, row):
    inputs = {"phi": np.array(phi), "a": a, "row": np.array(row)}
    expected, found = on_numpy(program, **inputs), one_lane(program, inputs)
    for name in expected:
        shape = np.broadcast_shapes(expected[name].shape, np.shape(found[name]))
        assert np.array_equal(np.broadcast_to(expected[name], shape), found[name], equal_nan=True), name


@settings(max_examples=100)
@given(st.integers(3, 40), st.data(), st.booleans())
def test_the_sum_of_a_product_of_rows_is_one_instruction_with_the_bits_of_two(size, data, square):
    rows = {name: np.array(data.draw(st.lists(NUMBERS, min_size=size, max_size=size))) for name in "xy"}
    builder = Builder()
    x, y = (builder.input(name, (size,)) for name in "xy")
    product = builder.apply("integer_power", x, attribute=2) if square else x * y
    program = builder.finish({"loss": builder.apply("sum", product)})
    assert lower(program, {"x", "y"}).body[:, 0].tolist() == [NUMBER["ROW_DOT"]]
    expected, found = on_numpy(program, **rows), one_lane(program, rows, ("x", "y"))
    assert np.array_equal(expected["loss"], found["loss"], equal_nan=True)


@settings(max_examples=60)
@given(programs(rows=True), st.tuples(NUMBERS, NUMBERS), NUMBERS, st.lists(NUMBERS, min_size=5, max_size=5))
def test_what_does_not_move_may_be_computed_once(program, phi, a, row):
    inputs = {"phi": np.array(phi), "a": a, "row": np.array(row)}
    once, always = one_lane(program, inputs), one_lane(program, inputs, moving=("phi", "a", "row"))
    for name in once:
        assert np.array_equal(once[name], always[name], equal_nan=True), name


def smooth_loss():
    builder = Builder()
    phi, row = builder.input("phi", (2,)), builder.input("row", (5,))
    x, y, a = phi[0], phi[1], builder.input("a")
    wave = np.sin(x * row) * np.exp(-(y**2) * row / 9) + np.tanh(a * row)
    return builder.finish({"loss": np.sum(wave**2) + np.log(1 + x * x), "pair": phi * a - phi / (2 + x**2)})


@pytest.mark.parametrize("count", [1, 15, 16, 17, 100])
def test_many_lanes_agree_with_one_lane_whatever_their_number(count):
    points = np.random.default_rng(0).normal(size=(count, 2))
    inputs = {"a": 0.7, "row": np.array([0.1, 0.5, 1.0, 2.0, 3.0])}
    program = smooth_loss()
    found = many_lanes(program, points, inputs)
    for k, phi in enumerate(points):
        expected = program(phi=phi, **inputs)
        np.testing.assert_allclose(found["loss"][k], expected["loss"], rtol=1e-13)
        np.testing.assert_allclose(found["pair"][k], expected["pair"], rtol=1e-13)
