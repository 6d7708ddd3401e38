"""Compile the kernels into Numba's cache: `python -m engine.machine`, run once at set-up."""

import time

from engine.catalog import load_catalog
from engine.landscape import evaluate
from engine.objective import objective_of_surface
from engine.trajectory import Rule, run


def warm_up() -> None:
    """Run every kernel once on a small case, so that no request ever compiles."""
    surface = next(iter(load_catalog().surfaces.values()))
    rule = next(iter(load_catalog().optimizers.values()))
    parameters = {p.name: p.default for p in surface.definition.parameters}
    objective = objective_of_surface(surface, parameters)
    evaluate(objective, [surface.definition.start], 2)
    objective.at(surface.definition.start)
    run(objective, surface.definition.start, [Rule.of(rule, {})], 2)


if __name__ == "__main__":
    began = time.perf_counter()
    warm_up()
    print(f"kernels ready in {time.perf_counter() - began:.1f} s")
