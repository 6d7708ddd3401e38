"""Warming up: every kernel is compiled, or loaded from Numba's cache, before the first request needs it."""

import numpy as np

from engine.catalog import load_catalog
from engine.landscape import evaluate
from engine.machine.single import in_single_precision
from engine.objective import objective_of_surface
from engine.trajectory import Rule, run


def warm_up() -> None:
    """Run every kernel once on a small case, and trace every optimiser, so that no request waits for either."""
    surface = next(iter(load_catalog().surfaces.values()))
    rules = [Rule.of(entry, {}) for entry in load_catalog().optimizers.values()]
    parameters = {p.name: p.default for p in surface.definition.parameters}
    objective = objective_of_surface(surface, parameters)
    evaluate(objective, [surface.definition.start], 2)
    objective.at(surface.definition.start)
    run(objective, surface.definition.start, rules, 2)
    in_single_precision([np.zeros(1)])
