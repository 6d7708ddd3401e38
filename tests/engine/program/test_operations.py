"""Every row of the table: its value, its derivative, its instruction."""

import dataclasses
import math

import mpmath
import numpy as np
import pytest

from engine.errors import TracingError
from engine.machine.instructions import NUMBER
from engine.program import operations
from engine.program.checking import check_gradient
from engine.program.operations import OPERATIONS, TABLE
from engine.program.program import Builder, Program
from engine.program.tensors import VIEWS

LINKED = {"gradient", "hessian"}
ELEMENTWISE = [row for row in TABLE if row.elementwise and row.name not in LINKED]
INSIDE = {"arcsin": 0.4, "arccos": 0.4, "power": 1.7}
TRUTH = {
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log(1 + mpmath.exp(x)),
    "log1p": lambda x: mpmath.log(1 + x),
    "expm1": mpmath.expm1,
    "arcsin": mpmath.asin,
    "arccos": mpmath.acos,
    "arctan": mpmath.atan,
} | {name: getattr(mpmath, name) for name in ("exp", "erf", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt")}


def loss_of(name: str) -> Program:
    """A loss of phi whose value passes through one operation, with every argument depending on phi."""
    builder = Builder()
    phi = builder.input("phi", (2,))
    x, y = phi[0], phi[1]
    row = OPERATIONS[name]
    arguments = [x, y, x * y][: row.arity]
    attribute = 3 if name == "integer_power" else None
    return builder.finish({"loss": builder.apply(name, *arguments, attribute=attribute) * (y + 2.0)})


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_derivative_rule_agrees_with_central_differences(row):
    at = INSIDE.get(row.name, 0.8)
    checked = check_gradient(loss_of(row.name), (at, 0.55 * at), step=2e-3)
    assert checked.passed, checked


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_functions_agree_with_forty_digit_arithmetic(name):
    for x in (0.03, 0.4, 0.9):
        expected = float(TRUTH[name](mpmath.mpf(x)))
        assert OPERATIONS[name].evaluate(np.float64(x)) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "name", ["exp", "sin", "tanh", "multiply", "divide", "power", "integer_power", "sqrt", "softplus"]
)
def test_the_checker_fails_on_a_rule_a_tenth_of_a_percent_off(name, monkeypatch):
    row = OPERATIONS[name]
    wrong = tuple(None if rule is None else lambda *a, rule=rule: rule(*a) * 1.001 for rule in row.derivative)
    monkeypatch.setitem(operations.OPERATIONS, name, dataclasses.replace(row, derivative=wrong))
    checked = check_gradient(loss_of(name), (0.8, 0.44))
    assert not checked.passed
    assert 2e-4 < checked.error < 5e-3


def test_every_row_becomes_an_instruction_of_the_machine():
    for row in TABLE:
        made_of_others = {"integer_power", "element", "stack", "sum_along", "logsumexp", "expand", "concatenate"}
        if row.name not in LINKED | made_of_others | set(VIEWS):
            assert row.instruction in NUMBER, row.name


def test_every_row_prints():
    for row in TABLE:
        assert row.formula and row.latex, row.name


@pytest.mark.parametrize(
    ("name", "arguments", "worth"),
    [
        ("divide", (1.0, 0.0), math.inf),
        ("log", (0.0,), -math.inf),
        ("exp", (1e4,), math.inf),
        ("power", (0.0, 0.0), 1.0),
        ("power", (0.0, -1.5), math.inf),
        ("sigmoid", (-1e4,), 0.0),
        ("softplus", (math.inf,), math.inf),
        ("softplus", (-800.0,), 0.0),
        ("step", (0.0,), 0.0),
        ("sign", (0.0,), 0.0),
        ("floor", (-0.5,), -1.0),
        ("floor", (3.0,), 3.0),
        ("floor", (-math.inf,), -math.inf),
        ("floor", (2.0**60,), 2.0**60),
        ("where", (0.0, 1.0, 2.0), 2.0),
    ],
)
def test_edges_follow_ieee_arithmetic(name, arguments, worth):
    with np.errstate(all="ignore"):
        assert float(OPERATIONS[name].evaluate(*map(np.float64, arguments))) == worth


@pytest.mark.parametrize("name", ["log", "sqrt", "arcsin", "minimum", "maximum", "step", "sign", "floor", "relu"])
def test_not_a_number_is_never_hidden(name):
    row = OPERATIONS[name]
    bad = [np.float64("nan"), np.float64(1.0)][: row.arity]
    assert np.isnan(row.evaluate(*bad))
    assert np.isnan(row.evaluate(*bad[::-1]))


def test_what_has_no_row_raises_instead_of_giving_a_wrong_value():
    builder = Builder()
    x = builder.input("x", (3,))
    sums = (lambda v: np.sum(v, axis=1), lambda v: np.sum(v, keepdims=True))
    for wrong in (np.mean, np.cbrt, np.median, np.linalg.norm, *sums, float, bool):
        with pytest.raises(TracingError):
            wrong(x)
