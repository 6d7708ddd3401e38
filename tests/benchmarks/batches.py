"""Minibatches and typed rules beside what they are made of: the full-batch analytic move, the built-in optimiser."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from engine.batches import DrawnBatches
from engine.catalog import load_catalog
from engine.chance import Chance, drawn_gradients
from engine.objective import objective_of_surface
from engine.rule import Rule
from engine.rule_text.custom import custom_optimizer
from engine.rule_text.printing import rule_text
from engine.trajectory import run
from tests.benchmarks.timing import Row, at_most, compare, told

CATALOG = load_catalog()
FOUR = (("gd", {}), ("momentum", {}), ("momentum", {"beta": 0.5}), ("adam", {}))
STEPS, SIZE = 500, 5


def four(scale: float) -> Iterator[list[Rule]]:
    """Four rules, with another learning rate at each move."""
    for k in itertools.count():
        rate = scale * (1 + k % 1000 * 1e-6)
        yield [Rule.of(CATALOG.optimizers[name], {"learning_rate": rate, **values}) for name, values in FOUR]


def minibatches() -> Iterator[Row]:
    """W2 on the Gabor data with minibatches, beside W2 on Rosenbrock's function, and beside all the data."""
    gabor = objective_of_surface(CATALOG.surfaces["gabor"], {})
    analytic = objective_of_surface(CATALOG.surfaces["rosenbrock"], {"b": 100.0})

    def chance(seed: int) -> Chance:
        return drawn_gradients(gabor, DrawnBatches(gabor.form.samples, SIZE, "epochs", seed))

    first, second, third, fourth = four(1e-4), four(0.02), four(0.02), four(0.02)
    seeds = itertools.count()
    timed = compare(
        {
            "analytic": lambda: run(analytic, (-1.5, 2.0), next(first), STEPS),
            "all data": lambda: run(gabor, gabor.start, next(second), STEPS),
            "batches": lambda: run(gabor, gabor.start, next(third), STEPS, chance=chance(0)),
            "another seed": lambda: run(gabor, gabor.start, next(fourth), STEPS, chance=chance(next(seeds))),
        }
    )
    name = f"W2 with minibatches of {SIZE}, Gabor data: {timed.median('batches') * 1e6:.0f} µs"
    yield at_most(name, "full-batch analytic W2", timed.ratio("batches", "analytic"), 4)
    yield told(
        "the same with a new seed at each move", "full-batch analytic W2", timed.ratio("another seed", "analytic")
    )
    yield at_most(name, "the same on all data", timed.ratio("batches", "all data"), 4)


def typed_rules() -> Iterator[Row]:
    """Built-in optimisers beside their own text, typed."""
    surface = objective_of_surface(CATALOG.surfaces["rosenbrock"], {"b": 100.0})
    for name in ("momentum", "adam"):
        built_in = Rule.of(CATALOG.optimizers[name], {})
        text = rule_text(built_in.entry, built_in.hyperparameters)
        typed_entry = custom_optimizer(text)
        values = {key: built_in.hyperparameters[key] for key in typed_entry.definition.declared}
        typed = Rule.of(typed_entry, values)
        timed = compare(
            {
                "typed": lambda typed=typed: run(surface, (-1.5, 2.0), [typed], 1000),
                "built in": lambda built_in=built_in: run(surface, (-1.5, 2.0), [built_in], 1000),
            }
        )
        yield at_most(f"{name} as a typed rule, 1,000 steps", "built in", timed.ratio("typed", "built in"), 1.3)


def rows() -> list[Row]:
    return [*minibatches(), *typed_rules()]
