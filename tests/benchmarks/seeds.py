"""An ensemble of seeds: our runs one after another, beside JAX's lanes of one program (vmap), one thread each.

Members differ in their weights and in their batches. What this tells is whether members should be lanes of one kernel.
JAX spreads lanes over cores whatever it is told, so all threads of this process are held on one core meanwhile.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from engine.batches import DrawnBatches, GivenBatches
from engine.catalog import load_catalog
from engine.networks.training import Task, Training
from engine.rule import Rule
from tests.benchmarks.networks import RATE, SAMPLES, STEPS, Case
from tests.benchmarks.timing import Row, at_most, compare

MEMBERS = 10
TASKS = "/proc/self/task"


@contextmanager
def on_one_core() -> Iterator[None]:
    """Hold every thread there is, and those that they begin, on one core (on Linux)."""
    if not os.path.isdir(TASKS):
        yield
        return
    allowed = os.sched_getaffinity(0)

    def move(cores: set[int]) -> None:
        for task in os.listdir(TASKS):
            os.sched_setaffinity(int(task), cores)

    move({max(allowed)})
    try:
        yield
    finally:
        move(allowed)


@dataclass
class Seeds:
    """The same case from several seeds: weights phi (MEMBERS, P) and batches (MEMBERS, STEPS, batch)."""

    case: Case

    @cached_property
    def phis(self) -> np.ndarray:
        initializer = load_catalog().initializers["lecun"].definition
        network = self.case.model.network
        return np.array([network.drawn(initializer, initializer.defaults, seed) for seed in range(MEMBERS)])

    @cached_property
    def orders(self) -> np.ndarray:
        drawn = (DrawnBatches(SAMPLES, self.case.batch, "epochs", seed) for seed in range(MEMBERS))
        return np.array([batches.drawn(0, STEPS)[0] for batches in drawn])

    @cached_property
    def batches(self) -> list[GivenBatches]:
        return [GivenBatches(SAMPLES, tuple(map(tuple, order.tolist()))) for order in self.orders]

    @cached_property
    def task(self) -> Task:
        return Task(self.case.model, *self.case.data)

    @cached_property
    def rule(self) -> Rule:
        return Rule.of(load_catalog().optimizers["adam"], {"learning_rate": RATE, "epsilon_inside_root": False})

    def ours(self) -> np.ndarray:
        """Losses (MEMBERS, STEPS), one member after another."""
        runs = (Training(self.task, self.rule, *each) for each in zip(self.phis, self.batches, strict=True))
        return np.array([run.advance(STEPS, recorded=False).loss for run in runs])

    @cached_property
    def _lanes(self) -> Callable[..., Any]:
        import jax

        return jax.jit(jax.vmap(self.case.jitted, in_axes=(0, None, None, 0)))

    @cached_property
    def _layers(self) -> list[tuple[np.ndarray, np.ndarray]]:
        each = [self.case.model.network.parameters(phi) for phi in self.phis]
        names = ("weights", "biases")
        return [
            tuple(np.array([layer[name] for layer in layers]) for name in names) for layers in zip(*each, strict=True)
        ]  # type: ignore[misc]

    def by_jax(self) -> np.ndarray:
        x, y = self.case.data
        return np.asarray(self._lanes(self._layers, x.T, y.T, self.orders))


def rows() -> list[Row]:
    found = []
    small, large = Case((2, 8, 8, 1), "tanh", "squared_error", 32), Case((2, 64, 64, 3), "relu", "categorical", 64)
    for case, limit in ((small, 1.2), (large, 1.5)):
        seeds = Seeds(case)
        np.testing.assert_allclose(seeds.ours()[:, :50], seeds.by_jax()[:, :50], rtol=1e-9)
        with on_one_core():
            timed = compare({"ours": seeds.ours, "JAX": seeds.by_jax})
        step = timed.median("ours") / STEPS / MEMBERS * 1e6
        title = f"{MEMBERS} seeds of {'-'.join(map(str, case.widths))}, batches of {case.batch}, Adam: {step:.3g} µs a step of one"
        beside = "one after another, beside JAX vmap over seeds in one scan"
        found.append(at_most(title, beside, timed.ratio("ours", "JAX"), limit))
    return found
