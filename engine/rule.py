"""An update rule with its numbers: an optimiser of the catalogue, traced, lowered, ready to be linked to a loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalog import OptimizerEntry, Schedule, complete
from engine.errors import DefinitionError, OutOfRange
from engine.machine.code import Code, write
from engine.machine.loop import NO_MOVES, NOTHING, record_steps
from engine.machine.lowering import lower
from engine.program.program import Builder, Value
from engine.room import MEGABYTE, keeping
from engine.schedule import ChosenSchedule, lowered_rate, traced_rate

Array = NDArray[np.float64]
Static = tuple[tuple[str, bool | str], ...]
ROOM = 8 * MEGABYTE
"""Bytes of lowered steps that are kept: those of networks have room for all their parameters."""
TABLE = 8192
"""Pairs of a timetable that is kept, at most: larger ones are made anew, for they hold megabytes."""


@dataclass(eq=False)
class Rule:
    """An optimiser and the complete values of its hyperparameters; without a schedule the learning rate is constant.

    With `internals` its runs show what is inside their steps.
    """

    entry: OptimizerEntry
    hyperparameters: Mapping[str, float | bool | str]
    schedule: ChosenSchedule | None = None
    internals: bool = False
    code: Code = field(init=False, repr=False)
    """The lowered step for one lane, with what is shown: made when it is first asked for."""

    def __post_init__(self) -> None:
        values, names = self.hyperparameters, self.entry.definition.number_names
        own = tuple([(name, float(values[name])) for name in names])
        self.numbers: tuple[tuple[str, float], ...] = own if self.schedule is None else own + self.schedule.numbers
        """The hyperparameters that are numbers, and the schedule's: inputs of the program."""

    @classmethod
    def of(
        cls,
        entry: OptimizerEntry,
        values: Mapping[str, Any],
        field: str = "optimizer",
        schedule: ChosenSchedule | None = None,
    ) -> Rule:
        """Check the values given and fill in the defaults.

        Raises OutOfRange or UnknownName, with the field they stand in.
        """
        return cls(entry, complete(entry.definition, values, field), schedule)

    @property
    def settings(self) -> SimpleNamespace:
        return SimpleNamespace(**self.hyperparameters)

    @property
    def shown(self) -> tuple[str, ...]:
        """The quantities that its program has as outputs beside phi and the state."""
        return tuple(self.entry.definition.internals) if self.internals else ()

    def __getattr__(self, name: str) -> Code:
        if name != "code":
            raise AttributeError(name)
        self.code = self._lowered(1, self.shown)  # a cached property's lock takes longer than all else here
        return self.code

    @property
    def asks_for_hessian(self) -> bool:
        return any(kind == "hessian" for _, kind in self.code.calls)

    def over_lanes(self, lanes: int) -> Code:
        """The lowered step; switches and choices have decided its form."""
        return self._lowered(lanes, ())

    def of_size(self, size: int) -> Code:
        """The lowered step of `size` parameters.

        Raises OutOfRange where the rule asks for a Hessian: that of many parameters is not at hand.
        """
        if self.asks_for_hessian:
            message = f"{self.entry.name} asks for the Hessian, which a network's many parameters do not have here"
            raise OutOfRange(message, field="optimizer.name")
        return self._lowered(1, (), size)

    def _lowered(self, lanes: int, shown: tuple[str, ...], size: int = 2) -> Code:
        definition = self.entry.definition
        static = tuple([(name, self.hyperparameters[name]) for name in definition.switch_names])
        schedule = None if self.schedule is None else self.schedule.entry.definition
        state, numbers = definition.state_names, definition.number_names
        lowered = _lowered if size == 2 else _lowered_for_many
        return lowered(definition.step, state, shown, numbers, static, schedule, lanes, size)

    @property
    def stability_bound(self) -> float | None:
        """Above this learning rate x largest curvature a quadratic diverges; None where no closed form is known."""
        bound = self.entry.definition.stability
        return None if bound is None else float(bound(self.settings))

    def timetable(self, first: int, steps: int) -> Array:
        """What depends on the step counter and the hyperparameters alone (steps, pairs, 2), for all steps at once."""
        return self.timetable_of(self.code, first, steps)

    def timetable_of(self, code: Code, first: int, steps: int) -> Array:
        """The timetable of one of its codes."""
        read = code.clock_reads
        timetable = _timetable if steps * len(code.fed) <= TABLE else _timetable.__wrapped__
        return timetable(code, tuple([pair for pair in self.numbers if pair[0] in read]), first, steps)

    def learning_rates(self, first: int, steps: int) -> Array:
        """The learning rate that each of the steps first, first + 1, ... uses (steps,); not a number: none."""
        constant = float(self.hyperparameters.get("learning_rate", math.nan))
        if self.schedule is None:
            return np.full(steps, constant)
        definition = self.schedule.entry.definition
        code = lowered_rate(definition)
        if not code.fed:
            return np.full(steps, float(definition.rate(constant, 0.0, **self.schedule.values)))
        timetable = _timetable if steps <= TABLE else _timetable.__wrapped__
        return timetable(code, (("learning_rate", constant), *self.schedule.numbers), first, steps)[:, 0, 0]


def _traced(
    step: Callable[..., Any],
    state: tuple[str, ...],
    shown: tuple[str, ...],
    numbers: tuple[str, ...],
    static: Static,
    schedule: Schedule | None,
    lanes: int,
    size: int,
) -> Code:
    """Trace an optimiser's text once for each schedule and each setting of its switches, without what is not shown."""
    builder = Builder()
    phi = builder.input("phi", (size,))
    before = {name: builder.input(name, (size,)) for name in state}
    settings = SimpleNamespace(**{name: builder.input(name) for name in numbers}, **dict(static))
    if schedule is not None:
        settings.learning_rate = traced_rate(schedule, builder)
    after, new = step(phi, TracedLoss(), SimpleNamespace(**before), settings, builder.input("t"))
    new = {**new, "move": after - phi}
    for name in shown:
        if builder.value(new[name]).shape != phi.shape:
            raise DefinitionError(f"the quantity {name!r} that a step shows must have a value for each coordinate")
    program = builder.finish({"phi": after} | {name: new[name] for name in (*state, *shown)})
    return lower(program, {"phi", *state}, clock="t", lanes=lanes)


_lowered = lru_cache(maxsize=256)(_traced)
"""Of two parameters, for surfaces: small, and asked for four times in a slider's move."""
_lowered_for_many = keeping(ROOM)(_traced)
"""Of a network's parameters."""


class TracedLoss:
    """What a rule sees of the loss while it is traced: calls that the linker will fill in."""

    def gradient(self, phi: Value) -> Value:
        return phi.apply("gradient", phi)

    def hessian(self, phi: Value) -> Value:
        return phi.apply("hessian", phi)


def step_counter(first: int, steps: int) -> Array:
    """The steps first, first + 1, ... as a table of pairs (steps, 1, 2)."""
    table = np.repeat(np.arange(first, first + steps, dtype=np.float64), 2).reshape(steps, 1, 2)
    table.setflags(write=False)  # the kernels are compiled for tables that nobody writes to
    return table


@lru_cache(maxsize=256)
def _timetable(code: Code, numbers: tuple[tuple[str, float], ...], first: int, steps: int) -> Array:
    table = np.empty((steps, len(code.fed), 2))
    if code.fed:
        record = np.empty((2 * len(code.fed), steps))
        memory = code.image.copy()
        write(memory, code.inputs, dict(numbers))
        places = np.array([place.at for place in code.fed], np.uint64)
        counter = step_counter(first, steps)
        clock = np.array([code.inputs["t"].at], np.uint64)
        words = code.prologue.ravel(), code.clock.ravel()
        record_steps(*words, memory, clock, counter, NOTHING, places, -1, NO_MOVES, record)
        table[...] = record.reshape(len(code.fed), steps, 2).swapaxes(0, 1)
    table.setflags(write=False)
    return table
