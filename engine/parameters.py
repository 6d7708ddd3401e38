"""Declared parameters: what a value may be, and how the page offers it.

A definition declares its parameters as a tuple of `Parameter`, `Switch` and `Choice`. `complete` checks given
values against them and fills in the defaults; its answer is right or it raises, so that nothing behind it checks
again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isfinite, isnan
from typing import Literal

import numpy as np

from engine.errors import DefinitionError, OutOfRange, UnknownName

Scale = Literal["linear", "log", "decay"]
Setting = float | bool | str

_NUMBERS = (int, float, np.integer, np.floating)


@dataclass(frozen=True)
class Parameter:
    """A number with inclusive limits.

    `low` and `high` are the limits of validation; the slider spans `slider_low` to `slider_high`, by default the
    same. A "log" slider needs a positive lower end, so a parameter that may be 0 declares `slider_low`. A "decay"
    slider is even in -log10(1 - value): 0.9, 0.99 and 0.999 are equally far apart, hence 0 <= low < high < 1.
    `symbol` is LaTeX; `unit` is in terms of [φ] and [loss], "1" for a pure number. `where` (name, option) is the
    option of another parameter with which alone it has an effect.
    """

    name: str
    default: float
    low: float
    high: float
    scale: Scale
    symbol: str
    unit: str
    help: str
    integer: bool = False
    slider_low: float | None = None
    slider_high: float | None = None
    where: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if self.slider_low is None:
            object.__setattr__(self, "slider_low", self.low)
        if self.slider_high is None:
            object.__setattr__(self, "slider_high", self.high)
        fault = self._fault()
        if fault:
            raise DefinitionError(f"parameter {_shown(self.name)}: {fault}")

    def _fault(self) -> str | None:
        limits = (self.default, self.low, self.high, self.slider_low, self.slider_high)
        if not self.name.isidentifier():
            return "its name is not an identifier"
        if not all(isinstance(limit, _NUMBERS) and not isinstance(limit, bool) and isfinite(limit) for limit in limits):
            return "default, low, high and the slider's ends must be finite numbers"
        default, low, high, slider_low, slider_high = (float(limit) for limit in limits if limit is not None)
        if not low < high:
            return f"low {number(low)} is not below high {number(high)}"
        if not low <= default <= high:
            return f"default {number(default)} is not between {number(low)} and {number(high)}"
        if not low <= slider_low < slider_high <= high:
            return f"its slider from {number(slider_low)} to {number(slider_high)} does not lie within its limits"
        if self.scale not in ("linear", "log", "decay"):
            return f"scale {_shown(self.scale)} is none of linear, log, decay"
        if self.scale == "log" and slider_low <= 0:
            return f"a log scale needs a positive lower end, not {number(slider_low)} (declare slider_low)"
        if self.scale == "decay" and not 0 <= low < high < 1:
            return f"a decay scale needs 0 <= low < high < 1, not {number(low)} and {number(high)}"
        if self.integer and not all(limit.is_integer() for limit in (default, low, high)):
            return "default, low and high of an integer must be integers"
        return None if self.symbol and self.help else "symbol and help must not be empty"

    def accept(self, value: object, field: str) -> float:
        """Return `value` as a float; raise OutOfRange unless it is a number within the limits."""
        if isinstance(value, _NUMBERS) and not isinstance(value, bool) and self.low <= value <= self.high:
            accepted = float(value) + 0.0  # −0 is 0: what equal numbers make is kept for both
            if not self.integer or accepted.is_integer():
                return accepted
        is_number = isinstance(value, _NUMBERS) and not isinstance(value, bool)
        kind = "an integer " if self.integer else "" if is_number else "a number "
        limits = f"between {number(self.low)} and {number(self.high)}"
        raise OutOfRange(f"{self.name} is {_described(value)}; it must be {kind}{limits}", field=field)


@dataclass(frozen=True)
class Switch:
    """A value that is true or false, such as Adam's bias correction."""

    name: str
    default: bool
    symbol: str
    help: str

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise DefinitionError(f"switch {_shown(self.name)}: its name is not an identifier")
        if not isinstance(self.default, bool):
            raise DefinitionError(f"switch {self.name}: default must be True or False")
        if not self.help:
            raise DefinitionError(f"switch {self.name}: help must not be empty")

    def accept(self, value: object, field: str) -> bool:
        """Return `value`; raise OutOfRange unless it is a boolean."""
        if isinstance(value, bool):
            return value
        raise OutOfRange(f"{self.name} is {_described(value)}; it must be true or false", field=field)


@dataclass(frozen=True)
class Choice:
    """A value out of a few named ones, such as the form of momentum."""

    name: str
    default: str
    options: tuple[str, ...]
    symbol: str
    help: str

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise DefinitionError(f"choice {_shown(self.name)}: its name is not an identifier")
        if len(self.options) < 2 or len(set(self.options)) < len(self.options):
            raise DefinitionError(f"choice {self.name}: options must be two or more different names")
        if self.default not in self.options:
            raise DefinitionError(f"choice {self.name}: default {_shown(self.default)} is not among its options")
        if not self.help:
            raise DefinitionError(f"choice {self.name}: help must not be empty")

    def accept(self, value: object, field: str) -> str:
        """Return `value`; raise OutOfRange unless it is one of the options."""
        if isinstance(value, str) and value in self.options:
            return value
        raise OutOfRange(f"{self.name} is {_described(value)}; it must be {' or '.join(self.options)}", field=field)


Declared = Parameter | Switch | Choice


class Declares:
    """What has a label and declares parameters; base of the definitions."""

    label: str
    parameters: tuple[Declared, ...]

    @cached_property
    def declared(self) -> dict[str, Declared]:
        """The declared parameters by name, in the order of their declaration."""
        return {parameter.name: parameter for parameter in self.parameters}

    @cached_property
    def number_names(self) -> tuple[str, ...]:
        """The parameters that are numbers."""
        return tuple(parameter.name for parameter in self.parameters if isinstance(parameter, Parameter))

    @cached_property
    def switch_names(self) -> tuple[str, ...]:
        """The parameters that are switches or choices."""
        return tuple(parameter.name for parameter in self.parameters if not isinstance(parameter, Parameter))

    @cached_property
    def defaults(self) -> dict[str, Setting]:
        """The default of each declared parameter."""
        return {parameter.name: parameter.default for parameter in self.parameters}


def complete(definition: Declares, values: Mapping[str, object], field: str) -> dict[str, Setting]:
    """Check `values` against what `definition` declares, and add the defaults.

    `field` is where the values stand in the request, such as "optimizers[0]"; an error names
    "optimizers[0].learning_rate".

    Raises: UnknownName for a name that is not declared, OutOfRange for a value that its parameter does not accept.
    """
    declared = definition.declared
    settings = definition.defaults.copy()
    for name, value in values.items():
        if name not in declared:
            raise _unknown(definition, name, field)
        parameter = declared[name]
        settings[name] = parameter.accept(value, f"{field}.{name}" if field else name)
    return settings


def _unknown(definition: Declares, name: str, field: str) -> UnknownName:
    known = f"it has {', '.join(definition.declared)}" if definition.declared else "it has none"
    shown = _shown(name)
    return UnknownName(
        f"{definition.label} has no parameter {shown}; {known}",
        field=f"{field}.{shown[1:-1]}" if field else shown[1:-1],
    )


def number(value: float) -> str:
    """Print a number as a person writes it: 1000, 0.05, 1e-06, 3e9."""
    if 1e6 <= abs(value) < float("inf"):
        mantissa, exponent = f"{value:.11e}".split("e+")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:.12g}"


def _shown(name: object) -> str:
    """A name in quotes: ASCII, at most 40 characters, so that it can stand in any message."""
    escaped = ascii(str(name)[:41])[1:-1]
    return f"'{escaped if len(escaped) <= 40 else escaped[:37] + '...'}'"


def _described(value: object) -> str:
    """A refused value in a message: numbers as they are, anything else by what it is."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, int) and abs(value) >= 10**300:
        return "an integer of more than 300 digits"
    if isinstance(value, _NUMBERS):
        return "not a number (NaN)" if isnan(value) else number(float(value)).replace("inf", "infinite")
    return "a list" if isinstance(value, (list, tuple)) else "an object" if isinstance(value, Mapping) else "no number"
