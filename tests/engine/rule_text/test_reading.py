"""What a typed rule means, and what is said of one that means nothing."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.catalog import Optimizer, OptimizerEntry, StateQuantity, load_catalog
from engine.errors import FormulaError
from engine.rule_text.custom import custom_optimizer
from engine.rule_text.expressions import HELP
from engine.rule_text.printing import rule_text
from engine.rule_text.reading import parse_rule
from engine.rule_text.statements import FUNCTIONS, MAX_LENGTH
from engine.rule_text.typesetting import typeset

from .grammar import rules

MOMENTUM = "m = beta*m + (1 - beta)*g\nphi = phi - eta*m"


def refused(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        custom_optimizer(text)
    return caught.value


def test_momentum_is_typed_and_printed_as_the_lecture_writes_it() -> None:
    entry = load_catalog().optimizers["momentum"]
    assert rule_text(entry, entry.definition.defaults) == MOMENTUM
    own = custom_optimizer(MOMENTUM).definition
    assert list(own.state) == ["m"]
    assert [(p.name, p.default) for p in own.parameters] == [("learning_rate", 0.01), ("beta", 0.9)]
    first, second = own.latex
    assert first == r"m \leftarrow \beta m + \left(1 - \beta\right) g"
    assert second == r"\phi \leftarrow \phi - \eta m"


def test_adam_prints_as_the_equations_of_the_lecture() -> None:
    entry = load_catalog().optimizers["adam"]
    assert rule_text(entry, entry.definition.defaults).splitlines() == [
        "m = beta*m + (1 - beta)*g",
        "v = gamma*v + (1 - gamma)*g**2",
        "m_hat = m/(1 - beta**(t + 1))",
        "v_hat = v/(1 - gamma**(t + 1))",
        "phi = phi - eta*m_hat/sqrt(v_hat + epsilon)",
    ]


def test_what_is_replaced_is_read_before() -> None:
    def step(phi: Any, loss: Any, state: Any, h: Any, t: Any) -> Any:
        g = loss.gradient(phi)
        s, y = phi - state.p, g - state.q
        rate = np.sum(s * s) / np.sum(s * y)
        return phi - rate * g, {"p": phi, "q": g, "a": state.b, "b": state.a}

    state = {name: StateQuantity(name, "A vector.") for name in "pqab"}
    rate = load_catalog().optimizers["gd"].definition.parameters
    definition = Optimizer(label="Test", step=step, state=state, parameters=rate, year=2000, latex=("x",))
    assert rule_text(OptimizerEntry("test", definition, "Test.", ""), definition.defaults).splitlines() == [
        "s = phi - p",
        "p = phi",
        "rate = sum(s*s)/sum(s*(g - q))",
        "q = g",
        "phi = phi - rate*g",
        "b_next = a",
        "a = b",
        "b = b_next",
    ]


@pytest.mark.parametrize(
    ("text", "state", "parameters"),
    [
        ("phi = phi - eta*g", (), ("learning_rate",)),
        ("φ = φ − η·g", (), ("learning_rate",)),
        ("step_length = 0.1; phi = phi - step_length*g", (), ()),
        ("phi = phi - step_length*g", (), ("step_length",)),
        ("phi = phi - 0.1*m; m = g", ("m",), ()),
        ("m = g; phi = phi - 0.1*m; m = m + n; n = m", ("n",), ()),
        ("# a comment; x = y\n\nphi = phi - learning_rate*g - eta # = ;", (), ("learning_rate",)),
    ],
)
def test_a_name_is_state_if_it_is_read_before_it_is_assigned(text: str, state: object, parameters: object) -> None:
    rule = parse_rule(text)
    assert (rule.state, rule.parameters) == (state, parameters)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "empty"),
        ("# nothing", 1, 1, "empty"),
        ("phi = phi - eta*(g", 1, 19, "the parenthesis of column 17 is not closed"),
        ("m = g\nphi = phi - * m", 2, 13, "a value is missing"),
        ("m = g; phi = phi m", 1, 18, "a sign is missing; to multiply, write phi*m"),
        ("m = g", 1, 1, "phi is never assigned"),
        ("phi", 1, 1, "an assignment is expected"),
        ("phi - eta*g", 1, 1, "an assignment is expected"),
        ("  m += g", 1, 3, "one name"),
        ("a == b", 1, 4, "one equals sign is enough"),
        ("phi = \nm = g", 1, 7, "a value is missing"),
        ("g = 3", 1, 1, "g is the gradient"),
        ("move = move + g; phi = phi - move", 1, 1, "move is the step itself"),
        ("eta = 3", 1, 1, "eta is the learning rate"),
        ("sqrt = 3", 1, 1, "sqrt is a function"),
        ("phi = phi.real", 1, 10, "a point belongs inside a number"),
        ("phi = g[0]", 1, 8, "round parentheses"),
        ("phi = hessian(phi)", 1, 1, "4 numbers are assigned"),
        ("phi = phi + hessian(phi)", 1, 11, "do not fit together"),
        ("phi = element(g, 2)", 1, 7, "from 0 to 1"),
        ("phi = element(g, t)", 1, 7, "from 0 to 1"),
        ("phi = gradient(3)", 1, 7, "a point"),
        ("phi = vector(g, g)", 1, 7, "two numbers"),
        ("phi = solve(g)", 1, 7, "solve wants 2 arguments, not 1"),
        ("phi = norm", 1, 7, "norm is a function"),
        ("phi = gradient(gradient(gradient(gradient(gradient(phi)))))", 1, 1, "5 gradients and Hessians"),
        ("phi = " + "+".join("abcdfhijklmno"), 1, 1, "13 hyperparameters"),
        ("\n".join(f"{n} = {n} + 1" for n in "abcdfhijk") + "\nphi = phi", 9, 1, "9 vectors of state"),
        ("phi = " + "x" * 25, 1, 7, "too long"),
        ("phi = " + "(" * 200 + "g" + ")" * 200, 1, 136, "nested more than 128 deep"),
        ("phi = g" + "+g" * 150, 1, 206, "more than 200"),
        ("phi = g\n" * 100 + "m" * 300, 101, 225, "at most 1024"),
    ],
)
def test_a_refused_rule_names_line_and_column(text: str, line: int, column: int, words: str) -> None:
    error = refused(text)
    assert words in error.message
    assert error.message.startswith(f"Line {error.line}, column {error.position}: ")
    assert (error.line, error.position, error.field) == (line, column, "rule")


ALPHABET = "phigtm eta=+-*/^().,;#\n0123456789_[]{}'\"\\:<>!%&|~`@$?φη−²π\t\r\u00a0\u202e\x00\ud800"


def attempt(text: str) -> None:
    """A rule or a refusal, and nothing else, within a fifth of a second of work."""
    assert seconds_of(text) < 0.2 or seconds_of(text) < 0.2, "twice: garbage may have been collected meanwhile"


def seconds_of(text: str) -> float:
    begin = time.thread_time()
    try:
        rule = parse_rule(text)
        assert typeset(text)
        assert len(rule.state) <= 8
    except FormulaError as error:
        assert 0 < len(error.message) <= 300 and "\n" not in error.message
        assert error.line is not None and error.position is not None
        lines = text.split("\n")
        assert 1 <= error.line <= len(lines)
        assert 1 <= error.position <= len(lines[error.line - 1]) + 1
    return time.thread_time() - begin


@settings(max_examples=300)
@given(st.text(st.sampled_from(ALPHABET), max_size=80) | st.text(max_size=60))
@example("__import__('os').system('true')")
@example("phi = phi.__class__")
@example("phi = lambda: 0")
@example("\ufeffphi = g")
@example("phi = 9**9**9**9**9 - 1e400")
@example("phi = g;" * 128)
@example("=" * MAX_LENGTH)
@example("phi = " + "-" * 500 + "g")
@example("phi = " + "norm(" * 100 + "g" + ")" * 100)
@example("a = g" + "\na = a + a" * 90 + "\nphi = a")
def test_any_text_is_a_rule_or_is_refused_with_a_sentence(text: str) -> None:
    attempt(text)


@settings(max_examples=100)
@given(rules(), st.data())
def test_a_rule_with_changed_characters_is_a_rule_or_is_refused(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    attempt(text[:at] + data.draw(st.sampled_from(ALPHABET)) + text[at + data.draw(st.integers(0, 2)) :])


def test_values_used_again_and_again_stay_shared() -> None:
    begin = time.thread_time()
    doubled = custom_optimizer("a = g\n" + "a = a + a\n" * 60 + "phi = phi - 0*a")
    assert len(parse_rule(doubled.definition.text).program.nodes) < 70  # type: ignore[attr-defined]
    assert time.thread_time() - begin < 0.5


def test_every_function_of_rules_has_a_sentence_of_help() -> None:
    assert set(HELP) == set(FUNCTIONS)
    assert all(HELP.values())


def test_the_text_is_read_once() -> None:
    assert custom_optimizer(MOMENTUM) is custom_optimizer(MOMENTUM)
