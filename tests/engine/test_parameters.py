"""What a declared parameter accepts, and what it says when it does not."""

from dataclasses import dataclass
from math import inf, isfinite, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DefinitionError, OutOfRange, UnknownName
from engine.parameters import Choice, Declared, Declares, Parameter, Setting, Switch, complete, number


def parameter(**changes: object) -> Parameter:
    fields: dict[str, object] = {
        "name": "learning_rate",
        "default": 0.05,
        "low": 1e-6,
        "high": 1e3,
        "scale": "log",
        "symbol": r"\eta",
        "unit": "[φ]",
        "help": "Step size.",
    }
    return Parameter(**{**fields, **changes})  # type: ignore[arg-type]


BETA = parameter(name="beta", default=0.9, low=0.0, high=0.999999, scale="decay", unit="1")
EVERY = parameter(name="every", default=10, low=1, high=1000, integer=True)
BIAS = Switch(name="bias_correction", default=True, symbol="", help="Correct m and v.")
FORM = Choice(name="form", default="ema", options=("ema", "heavy_ball"), symbol="m", help="The form.")


@dataclass(frozen=True)
class Rule(Declares):
    label: str = "Adam"
    parameters: tuple[Declared, ...] = (parameter(), BETA, EVERY, BIAS, FORM)


def test_minus_zero_is_zero():
    assert str(parameter(low=0.0, scale="linear").accept(-0.0, "slope")) == "0.0"


def refused(declared: Declared, value: object) -> str:
    with pytest.raises(OutOfRange) as caught:
        declared.accept(value, "optimizers[0].value")
    assert caught.value.field == "optimizers[0].value"
    return caught.value.message


@pytest.mark.parametrize("value", [1e-6, 1e-3, 1, 1000, 1e3, np.float64(2.0), np.float32(0.5), np.int64(3)])
def test_numbers_within_the_limits_become_floats(value: float) -> None:
    accepted = parameter().accept(value, "")
    assert type(accepted) is float
    assert accepted == value


def test_a_number_out_of_range_is_told_with_its_range() -> None:
    assert refused(parameter(), 3e9) == "learning_rate is 3e9; it must be between 1e-06 and 1000"
    assert refused(BETA, 1.0) == "beta is 1; it must be between 0 and 0.999999"


def test_what_is_not_a_finite_number_is_refused() -> None:
    assert refused(parameter(), nan) == "learning_rate is not a number (NaN); it must be between 1e-06 and 1000"
    assert refused(parameter(), inf) == "learning_rate is infinite; it must be between 1e-06 and 1000"
    assert refused(parameter(), -inf).startswith("learning_rate is -infinite")
    assert refused(parameter(), 10**400).startswith("learning_rate is an integer of more than 300 digits")


def test_what_is_no_number_at_all_is_refused() -> None:
    assert refused(parameter(), True) == "learning_rate is true; it must be a number between 1e-06 and 1000"
    assert refused(parameter(), None) == "learning_rate is null; it must be a number between 1e-06 and 1000"
    assert refused(parameter(), [0.1]).startswith("learning_rate is a list; it must be a number")
    assert refused(parameter(), {"a": 1}).startswith("learning_rate is an object")
    assert refused(parameter(), "0.1").startswith("learning_rate is '0.1'")
    assert refused(parameter(), np.bool_(True)).startswith("learning_rate is")


def test_an_integer_parameter_takes_integral_floats_and_no_fractions() -> None:
    assert EVERY.accept(20.0, "") == 20
    assert EVERY.accept(20, "") == 20
    assert refused(EVERY, 2.5) == "every is 2.5; it must be an integer between 1 and 1000"
    assert refused(EVERY, 1e30) == "every is 1e30; it must be an integer between 1 and 1000"


def test_a_switch_takes_booleans_alone() -> None:
    assert BIAS.accept(False, "") is False
    assert refused(BIAS, 1) == "bias_correction is 1; it must be true or false"
    assert refused(BIAS, "true") == "bias_correction is 'true'; it must be true or false"


def test_a_choice_takes_its_options_alone() -> None:
    assert FORM.accept("heavy_ball", "") == "heavy_ball"
    assert refused(FORM, "nesterov") == "form is 'nesterov'; it must be ema or heavy_ball"
    assert refused(FORM, ["ema"]) == "form is a list; it must be ema or heavy_ball"


@given(st.one_of(st.floats(), st.integers(), st.booleans(), st.none(), st.text(), st.lists(st.floats(), max_size=2)))
def test_whatever_is_given_the_answer_is_in_range_or_a_short_sentence(value: object) -> None:
    for declared in (parameter(), BETA, EVERY):
        sentence = None
        try:
            accepted = declared.accept(value, "x")
        except OutOfRange as error:
            sentence = error.message
        if sentence is None:
            assert isinstance(value, (int, float))
            assert not isinstance(value, bool)
            assert isfinite(accepted)
            assert declared.low <= accepted <= declared.high
            assert accepted == value
        else:
            assert 0 < len(sentence) <= 200
            assert sentence.isascii()


def test_missing_values_are_the_defaults_and_given_ones_are_kept() -> None:
    expected: dict[str, Setting] = {
        "learning_rate": 0.05,
        "beta": 0.99,
        "every": 10,
        "bias_correction": False,
        "form": "ema",
    }
    assert complete(Rule(), {"beta": 0.99, "bias_correction": False}, "optimizers[0]") == expected


def test_a_completed_mapping_is_the_callers_own() -> None:
    rule = Rule()
    complete(rule, {}, "")["beta"] = 0.5
    assert complete(rule, {}, "")["beta"] == 0.9


def test_an_error_names_the_field_of_the_request() -> None:
    with pytest.raises(OutOfRange) as caught:
        complete(Rule(), {"learning_rate": 3e9}, "optimizers[1]")
    assert caught.value.field == "optimizers[1].learning_rate"
    with pytest.raises(OutOfRange) as caught:
        complete(Rule(), {"learning_rate": 3e9}, "")
    assert caught.value.field == "learning_rate"


def test_an_unknown_name_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownName) as caught:
        complete(Rule(), {"learnig_rate": 0.1}, "optimizers[0]")
    assert caught.value.field == "optimizers[0].learnig_rate"
    assert caught.value.message == (
        "Adam has no parameter 'learnig_rate'; it has learning_rate, beta, every, bias_correction, form"
    )


@pytest.mark.parametrize("name", ["x\ud800", "a" * 100_000, "\n\x00", "__proto__"])
def test_a_hostile_name_is_told_short_and_in_ascii(name: str) -> None:
    with pytest.raises(UnknownName) as caught:
        complete(Rule(), {name: 1}, "optimizers[0]")
    assert caught.value.field is not None
    assert caught.value.field.isascii()
    assert caught.value.message.isascii()
    assert len(caught.value.message) < 250


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"low": 2.0, "high": 1.0}, "low 2 is not below high 1"),
        ({"default": 2000.0}, "default 2000 is not between"),
        ({"default": nan}, "must be finite numbers"),
        ({"high": inf}, "must be finite numbers"),
        ({"default": True}, "must be finite numbers"),
        ({"low": 0.0}, "a log scale needs a positive lower end"),
        ({"slider_low": 1e-9}, "does not lie within its limits"),
        ({"slider_low": 1.0, "slider_high": 0.5}, "does not lie within its limits"),
        ({"scale": "decay"}, "a decay scale needs 0 <= low < high < 1"),
        ({"scale": "cubic"}, "none of linear, log, decay"),
        ({"name": "learning rate"}, "not an identifier"),
        ({"help": ""}, "symbol and help"),
        ({"integer": True}, "must be integers"),
    ],
)
def test_a_parameter_that_contradicts_itself_cannot_be_declared(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(DefinitionError, match=fault):
        parameter(**changes)


def test_a_parameter_that_may_be_zero_has_a_log_slider_if_its_lower_end_is_declared() -> None:
    epsilon = parameter(name="epsilon", default=1e-8, low=0.0, high=1.0, slider_low=1e-12)
    assert epsilon.accept(0, "") == 0.0
    assert epsilon.accept(1e-20, "") == 1e-20
    assert (epsilon.slider_low, epsilon.slider_high) == (1e-12, 1.0)


def test_switches_and_choices_that_contradict_themselves_cannot_be_declared() -> None:
    with pytest.raises(DefinitionError, match="True or False"):
        Switch(name="nesterov", default=1, symbol="", help="Look ahead.")  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="not among its options"):
        Choice(name="form", default="sum", options=("ema", "heavy_ball"), symbol="", help="The form.")
    with pytest.raises(DefinitionError, match="two or more"):
        Choice(name="form", default="ema", options=("ema",), symbol="", help="The form.")


@pytest.mark.parametrize(
    ("value", "text"),
    [(1000.0, "1000"), (1e-6, "1e-06"), (3e9, "3e9"), (-2.5e7, "-2.5e7"), (0.999999, "0.999999"), (1e30, "1e30")],
)
def test_numbers_are_printed_as_a_person_writes_them(value: float, text: str) -> None:
    assert number(value) == text
