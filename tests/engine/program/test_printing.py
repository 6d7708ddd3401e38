"""Printed formulas parse again to the same values; LaTeX reads as on a blackboard."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest
from latex2mathml.converter import convert

from engine.errors import EngineError
from engine.program.formula import parse
from engine.program.operations import TABLE
from engine.program.printing import LONGEST, to_formula, to_latex
from engine.program.program import Builder, Program
from engine.program.tensors import MATRICES
from engine.program.tracing import trace

from .grammar import Grammar


@pytest.mark.parametrize(
    "text",
    [
        "x**2 + y**2",
        "(1 - x)**2 + 100*(y - x**2)**2",
        "-x**2",
        "(-x)**2",
        "(x**2)**3",
        "x**2**3",
        "x**y**2",
        "(x**y)**2",
        "2**-x",
        "2**-x**y",
        "x**(x + y)",
        "x**(1/2)",
        "x**-1",
        "x - y - 1",
        "x - (y - 1)",
        "x + (y + 1)",
        "x/y/2",
        "x/(y/2)",
        "x*(y/2)",
        "x*y/2",
        "(x + 1)/(y - 2)",
        "-x*y",
        "-(x*y)",
        "-(x + y)",
        "x - -y",
        "x*-2",
        "(-2)**2",
        "-2**2",
        "min(x - 1, max(y, -x))",
        "where(greater(x, y), x, less(x, 0)*y)",
        "20 + x**2 - 10*cos(2*pi*x)",
        "e**-abs(x)",
        "1e-08*x + 1e+300",
        "0.1*x + 0.30000000000000004",
    ],
)
def test_a_formula_with_the_parentheses_it_needs_prints_as_it_is(text: str) -> None:
    assert to_formula(parse(text)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("((x))+(y*2)", "x + y*2"),
        ("(x*y)*2", "x*y*2"),
        ("x**(2)", "x**2"),
        ("x^2", "x**2"),
        ("x²−π·y", "x**2 - pi*y"),
        ("2**(-x)", "2**-x"),
        ("(-x)*y", "-x*y"),
        ("-(-x)", "--x"),
        ("+x", "x"),
        ("017*ln(x)", "17*log(x)"),
        ("asin(x)", "arcsin(x)"),
        ("2.50", "2.5"),
        ("1e3", "1000"),
        ("-(2)", "-2"),
    ],
)
def test_parentheses_that_change_nothing_are_not_printed(text: str, printed: str) -> None:
    assert to_formula(parse(text)) == printed


@pytest.mark.parametrize("seed", range(300))
def test_a_printed_formula_parses_to_the_same_values(seed: int) -> None:
    program = parse(Grammar(seed).formula(30))
    printed = to_formula(program)
    again = parse(printed)
    x, y = np.random.default_rng(seed).normal(0, 3, (2, 5))
    assert to_formula(again) == printed
    np.testing.assert_array_equal(program(x=x, y=y)["loss"], again(x=x, y=y)["loss"])


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x**2 + y**2", r"x^{2} + y^{2}"),
        ("(1-x)**2 + 100*(y-x**2)**2", r"\left(1 - x\right)^{2} + 100 \left(y - x^{2}\right)^{2}"),
        ("x**2**3", r"x^{2^{3}}"),
        ("(x**2)**3", r"\left(x^{2}\right)^{3}"),
        ("x**(x+y)", r"x^{x + y}"),
        ("(x+1)/(y-2)", r"\frac{x + 1}{y - 2}"),
        ("(x/y)**2", r"\left(\frac{x}{y}\right)^{2}"),
        ("x*(y/2)", r"x \frac{y}{2}"),
        ("sqrt(x**2+y**2)", r"\sqrt{x^{2} + y^{2}}"),
        ("exp(-x**2)", r"\exp\left(-x^{2}\right)"),
        ("abs(x-1)*2", r"\left|x - 1\right| \cdot 2"),
        ("2*x*y", r"2 x y"),
        ("2*3", r"2 \cdot 3"),
        ("x*3", r"x \cdot 3"),
        ("2*(1/3)", r"2 \cdot \frac{1}{3}"),
        ("x*1e-8", r"x \cdot 10^{-8}"),
        ("x*-y", r"x \left(-y\right)"),
        ("x - -y", r"x - \left(-y\right)"),
        ("-(x*y)", r"-x y"),
        ("-(x+y)", r"-\left(x + y\right)"),
        ("20 + x**2 - 10*cos(2*pi*x)", r"20 + x^{2} - 10 \cos\left(2 \pi x\right)"),
        ("sigmoid(x)", r"\sigma\left(x\right)"),
        ("softplus(x)", r"\operatorname{softplus}\left(x\right)"),
        ("max(x, y+1)", r"\max\left(x, y + 1\right)"),
        ("greater(x, y)", r"\left[x > y\right]"),
        ("floor(x/2)", r"\left\lfloor \frac{x}{2} \right\rfloor"),
        ("sin(x)**2", r"\sin^{2}\left(x\right)"),
        ("3*tanh(sin(x)**2)**10", r"3 \tanh^{10}\left(\sin^{2}\left(x\right)\right)"),
        ("sin(x**2)", r"\sin\left(x^{2}\right)"),
        ("sin(x)**-1", r"\left(\sin\left(x\right)\right)^{-1}"),
        ("sin(x)**y", r"\left(\sin\left(x\right)\right)^{y}"),
        ("log(x)**2", r"\left(\log\left(x\right)\right)^{2}"),
        ("max(x, y)**2", r"\left(\max\left(x, y\right)\right)^{2}"),
        ("sqrt(x)**3", r"\left(\sqrt{x}\right)^{3}"),
        ("abs(x)**3", r"\left|x\right|^{3}"),
        ("0.1*x", r"0.1 x"),
        ("(0.1+0.2)*x", r"\left(0.1 + 0.2\right) x"),
        ("0.30000000000000004*x", r"0.3 x"),
        ("1e-8", r"10^{-8}"),
        ("2.5e-12*x", r"2.5 \cdot 10^{-12} x"),
        ("1000000*x", r"1000000 x"),
    ],
)
def test_latex_is_what_a_lecturer_writes(text: str, latex: str) -> None:
    assert to_latex(parse(text)) == latex


@pytest.mark.parametrize("seed", range(100))
def test_latex_becomes_mathml(seed: int) -> None:
    latex = to_latex(parse(Grammar(1000 + seed).formula(30)))
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right")
    assert convert(latex).startswith("<math")


def exponents(latex: str) -> list[str]:
    """What each exponent of the MathML stands at, as its text."""
    root = ElementTree.fromstring(convert(latex))
    return ["".join(power[0].itertext()) for power in root.iter("{http://www.w3.org/1998/Math/MathML}msup")]


def test_an_exponent_stands_at_the_name_or_at_the_whole_never_at_the_brackets_behind_a_name() -> None:
    assert exponents(to_latex(parse("sin(x + 1)**2"))) == ["sin"]
    assert exponents(to_latex(parse("exp(x + 1)**2"))) == ["(exp(x+1))"]
    for row in (row for row in TABLE if row.elementwise and row.arity > 0 and row.latex.startswith("\\")):
        builder = Builder()
        arguments = [builder.input(name) for name in "xyz"[: row.arity]]
        program = builder.finish({"loss": builder.apply("power", builder.apply(row.name, *arguments), arguments[0])})
        assert "x" in exponents(to_latex(program))[0], row.name


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.arity > 0 and row.name not in MATRICES], ids=lambda row: row.name
)
def test_every_row_of_the_table_prints_its_arguments(row) -> None:  # type: ignore[no-untyped-def]
    builder = Builder()
    arguments = [builder.input(name, (2,)) for name in "xyz"[: row.arity]]
    attribute = 1 if row.name in ("element", "integer_power") else None
    program = builder.finish({"loss": builder.apply(row.name, *arguments, attribute=attribute)})
    for text in (to_formula(program), to_latex(program)):
        assert [name for name in text if name in "xyz"][-row.arity :] == list("xyz"[: row.arity])
    convert(to_latex(program))


def constant(number: float) -> Program:
    builder = Builder()
    return builder.finish({"loss": builder.constant(number)})


@pytest.mark.parametrize("number", [0.0, -0.0, 1.5, -2.0, 1e22, 5e-324, -math.pi, math.inf, -math.inf, math.nan])
def test_any_constant_prints_as_a_formula_with_its_value(number: float) -> None:
    again = float(parse(to_formula(constant(number)))()["loss"])
    assert again == number or math.isnan(again) == math.isnan(number) is True
    assert math.isnan(number) or math.copysign(1, again) == math.copysign(1, number)


def test_traced_functions_print_with_the_names_of_their_inputs() -> None:
    def loss(x, y, *, beta, learning_rate):  # type: ignore[no-untyped-def]
        return beta * (x - learning_rate) ** 2 + np.exp(y)

    program = trace(loss, dict.fromkeys(("x", "y", "beta", "learning_rate"), ()))
    assert to_formula(program) == "beta*(x - learning_rate)**2 + exp(y)"
    assert to_latex(program) == (r"\beta \left(x - \mathrm{learning\_rate}\right)^{2} + \exp\left(y\right)")


def test_a_program_that_would_print_without_end_is_refused() -> None:
    builder = Builder()
    value = builder.input("x")
    for _ in range(100):
        value = np.sin(value) * value
    with pytest.raises(EngineError, match=str(LONGEST)):
        to_formula(builder.finish({"loss": value}))
