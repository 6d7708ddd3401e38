"""The same in PyTorch: every script that the page offers, run by CPU PyTorch beside our own record.

One row an optimiser and setting that torch.optim knows: the largest relative difference of 200 steps on three
surfaces. Settings that it does not know are written out as a loop in the script, and are in the last rows.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from engine.batches import DrawnBatches
from engine.catalog import Choice, Optimizer, Switch, load_catalog
from engine.chance import BatchGradients, GradientNoise
from engine.objective import Objective, objective_of_surface
from engine.rule import Rule
from engine.schedule import ChosenSchedule
from engine.snippet import snippet
from engine.trajectory import run
from tests.benchmarks.timing import Row

CATALOG = load_catalog()
STEPS, BAR = 200, 1e-10
SURFACES = ("rosenbrock", "himmelblau", "beale")
RATES = {"rosenbrock": 1e-4, "himmelblau": 1e-3, "beale": 1e-3}


def difference(objective: Objective, rules: list[Rule], steps: int = STEPS, chance: Any = None) -> list[float]:
    """The largest relative difference of each path in the script from our record."""
    script = snippet(objective, objective.start, rules, steps, chance)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(script, "snippet", "exec"), names)
    ours = run(objective, objective.start, rules, steps, chance=chance)
    found = []
    for record, path in zip(ours, names["paths"].values(), strict=True):
        theirs = np.array(path)[: len(record.phi)]
        found.append(float(np.max(np.abs(theirs - record.phi) / np.maximum(np.abs(record.phi), 1e-3))))
    return found


def settings(definition: Optimizer) -> Iterator[dict[str, Any]]:
    """Every position of the switches and choices."""
    kinds = {p.name: (False, True) if isinstance(p, Switch) else p.options for p in definition.parameters
             if isinstance(p, (Switch, Choice))}  # fmt: skip
    for values in product(*kinds.values()):
        yield dict(zip(kinds, values, strict=True))


def rate(definition: Optimizer, surface: str) -> dict[str, float]:
    """A rate at which the path is smooth: where it tumbles, the last bit of the first step decides where it goes."""
    unit = getattr(definition.declared["learning_rate"], "unit", "")
    return {"learning_rate": RATES[surface] if "[loss]" in unit else 0.01 if unit == "[φ]" else 1.0}


def rows() -> Iterator[Row]:
    entries = {name: CATALOG.surfaces[name] for name in SURFACES}
    objectives = {name: objective_of_surface(entry, entry.definition.defaults) for name, entry in entries.items()}
    for entry in CATALOG.optimizers.values():
        for values in settings(entry.definition):
            rule = {name: Rule.of(entry, {**values, **rate(entry.definition, name)}) for name in SURFACES}
            worst = [difference(objectives[name], [rule[name]])[0] for name in SURFACES]
            call = entry.definition.torch and entry.definition.torch(rule[SURFACES[0]].settings)
            what = f"torch.optim.{call.name}: {call.note}" if call else "written out as a loop"
            shown = ", ".join(f"{name} {value:.1e}" for name, value in zip(SURFACES, worst, strict=True))
            switched = " ".join(f"{name}={value}" for name, value in values.items())
            yield Row(f"{entry.name} {switched} in PyTorch ({what})", f"{BAR:.0e}", shown, max(worst) <= BAR)
    yield from others()


def others() -> Iterator[Row]:
    """Batches, noise, schedules, data."""
    gabor = objective_of_surface(CATALOG.surfaces["gabor"], {})
    rules = [Rule.of(CATALOG.optimizers[name], {}) for name in ("momentum", "adam", "adamw")]
    batches = BatchGradients(gabor, DrawnBatches(30, 7, "epochs", 3))
    noise = GradientNoise(gabor, 0.1, 3)
    schedule = ChosenSchedule.of(CATALOG.schedules["step"], {"every": 20.0})
    scheduled = [Rule.of(rule.entry, {}, schedule=schedule) for rule in rules]
    cases = {
        "all data, gabor": (rules, None),
        "batches of 7, gabor": (rules, batches),
        "noise, gabor": (rules, noise),
        "a schedule, gabor": (scheduled, None),
    }
    for name, (chosen, chance) in cases.items():
        worst = max(difference(gabor, chosen, 100, chance))
        yield Row(f"{name}, in PyTorch", f"{BAR:.0e}", f"{worst:.1e}", worst <= BAR)
