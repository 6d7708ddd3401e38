"""Matrices on the machine beside NumPy, to the bit."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import TracingError
from engine.machine.loop import run_once
from engine.machine.lowering import lower
from engine.program.derivatives import derive
from engine.program.program import Builder, Program
from tests.engine.machine.oracle import on_numpy

SIZES = st.integers(1, 11)


def on_the_machine(program, inputs, moving):
    found = run_once(lower(program, moving), {name: np.ravel(values) for name, values in inputs.items()})
    return {name: found[name].reshape(program.nodes[k].shape) for name, k in program.outputs.items()}


@st.composite
def matrix_programs(draw: st.DrawFn) -> tuple[Program, dict[str, np.ndarray]]:
    """Values of all shapes that three lengths make, and every operation between them, used again and again."""
    lengths = [draw(SIZES) for _ in range(3)]
    builder = Builder(simplify=draw(st.booleans()))
    random = np.random.default_rng(draw(st.integers(0, 99)))
    shapes = [(lengths[0], lengths[1]), (lengths[1], lengths[2]), (lengths[2],), (lengths[0], 1), ()]
    values = [builder.input(name, shape) for name, shape in zip("abcde", shapes, strict=True)]
    inputs = {name: random.normal(size=shape) for name, shape in zip("abcde", shapes, strict=True)}
    indices = builder.input("indices", (draw(SIZES),))
    inputs["indices"] = random.integers(0, min(lengths), indices.shape).astype(float)
    for _ in range(draw(st.integers(1, 16))):
        value = draw(st.sampled_from(values))
        matrices = [v for v in values if len(v.shape) == 2]
        matrix = draw(st.sampled_from(matrices))
        kind = draw(st.sampled_from(["matmul", "left", "transpose", "sum", "logsumexp", "gather", "rows", "embed",
                                     "expand", "elementwise", "tanh", "concatenate", "scatter"]))  # fmt: skip
        if kind == "matmul":
            partners = [v for v in matrices if v.shape[0] == matrix.shape[1]]
            values.append(matrix @ draw(st.sampled_from(partners)) if partners else matrix.T @ matrix)
        elif kind == "left":
            partners = [v for v in matrices if v.shape[0] == matrix.shape[0]]
            values.append(matrix.T @ draw(st.sampled_from(partners)))
        elif kind == "transpose":
            values.append(matrix.T)
        elif kind == "sum":
            values.append(np.sum(matrix, axis=draw(st.sampled_from([0, 1, None]))))
        elif kind == "logsumexp":
            values.append(np.logaddexp.reduce(matrix, axis=0))
        elif kind == "gather" and matrix.shape[1] >= min(lengths):
            values.append(np.take(matrix, indices, axis=1))
        elif kind == "scatter" and matrix.shape[1] == indices.shape[0]:
            values.append(matrix.apply("scatter", matrix, indices, attribute=max(lengths)))
        elif kind == "rows" and value.shape:
            values.append(value[draw(st.integers(0, value.shape[0] - 1)) :])
        elif kind == "embed" and value.shape:
            first = draw(st.integers(0, 2))
            whole = (value.shape[0] + first + draw(st.integers(0, 2)), *value.shape[1:])
            values.append(value.apply("embed", value, attribute=(first, whole)))
        elif kind == "expand":
            values.append(np.sum(matrix, axis=1)[:, None] * matrix + np.sum(matrix, axis=0))
        elif kind == "tanh":
            values.append(np.tanh(value))
        elif kind == "concatenate":
            values.append(builder.apply("concatenate", value, matrix, matrix.T))
        else:
            partners = [v for v in values if v.shape in ((), value.shape)]
            values.append(value * 0.5 - draw(st.sampled_from(partners)) * value)
        if math.prod(values[-1].shape) > 400:
            values.pop()
    chosen = draw(st.lists(st.sampled_from(values), min_size=1, max_size=5))
    return builder.finish({f"out{k}": value for k, value in enumerate(chosen)}), inputs


@settings(max_examples=400)
@given(matrix_programs(), st.sets(st.sampled_from("abcde")))
def test_matrices_on_one_lane_equal_the_oracle_bit_for_bit(drawn, moving):
    program, inputs = drawn
    expected, found = on_numpy(program, **inputs), on_the_machine(program, inputs, {"indices", *moving})
    for name in expected:
        np.testing.assert_array_equal(np.broadcast_to(expected[name], found[name].shape), found[name], name)


@pytest.mark.parametrize("size", [(1, 1, 1), (3, 5, 2), (8, 8, 8), (9, 17, 12), (64, 64, 64)])
def test_a_product_is_numpys_to_rounding(size):
    m, k, n = size
    random = np.random.default_rng(0)
    inputs = {"a": random.normal(size=(m, k)), "b": random.normal(size=(k, n))}
    builder = Builder()
    program = builder.finish({"c": builder.input("a", (m, k)) @ builder.input("b", (k, n))})
    found = on_the_machine(program, inputs, {"a"})
    np.testing.assert_allclose(found["c"], inputs["a"] @ inputs["b"], rtol=1e-12, atol=1e-12)


def test_shapes_that_do_not_fit_are_refused():
    builder = Builder()
    a, b = builder.input("a", (2, 3)), builder.input("b", (2, 4))
    for wrong in (lambda: a @ b, lambda: a + b, lambda: a.reshape((5,)), lambda: a[2:2], lambda: a[0]):
        with pytest.raises(TracingError):
            wrong()


def network_loss(widths=(2, 5, 3), samples=7):
    """The cross-entropy of a small network, written as one writes it in NumPy."""
    builder = Builder()
    sizes = [m * n for n, m in itertools.pairwise(widths)]
    phi = builder.input("phi", (sum(sizes) + sum(widths[1:]),))
    h, y, first = builder.input("x", (widths[0], samples)), builder.input("y", (widths[-1], samples)), 0
    for layer, (n, m) in enumerate(itertools.pairwise(widths)):
        weights = builder.apply("block", phi, attribute=(first, (m, n)))
        biases = builder.apply("block", phi, attribute=(first + m * n, (m,)))
        first += m * n + m
        h = weights @ h + biases[:, None]
        h = np.tanh(h) if layer < len(widths) - 2 else h
    losses = np.logaddexp.reduce(h, axis=0) - np.sum(y * h, axis=0)
    return builder.finish({"loss": np.sum(losses) / samples})


def test_the_gradient_of_a_network_agrees_with_finite_differences():
    program, random = network_loss(), np.random.default_rng(1)
    size = program.nodes[program.inputs["phi"]].shape[0]
    inputs = {"phi": random.normal(size=size), "x": random.normal(size=(2, 7))}
    inputs["y"] = np.eye(3)[random.integers(0, 3, 7)].T
    gradient = on_the_machine(derive(program, 1), inputs, {"phi"})["gradient"]
    for k in range(size):
        step = np.zeros(size)
        step[k] = 1e-6
        up, down = (float(program(**{**inputs, "phi": inputs["phi"] + s})["loss"]) for s in (step, -step))
        assert abs(gradient[k] - (up - down) / 2e-6) < 1e-8


def test_blocks_that_leave_a_gap_have_no_gradient():
    builder = Builder()
    phi = builder.input("phi", (6,))
    loss = np.sum(builder.apply("block", phi, attribute=(0, (2,)))) + np.sum(
        builder.apply("block", phi, attribute=(3, (3,)))
    )
    with pytest.raises(TracingError, match="follow one another"):
        derive(builder.finish({"loss": loss}), 1)
