"""A schedule of the catalogue with its numbers: the learning rate of each step, as a program of the step counter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from engine.catalog import Schedule, ScheduleEntry, complete
from engine.machine.code import Code
from engine.machine.lowering import lower
from engine.program.program import Builder, Value

UNSCHEDULED = "constant"
"""The schedule that is the same as none."""
PREFIX = "schedule."
"""Before the names of a schedule's numbers, which may be those of hyperparameters too."""


@dataclass(frozen=True)
class ChosenSchedule:
    """A schedule and the complete values of its parameters."""

    entry: ScheduleEntry
    values: Mapping[str, float]

    @classmethod
    def of(cls, entry: ScheduleEntry, values: Mapping[str, Any], field: str = "schedule") -> ChosenSchedule:
        """Check the values given and fill in the defaults.

        Raises OutOfRange or UnknownName, with the field they stand in.
        """
        accepted = complete(entry.definition, values, field)
        return cls(entry, {name: float(value) for name, value in accepted.items()})

    @cached_property
    def numbers(self) -> tuple[tuple[str, float], ...]:
        """The parameters as inputs of the program."""
        return tuple((PREFIX + name, value) for name, value in self.values.items())


def traced_rate(schedule: Schedule, builder: Builder) -> Value:
    """The rate of step t, written down in a program that has the inputs `learning_rate` and `t`."""
    numbers = {parameter.name: builder.input(PREFIX + parameter.name) for parameter in schedule.parameters}
    return builder.value(schedule.rate(builder.input("learning_rate"), builder.input("t"), **numbers))


@lru_cache(maxsize=256)
def lowered_rate(schedule: Schedule) -> Code:
    """The program of the rate alone: all of it depends on the step counter, or none."""
    builder = Builder()
    return lower(builder.finish({"learning_rate": traced_rate(schedule, builder)}), (), clock="t")
