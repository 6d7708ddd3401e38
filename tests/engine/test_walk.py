"""Walks: pieces of a record that together are the record, from any step on, with the same verdict."""

import math

import numpy as np
import pytest

from engine.batches import DrawnBatches, GivenBatches
from engine.catalog import load_catalog
from engine.chance import BatchGradients, GradientNoise
from engine.errors import DeadlineExceeded
from engine.objective import objective_of_formula, objective_of_surface
from engine.trajectory import Rule, run
from engine.walk import Walk

CATALOG = load_catalog()


def surface(name):
    entry = CATALOG.surfaces[name]
    return objective_of_surface(entry, {p.name: p.default for p in entry.definition.parameters})


GABOR = surface("gabor")
RUNS = {
    "adam": (surface("rosenbrock"), "adam", {}, 90, None),
    "the gradient before the step": (surface("rosenbrock"), "momentum", {"nesterov": True}, 90, None),
    "too large a step": (surface("bowl"), "gd", {"learning_rate": 10.0}, 600, None),
    "left, but finite": (surface("bowl"), "gd", {"learning_rate": 0.24}, 90, None),
    "arrived": (surface("bowl"), "gd", {"learning_rate": 0.1}, 600, None),
    "no loss at the start": (objective_of_formula("log(x - 9)", (-1, 1), (-1, 1)), "gd", {}, 5, None),
    "leaves what is finite": (objective_of_formula("sqrt(x) + y**2", (-1, 1), (0, 1)), "gd", {"learning_rate": 0.1}, 90, None),
    "batches": (GABOR, "adam", {}, 90, BatchGradients(GABOR, DrawnBatches(30, 7, "epochs", 3))),
    "given batches": (GABOR, "momentum", {}, 90, BatchGradients(GABOR, GivenBatches(30, [[k % 30] for k in range(90)]))),
    "noise": (GABOR, "gd", {}, 90, GradientNoise(GABOR, 0.5, 3)),
}  # fmt: skip


@pytest.mark.parametrize(("first", "block"), [(0, 1), (0, 7), (1, 20), (45, 20), (90, 20), (91, 20), (5000, 20)])
@pytest.mark.parametrize(("objective", "name", "values", "steps", "chance"), RUNS.values(), ids=RUNS)
def test_pieces_are_the_record_from_where_they_begin(objective, name, values, steps, chance, first, block):
    rule = Rule.of(CATALOG.optimizers[name], values)
    (record,) = run(objective, objective.start, [rule], steps, chance=chance)
    walk = Walk(objective, rule, objective.start, steps, chance)
    pieces = list(walk.pieces(first, block))
    assert walk.verdict == record.verdict
    assert [piece.first for piece in pieces] == [*range(first, len(record.loss), block)] or not len(record.loss)
    for read in (
        lambda p: p.phi,
        lambda p: p.loss,
        lambda p: p.gradient,
        *(lambda p, n=n: p.state[n] for n in record.state),
    ):
        if pieces:
            assert np.array_equal(np.concatenate([read(piece) for piece in pieces]), read(record)[first:])


def test_a_piece_is_computed_when_it_is_asked_for():
    objective = surface("rosenbrock")
    walk = Walk(objective, Rule.of(CATALOG.optimizers["adam"], {}), objective.start, 20_000)
    pieces = walk.pieces(0, 20)
    for count in range(1, 5):
        next(pieces)
        assert walk.running.taken == 20 * (count + 1)
        assert walk.verdict is None


def test_the_way_to_a_later_step_ends_at_the_deadline():
    objective = surface("bowl")
    walk = Walk(objective, Rule.of(CATALOG.optimizers["gd"], {}), objective.start, 20_000)
    with pytest.raises(DeadlineExceeded, match="step 15000"):
        next(walk.pieces(15_000, 20, deadline=-math.inf))
    assert walk.running.taken < 15_000
