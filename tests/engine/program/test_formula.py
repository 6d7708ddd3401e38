"""The formula language: what is read, with which value, and how the rest is refused."""

import math
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormulaError
from engine.program.formula import CONSTANTS, FUNCTIONS, MAX_DEPTH, MAX_LENGTH, MAX_NODES, Parser, parse
from engine.program.lexer import tokenize
from engine.program.operations import TABLE
from engine.program.program import Builder


def value(text: str, x: float = 3.0, y: float = 2.0) -> float:
    return float(parse(text)(x=x, y=y)["loss"])


def refusal(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", 3),
        ("-x**2", -9),
        ("(-x)**2", 9),
        ("2**3**2", 512),
        ("2^3^2", 512),
        ("2**-1", 0.5),
        ("2**-x**2", 2.0**-9),
        ("-2**-2", -0.25),
        ("x-y-1", 0),
        ("x-(y-1)", 2),
        ("x/y/2", 0.75),
        ("x/(y/4)", 6),
        ("x*y/x*y", 4),
        ("-x*y", -6),
        ("x*-y", -6),
        ("x--y", 5),
        ("x-+-y", 5),
        ("+x", 3),
        ("x + y*2", 7),
        ("(x + y)*2", 10),
        ("-(-(x))", 3),
        ("pi", math.pi),
        ("e**x", math.e**3),
    ],
)
def test_signs_bind_as_in_python(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("x − y", 1), ("x – y", 1), ("x × y", 6), ("x·y", 6), ("x⋅y", 6), ("x ÷ y", 1.5), ("2*π", 2 * math.pi)],
)
def test_signs_from_other_programs_are_read_as_meant(text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("x²", 9), ("-x²", -9), ("2**x²", 512), ("(x+y)²", 25), ("x³/y³", 3.375), ("x ² + y²", 13)]
)
def test_a_superscript_is_a_power(text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize("text", ["x²³", "x²²", "x²**3", "x²^y"])
def test_a_superscript_raised_again_is_refused_because_paper_and_code_disagree(text: str) -> None:
    assert refusal(text).position == 3


@pytest.mark.parametrize("text", ["x××y", "x÷÷y", "x*×y", "x²2", "xπ", "2²y"])
def test_signs_read_as_meant_do_not_join_with_their_neighbours(text: str) -> None:
    refusal(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("007", 7),
        ("017", 17),
        ("5.", 5),
        (".5", 0.5),
        ("0.1", 0.1),
        ("1e3", 1000),
        ("1E-3", 0.001),
        ("2.5e+2", 250),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("5e-324", 5e-324),
        ("0e-999", 0),
        ("9" * 300, float("9" * 300)),
    ],
)
def test_numbers_are_decimal_floats(text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "position"),
    [("1e999*x", 1), ("x+1e309", 3), ("x*1e-999", 3), ("0x10", 1), ("x+0b1", 3), ("1.2.3", 4), ("1_000", 2)],
)
def test_numbers_that_floats_do_not_hold_or_people_read_in_two_ways_are_refused(text: str, position: int) -> None:
    assert refusal(text).position == position


def test_no_whole_number_is_ever_built_so_towers_of_powers_cost_nothing() -> None:
    assert value("2**1000000000+x") == math.inf
    assert value("9**9**9**9**9**9*x") == math.inf
    assert value("0**0+x") == 4


def test_domain_errors_are_values_not_exceptions() -> None:
    assert math.isnan(value("log(-x)"))
    assert value("log(x)", x=0.0) == -math.inf
    assert value("1/x", x=0.0) == math.inf
    assert math.isnan(value("x/x", x=0.0))
    assert math.isnan(value("(-8)**(1/x)"))
    assert value("exp(exp(exp(x)))", x=5.0) == math.inf


FUNCTION_VALUES = {
    "abs(-x)": 0.7,
    "erf(x)": math.erf(0.7),
    "min(x, y)": 0.2,
    "max(x, y)": 0.7,
    "greater(x, y)": 1.0,
    "less(x, y)": 0.0,
    "where(x - y, x, y)": 0.7,
    "where(x - x, x, y)": 0.2,
    "sqrt(x)": math.sqrt(0.7),
    "exp(x)": math.exp(0.7),
    "log(x)": math.log(0.7),
    "ln(x)": math.log(0.7),
    "log1p(x)": math.log1p(0.7),
    "expm1(x)": math.expm1(0.7),
    "sin(x)": math.sin(0.7),
    "cos(x)": math.cos(0.7),
    "tan(x)": math.tan(0.7),
    "arcsin(x)": math.asin(0.7),
    "asin(x)": math.asin(0.7),
    "arccos(x)": math.acos(0.7),
    "acos(x)": math.acos(0.7),
    "arctan(x)": math.atan(0.7),
    "atan(x)": math.atan(0.7),
    "sinh(x)": math.sinh(0.7),
    "cosh(x)": math.cosh(0.7),
    "tanh(x)": math.tanh(0.7),
    "sigmoid(x)": 1 / (1 + math.exp(-0.7)),
    "softplus(x)": math.log(1 + math.exp(0.7)),
    "relu(-x)": 0.0,
    "sign(-x)": -1.0,
    "step(x)": 1.0,
    "floor(-x)": -1.0,
}


@pytest.mark.parametrize(("text", "expected"), FUNCTION_VALUES.items())
def test_functions_have_the_values_of_the_math_library(text: str, expected: float) -> None:
    assert value(text, x=0.7, y=0.2) == pytest.approx(expected, rel=1e-15)


def test_every_function_is_tried_above() -> None:
    assert {text.partition("(")[0] for text in FUNCTION_VALUES} == set(FUNCTIONS)


def test_every_elementwise_operation_can_be_typed() -> None:
    typed = {node.operation for text in FUNCTION_VALUES for node in parse(text).nodes}
    typed |= {node.operation for node in parse("-x + y - x*y/2 + x**y + x**2").nodes}
    assert {row.name for row in TABLE if row.elementwise and row.derivative is not None} <= typed


@pytest.mark.parametrize(
    ("text", "position", "hint"),
    [
        ("", 1, "incomplete"),
        ("   ", 4, "incomplete"),
        ("x**", 4, "incomplete: a value is missing after **"),
        ("x +", 4, "incomplete"),
        ("sin(x", 6, "parenthesis of column 4"),
        ("(x + (y", 8, "parenthesis of column 6"),
        ("x)", 2, "closes nothing"),
        ("*x", 1, "a value is missing before *"),
        ("x */ y", 4, "between * and /"),
        ("()", 2, "between ( and )"),
        ("min(x,)", 7, "a value is missing"),
        ("2x+3y", 2, "write 2*x"),
        ("x y", 3, "write x*y"),
        ("2(x)", 2, "to multiply"),
        ("(x)(y)", 4, "to multiply"),
        ("x(y+1)", 2, "write x*("),
        ("xy", 1, "write x*y"),
        ("z+1", 1, "z is not known; the variables are x and y"),
        ("sine(x)", 1, "similar names are sin"),
        ("factorial(170)*x", 1, "the functions are abs,"),
        ("Sin(x)", 1, "write sin"),
        ("x + Y", 5, "write y"),
        ("sin x", 1, "sin(x)"),
        ("max", 1, "max(x, y)"),
        ("min(x)", 1, "min wants 2 arguments, not 1"),
        ("sin()", 1, "sin wants 1 argument, not 0"),
        ("1 + sin(x, y)", 5, "sin wants 1 argument, not 2"),
        ("where(x, y)", 1, "where wants 3 arguments, not 2"),
        ("x,y", 2, "comma"),
        ("(x, y)", 3, "comma"),
        ("x = 1", 3, "without an equals sign"),
        ("where(x < 0, x, y)", 9, "less(x, y)"),
        ("x\N{RIGHT-TO-LEFT OVERRIDE}+y", 2, "U+202E (right-to-left override)"),
        ("x\ud800", 2, "U+D800"),
        ("[x]", 1, "round parentheses"),
        ("√x", 1, "sqrt(x)"),
        ("a" * 400, 1, "is not known"),
    ],
)
def test_a_refusal_names_the_column_and_says_what_to_write(text: str, position: int, hint: str) -> None:
    error = refusal(text)
    assert error.position == position
    assert f"Column {position}: " in error.message
    assert hint in error.message
    assert len(error.message) <= 300


def test_columns_are_those_of_the_text_as_typed() -> None:
    assert refusal("x² − π·y + q").position == 12
    assert refusal("  \tx +\u00a0q").position == 8
    assert refusal("\ufeffx + q").position == 6


def test_a_byte_order_mark_is_skipped_at_the_start_alone() -> None:
    assert value("\ufeffx") == 3
    assert refusal("x\ufeff").position == 2


def test_length_nodes_and_depth_are_bounded() -> None:
    assert value("x" + " " * (MAX_LENGTH - 1)) == 3
    assert refusal("x" + " " * MAX_LENGTH).position == MAX_LENGTH + 1
    assert value("+".join(["x"] * (MAX_NODES // 2))) == 3.0 * (MAX_NODES // 2)
    assert "more than 200" in refusal("+".join(["x"] * (MAX_NODES // 2 + 1))).message
    assert value("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH) == 3
    assert "nested" in refusal("(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1)).message
    assert "nested" in refusal("-" * 500 + "x").message
    assert "nested" in refusal("sin(" * 127 + "((").message
    assert "nested" in refusal("x**" * 170 + "x").message


@pytest.mark.parametrize("text", ["9" * 1_000_000, "-" * 10_000 + "x", "0x" + "f" * 1_000_000, "(" * 100_000])
def test_long_texts_are_refused_before_they_are_read(text: str) -> None:
    assert refusal(text).position == MAX_LENGTH + 1


def test_variables_are_the_caller_s_and_come_before_constants() -> None:
    program = parse("u**2 + e", variables=("u", "e"))
    assert float(program(u=3.0, e=1.0)["loss"]) == 10
    assert set(program.inputs) == {"u", "e"}
    with pytest.raises(FormulaError, match="the variables are none"):
        parse("z", variables=())


def test_a_variable_that_is_not_used_is_no_input() -> None:
    assert set(parse("x").inputs) == {"x"}
    assert not parse("1 + pi").inputs


def test_constants_have_the_nearest_floats() -> None:
    assert {"pi": math.pi, "e": math.e} == CONSTANTS


def test_a_parser_reads_on_with_names_that_were_added_between_statements() -> None:
    builder = Builder()
    values = {"x": builder.input("x")}
    values["m"] = Parser(builder, tokenize("2*x"), values).expression()
    program = builder.finish({"loss": Parser(builder, tokenize("m + x"), values).expression()})
    assert float(program(x=5.0)["loss"]) == 15


PYTHON_NAMES = re.compile(r"Traceback|NoneType|<class|\b(?:str|int|float|tuple|dict|bool|object|Error)\b")


@given(st.text(max_size=40) | st.text(alphabet="xy+-*/^()., sinπ²e0123456789", max_size=40))
def test_any_text_gives_a_program_or_one_short_sentence(text: str) -> None:
    with suppress(FormulaError):
        parse(text)
        return
    error = refusal(text)
    assert error.field == "formula"
    assert error.position is not None
    assert 1 <= error.position <= len(text) + 1
    assert len(error.message) <= 300
    assert error.message.endswith(".")
    assert error.message.isprintable()
    assert PYTHON_NAMES.search(error.message) is None or PYTHON_NAMES.search(text)
