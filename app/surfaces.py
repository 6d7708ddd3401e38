"""From the surface and the optimisers of a request to the engine's objective and rules.

Objectives are kept while they are in use, so that a slider that moves makes nothing anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from app.errors import Problem
from app.schemas import FormulaSurface, NamedSurface, OptimizerChoice, RuleChoice
from app.settings import Settings
from engine.catalog import Catalog, DataSurface, SurfaceEntry, complete, load_catalog
from engine.errors import EngineError, FormulaError
from engine.objective import REDUCTIONS, Objective, objective_of_formula, objective_of_surface
from engine.room import MEGABYTE, Room
from engine.rule import Rule
from engine.rule_text.custom import custom_optimizer
from engine.schedule import ChosenSchedule

ROOM = 16 * MEGABYTE
"""Bytes of surfaces on own data that are kept."""
Samples = tuple[tuple[float, ...], tuple[float, ...]]
RuleNames = tuple[str, tuple[str, ...], str | None, tuple[str, ...]]
"""The optimiser's name and the names of its values; the same for the schedule."""


def numbers_of_data(settings: Settings) -> int:
    """How many numbers the data of a request may have."""
    return 2 * settings.max_data_points


@dataclass(frozen=True, eq=False)
class Bound:
    """An objective with its description for answers: the surface as it was asked for, complete.

    `samples` is how many data points one evaluation sees (1 without data).
    """

    objective: Objective
    described: dict[str, Any]
    samples: int = 1

    @property
    def nbytes(self) -> int:
        """The bytes that it holds, about: of Python's numbers a list of data has four times its own."""
        return self.objective.nbytes + 80 * self.samples

    def check(self, points: int, settings: Settings) -> None:
        """Raise Problem where so many points, each with all the data, are more than one answer may cost."""
        most = settings.max_evaluations // self.samples
        if points > most:
            message = f"With {self.samples} data points there can be at most {most} points in one request."
            raise Problem(422, message, field="surface.data", code="out_of_range")


class Definitions:
    """The catalogue as requests use it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        extra = Path(settings.definitions).absolute() if settings.definitions else None
        self.catalog: Catalog = load_catalog(extra)
        self._named = lru_cache(maxsize=1024)(self._bind_named)
        self._fitted = Room(self._bind_named, lambda bound: bound.nbytes, ROOM)
        self._plain = lru_cache(maxsize=256, typed=True)(self._bind_plain)
        self._made = lru_cache(maxsize=1024, typed=True)(partial(self._make, ""))
        self._typed = lru_cache(maxsize=256)(self._bind_typed)

    def fitted(self) -> SurfaceEntry:
        """The first surface of data that the catalogue has: what the documentation's examples fit."""
        entries = self.catalog.surfaces.values()
        return next(entry for entry in entries if isinstance(entry.definition, DataSurface))

    def default_optimizers(self) -> list[str]:
        """The optimisers of a first visit, as far as the catalogue has them."""
        known = [name for name in self.settings.default_optimizers if name in self.catalog.optimizers]
        return known or list(self.catalog.optimizers)[:3]

    def bind(self, surface: NamedSurface | FormulaSurface) -> Bound:
        """The objective of a request's surface.

        Raises: EngineError or Problem with the field that is wrong.
        """
        if isinstance(surface, FormulaSurface):
            try:
                return self._typed(surface.formula, surface.x, surface.y)
            except FormulaError as error:
                raise FormulaError(error.message, field="surface.formula", position=error.position) from None
        name, given, reduction = surface.name, surface.parameters, surface.reduction
        if surface.data is not None:
            data = (tuple(surface.data.x), tuple(surface.data.y))
            return self._bind_known(name, given, data, reduction)
        try:
            return self._plain(name, reduction, tuple(given), *given.values())
        except TypeError:  # a value that is a list or an object; it is refused where it stands
            return self._bind_known(name, given, None, reduction)

    def _bind_plain(self, name: str, reduction: str | None, names: tuple[str, ...], *given: Any) -> Bound:
        return self._bind_known(name, dict(zip(names, given, strict=True)), None, reduction)

    def _bind_known(self, name: str, given: Mapping[str, Any], data: Samples | None, reduction: str | None) -> Bound:
        entry = self.catalog.surface(name)
        values = complete(entry.definition, given, "surface.parameters")
        if not isinstance(entry.definition, DataSurface):
            for said, what in ((data, "data"), (reduction, "reduction")):
                if said is not None:
                    message = f"{name} is a formula without data; leave {what} out."
                    raise Problem(422, message, field=f"surface.{what}")
        if data is not None and max(map(len, data)) > self.settings.max_data_points:
            message = f"There are more than {self.settings.max_data_points} data points, which is the limit."
            raise Problem(422, message, field="surface.data")
        bind = self._named if data is None else self._fitted
        return bind(name, tuple(values.items()), data, reduction)

    def _bind_named(
        self, name: str, values: tuple[tuple[str, Any], ...], data: Samples | None, reduction: str | None
    ) -> Bound:
        entry, parameters = self.catalog.surfaces[name], dict(values)
        described: dict[str, Any] = {"name": name, "parameters": parameters}
        if not isinstance(entry.definition, DataSurface):
            return Bound(objective_of_surface(entry, parameters), described)
        reduction = reduction or REDUCTIONS[0]
        described["reduction"] = reduction
        if data is not None:
            described["data"] = {"x": data[0], "y": data[1]}
        objective = objective_of_surface(entry, parameters, data, reduction)
        return Bound(objective, described, len(data[0] if data else entry.definition.data_x))

    @staticmethod
    def _bind_typed(formula: str, x: tuple[float, float], y: tuple[float, float]) -> Bound:
        return Bound(objective_of_formula(formula, x, y), {"formula": formula, "x": x, "y": y})

    def rules(self, choices: Sequence[OptimizerChoice | RuleChoice]) -> list[Rule]:
        """The update rules of a request.

        Raises: EngineError or Problem with the field that is wrong.
        """
        if len(choices) > self.settings.max_optimizers:
            message = f"There are {len(choices)} optimisers; at most {self.settings.max_optimizers} run in one request."
            raise Problem(422, message, field="optimizers")
        return [self.rule(choice, f"optimizers[{place}]") for place, choice in enumerate(choices)]

    def rule(self, choice: OptimizerChoice | RuleChoice, field: str) -> Rule:
        """The update rule of one optimiser, which stands in a field of the request.

        Raises: EngineError or Problem with the field that is wrong.
        """
        if isinstance(choice, RuleChoice):
            return self._typed_rule(choice, field)
        values, schedule = choice.__pydantic_extra__ or {}, choice.schedule
        paced = {} if schedule is None else schedule.__pydantic_extra__ or {}
        names = (choice.name, tuple(values), None if schedule is None else schedule.name, tuple(paced))
        try:
            return self._made(names, *values.values(), *paced.values())
        except (TypeError, EngineError):  # it is refused where it stands; a list or an object is no key
            return self._make(field, names, *values.values(), *paced.values())

    def _make(self, field: str, names: RuleNames, *given: Any) -> Rule:
        name, own, schedule, paced = names
        entry = self.catalog.optimizer(name, f"{field}.name")
        rule = Rule.of(entry, dict(zip(own, given, strict=False)), field)
        if schedule is None:
            return rule
        return self._paced(rule, schedule, dict(zip(paced, given[len(own) :], strict=True)), f"{field}.schedule")

    def _typed_rule(self, choice: RuleChoice, field: str) -> Rule:
        try:
            entry = custom_optimizer(choice.rule)
        except FormulaError as error:
            where = error.position, error.line
            raise FormulaError(error.message, field=f"{field}.rule", position=where[0], line=where[1]) from None
        rule = Rule.of(entry, choice.parameters, f"{field}.parameters")
        if choice.schedule is None:
            return rule
        if "learning_rate" not in rule.hyperparameters:
            sentence = "The rule does not read eta, so there is no learning rate for a schedule to move."
            raise Problem(422, sentence, field=f"{field}.schedule", code="out_of_range")
        values = choice.schedule.__pydantic_extra__ or {}
        return self._paced(rule, choice.schedule.name, values, f"{field}.schedule")

    def _paced(self, rule: Rule, schedule: str, values: Mapping[str, Any], field: str) -> Rule:
        known = self.catalog.schedule(schedule, f"{field}.name")
        return replace(rule, schedule=ChosenSchedule.of(known, values, field))
