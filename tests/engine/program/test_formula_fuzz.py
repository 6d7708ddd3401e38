"""A seeded share of the formula fuzzer, and proof that its oracle finds what is wrong."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.program import formula, operations, printing

from . import fuzz
from .arithmetic import Number, UndecidedError
from .calculus import NotPythonError, expected, parsed
from .grammar import spelling


def test_a_thousand_formulas_have_pythons_values_and_no_exception() -> None:
    report = fuzz.run(1_000, seed=20)
    assert report.failures == []
    assert report.counts["accepted"] > 660
    assert report.counts["refused"] > 160
    assert report.counts["values compared"] > 1_700
    assert report.counts["derivatives compared"] > 330


def broken_row(name: str, **changes: Any) -> tuple[str, operations.Operation]:
    row = operations.OPERATIONS[name]
    return name, replace(row, **changes)


@pytest.mark.parametrize(
    ("name", "evaluate"),
    [
        ("sin", lambda a: np.sin(a) * (1 + 1e-8)),
        ("minimum", np.maximum),
        ("subtract", lambda a, b: b - a),
        ("sqrt", lambda a: np.sqrt(np.abs(a))),
    ],
)
def test_the_fuzzer_finds_an_operation_with_wrong_values(
    name: str, evaluate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(operations.OPERATIONS, *broken_row(name, evaluate=evaluate))
    assert any("oracle" in failure for failure in fuzz.run(200, seed=1).failures)


def test_the_fuzzer_finds_a_derivative_that_is_a_thousandth_off(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = (lambda g, y, a, b: 1.001 * g * b, lambda g, y, a, b: g * a)
    monkeypatch.setitem(operations.OPERATIONS, *broken_row("multiply", derivative=rule))
    assert any("derivative" in failure for failure in fuzz.run(200, seed=2).failures)


def test_the_fuzzer_finds_a_sign_that_binds_too_weakly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula, "UNARY", 5)
    assert fuzz.run(200, seed=3).failures


def test_the_fuzzer_finds_parentheses_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "_needs_parentheses", lambda *_: False)
    assert any("prints as" in failure for failure in fuzz.run(200, seed=4).failures)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-x**2", -9.0),
        ("2**3**2", 512.0),
        ("1/(y-y)", math.inf),
        ("-1/(y-y)", -math.inf),
        ("exp(1e3)", math.inf),
        ("sin(1e300)", math.sin(1e300)),
    ],
)
def test_the_oracle_is_pythons_arithmetic_with_ieee_exceptions(text: str, value: float) -> None:
    assert expected(parsed(text), 3.0, 2.0, 0)[0].value == value


def test_the_oracle_reads_signs_as_people_mean_them() -> None:
    assert spelling("x² − 017·π^2") == "x**2 - 17*pi**2"


def test_the_oracle_differentiates_as_a_calculus_book_does() -> None:
    _, dx, dy = expected(parsed("sin(x)*y**3 - log(x)/y"), 0.7, 2.0, 1)
    assert dx.value == pytest.approx(math.cos(0.7) * 8 - 1 / 1.4, rel=1e-14)
    assert dy.value == pytest.approx(math.sin(0.7) * 12 + math.log(0.7) / 4, rel=1e-14)


@pytest.mark.parametrize("text", ["x.real", "'x'", "x if y else 1", "x[0]", "lambda: x", "1j", "True", "f(x)", "x = 1"])
def test_the_oracle_is_no_larger_than_the_language(text: str) -> None:
    with pytest.raises(NotPythonError):
        expected(parsed(text), 1.0, 1.0, 0)


def test_values_agree_within_the_tolerance_and_the_bound_alone() -> None:
    assert fuzz.agrees(1.0 + 1e-10, Number(1.0))
    assert not fuzz.agrees(1.0 + 1e-8, Number(1.0))
    assert fuzz.agrees(1.1, Number(1.0, 0.2))
    assert not fuzz.agrees(math.inf, Number(1.0))
    assert not fuzz.agrees(1.0, Number(math.nan))
    assert fuzz.agrees(math.nan, Number(math.nan))


@pytest.mark.parametrize(
    "text", ["1/(exp(x) - exp(x))", "step(sin(x) - sin(x))", "sqrt(exp(x) - exp(x))", "(-2)**sinh(37*x)"]
)
def test_what_rounding_may_turn_over_is_not_demanded(text: str) -> None:
    with pytest.raises(UndecidedError):
        expected(parsed(text), 1.0, 1.0, 0)
