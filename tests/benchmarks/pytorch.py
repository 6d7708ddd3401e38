"""The same in PyTorch: torch.optim's optimisers, and every script that the page offers, beside our own record.

First torch.optim itself, on three surfaces that are written once more for its own derivatives: a row for each
optimiser and surface, with the translation in words. Then the scripts, in every setting of the switches; those that
torch.optim does not know are written out as a loop there. Each number is the largest relative difference in 200 steps.
Last the scripts of trainings, of networks of every activation and likelihood.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from engine.batches import DrawnBatches
from engine.catalog import Optimizer, load_catalog
from engine.chance import BatchGradients, GradientNoise
from engine.errors import EngineError
from engine.objective import Objective, objective_of_formula, objective_of_surface
from engine.rule import Rule
from engine.rule_text.custom import custom_optimizer
from engine.schedule import ChosenSchedule
from engine.scripts.paths import snippet, torch_call
from engine.trajectory import run
from tests.benchmarks.timing import Row
from tests.benchmarks.trainings import forms, scripts
from tests.engine.program.grammar import Grammar

CATALOG = load_catalog()
STEPS, BAR = 200, 1e-10
SURFACES = ("rosenbrock", "himmelblau", "beale")
LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
}
STARTS = {"rosenbrock": (-1.5, 2.0), "himmelblau": (0.5, -0.9), "beale": (1.0, 1.5)}
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


def rate(definition: Optimizer, surface: str) -> dict[str, float]:
    """A rate at which the path is smooth: where it tumbles, the last bit of the first step decides where it goes."""
    unit = getattr(definition.declared["learning_rate"], "unit", "")
    return {"learning_rate": RATES[surface] if "[loss]" in unit else 0.01 if unit == "[φ]" else 1.0}


def by_torch(rule: Rule, surface: str) -> Any:
    """The points that torch.optim's equal of a rule lists, moved to ours as the translation says (steps + 1, 2)."""
    import torch

    torch.set_default_dtype(torch.float64)  # not only phi: a part of NAdam's state has the default type
    call = torch_call(rule)
    assert call is not None
    phi = torch.tensor(STARTS[surface], requires_grad=True)
    rate = float(rule.hyperparameters["learning_rate"]) * call.rate
    optimizer = getattr(torch.optim, call.name)([phi], lr=rate, **call.settings)
    points = []
    for _ in range(STEPS + 1):
        points.append(eval(call.listed, {"phi": phi, "optimizer": optimizer}).tolist())
        optimizer.zero_grad()
        LOSSES[surface](*phi).backward()
        optimizer.step()
    return np.array(points)


def equalities() -> Iterator[Row]:
    """torch.optim beside our record, for every optimiser that it has, without its scripts."""
    for entry, surface in product(CATALOG.optimizers.values(), SURFACES):
        for values in forms(entry.definition):
            rule = Rule.of(entry, {**values, **rate(entry.definition, surface)})
            call = torch_call(rule)
            if call is None:
                continue
            known = CATALOG.surfaces[surface]
            objective = objective_of_surface(known, known.definition.defaults)
            (record,) = run(objective, STARTS[surface], [rule], STEPS)
            found = float(np.max(np.abs(by_torch(rule, surface) - record.phi) / np.abs(record.phi)))
            given = ", ".join(f"{name}={value}" for name, value in call.settings.items())
            title = f"torch.optim.{call.name}({given}) on {surface}, our {entry.name}: {call.note}"
            yield Row(title, f"{BAR:.0e}", f"{found:.1e}", found <= BAR)


def rows() -> Iterator[Row]:
    yield from equalities()
    entries = {name: CATALOG.surfaces[name] for name in SURFACES}
    objectives = {name: objective_of_surface(entry, entry.definition.defaults) for name, entry in entries.items()}
    for entry in CATALOG.optimizers.values():
        for values in forms(entry.definition):
            rule = {name: Rule.of(entry, {**values, **rate(entry.definition, name)}) for name in SURFACES}
            worst = [difference(objectives[name], [rule[name]])[0] for name in SURFACES]
            call = torch_call(rule[SURFACES[0]])
            what = f"torch.optim.{call.name}: {call.note}" if call else "written out as a loop"
            shown = ", ".join(f"{name} {value:.1e}" for name, value in zip(SURFACES, worst, strict=True))
            switched = " ".join(f"{name}={value}" for name, value in values.items())
            yield Row(f"{entry.name} {switched} in PyTorch ({what})", f"{BAR:.0e}", shown, bool(np.max(worst) <= BAR))
    yield from others()
    yield from scripts()


def others() -> Iterator[Row]:
    """Batches, noise, schedules, data, and a rule and a formula of one's own; every optimiser at its usual setting."""
    gabor = objective_of_surface(CATALOG.surfaces["gabor"], {})
    rules = [Rule.of(entry, rate(entry.definition, "beale")) for entry in CATALOG.optimizers.values()]
    rules = [replace(rule, hyperparameters={**rule.hyperparameters, **damped(rule)}) for rule in rules]
    cases: dict[str, tuple[Objective, list[Rule], Any]] = {
        "all data, gabor": (gabor, rules, None),
        "batches of 7, gabor": (gabor, rules, BatchGradients(gabor, DrawnBatches(30, 7, "epochs", 3))),
        "noise, gabor": (gabor, rules, GradientNoise(gabor, 0.1, 3)),
    }
    for entry in CATALOG.schedules.values():
        schedule = ChosenSchedule.of(entry, {})
        nesterov = Rule.of(CATALOG.optimizers["momentum"], {"nesterov": True, "learning_rate": 1e-3})
        paced = [replace(rule, schedule=schedule) for rule in [*rules, nesterov]]
        cases[f"the schedule {entry.name}, gabor"] = (gabor, paced, None)
    text = "m = beta*m + (1 - beta)*g; v = max(v, g**2)\nphi = phi - 0.01*m/sqrt(v + 1e-3) - 0.1*solve(9, m)"
    waves = objective_of_formula("sin(x)*cos(2*y) + abs(x - y)/9 + x**2", (-2, 2), (-2, 2))
    cases["a rule on a formula of one's own"] = (waves, [Rule.of(custom_optimizer(text), {})], None)
    yield formulas()
    for name, (objective, chosen, chance) in cases.items():
        worst = float(np.max(difference(objective, chosen, 100, chance)))  # nan too
        yield Row(f"{name}, in PyTorch (runs: {len(chosen)})", f"{BAR:.0e}", f"{worst:.1e}", worst <= BAR)


def formulas(count: int = 300) -> Row:
    """Two steps down random formulas of the grammar; left out are those that diverge at the start."""
    grammar, down, found = Grammar(1), Rule.of(CATALOG.optimizers["gd"], {}), []
    while len(found) < count:
        with contextlib.suppress(EngineError):  # too long to read or to print
            objective = replace(objective_of_formula(grammar.formula(60), (-2, 2), (-2, 2)), start=(0.7, 1.3))
            if len(run(objective, objective.start, [down], 2)[0].phi):
                found += difference(objective, [down], 2)
    return Row(f"{count} random formulas, in PyTorch", f"{BAR:.0e}", f"{np.max(found):.1e}", bool(np.max(found) <= BAR))


def damped(rule: Rule) -> dict[str, float]:
    """Where a curvature is near 0 an undamped leap leads anywhere, by the last bit."""
    return {"damping": 5.0} if "damping" in rule.hyperparameters else {}
