"""W1, W2, W2n: the engine's paths beside C, JAX and PyTorch, one thread."""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from engine.catalog import load_catalog
from engine.objective import Objective, objective_of_formula, objective_of_surface
from engine.trajectory import Rule, Trajectory, run
from tests.benchmarks.peers import (
    ADAPTIVE,
    DESCENT,
    EPSILON,
    GAMMA,
    QUICK,
    SLOW,
    START,
    Settings,
    by_c,
    by_jax,
    by_torch,
    jax_runner,
)
from tests.benchmarks.timing import Row, at_least, at_most, compare

ALL = (DESCENT, SLOW, QUICK, ADAPTIVE)
NAMES = {"descent": "gd", "momentum": "momentum", "adaptive": "adam"}


def rule(s: Settings) -> Rule:
    """The optimiser with checked numbers, made anew: a slider that moved brings values that nobody has seen."""
    values: dict[str, Any] = {"learning_rate": s.rate}
    if s.kind != "descent":
        values["beta"] = s.beta
    if s.kind == "adaptive":
        values |= {"gamma": GAMMA, "epsilon": EPSILON}
    return Rule.of(load_catalog().optimizers[NAMES[s.kind]], values)


def moving(settings: tuple[Settings, ...]) -> Iterator[tuple[Settings, ...]]:
    """The settings after each move of a learning-rate slider, of every optimiser in turn: never the same ones twice."""
    for k in itertools.count():
        chosen = k % len(settings)
        factor = 1 + 0.25 * ((k * 0.6180339887498949) % 1)
        yield tuple(s._replace(rate=s.rate * factor) if i == chosen else s for i, s in enumerate(settings))


def objective() -> Objective:
    return objective_of_surface(load_catalog().surfaces["rosenbrock"], {"b": 100.0})


def ours(bound: Objective, settings: tuple[Settings, ...], steps: int) -> list[Trajectory]:
    return run(bound, START, [rule(s) for s in settings], steps)


def same_path(ours_: Trajectory, theirs: np.ndarray, tolerance: float) -> None:
    np.testing.assert_allclose(ours_.phi[:100], theirs[:100, :2], rtol=tolerance)


def one_trajectory() -> list[Row]:
    """W1: Adam, 1,000 recorded steps on Rosenbrock."""
    bound, steps = objective(), 1000
    (record,) = ours(bound, (ADAPTIVE,), steps)
    same_path(record, by_c(ADAPTIVE, steps), 1e-9)
    same_path(record, by_jax(ADAPTIVE, steps), 1e-9)
    same_path(record, by_torch(ADAPTIVE, 100), 1e-4)  # PyTorch's epsilon stands outside the root
    moved = moving((ADAPTIVE,))
    contenders: dict[str, Callable[[], object]] = {
        "ours": lambda: ours(bound, next(moved), steps),
        "C": lambda: by_c(*next(moved), steps),
        "JAX": lambda: by_jax(*next(moved), steps),
    }
    timed = compare(contenders)
    slow = compare({"ours": contenders["ours"], "PyTorch": lambda: by_torch(*next(moved), steps)}, rounds=3)
    name = f"W1 Adam, 1,000 recorded steps: {timed.median('ours') * 1e6:.0f} µs"
    return [
        at_most(name, "JAX jit + scan, warm", timed.ratio("ours", "JAX"), 1.6),
        at_least(name, "faster than PyTorch eager", slow.ratio("PyTorch", "ours"), 1000),
        at_most(name, "C -O2", timed.ratio("ours", "C"), 4),
    ]


def slider_move() -> list[Row]:
    """W2: gradient descent, momentum with two betas, Adam, 500 recorded steps each."""
    bound, steps = objective(), 500
    for record, s in zip(ours(bound, ALL, steps), ALL, strict=True):
        same_path(record, by_c(s, steps), 1e-9)
        same_path(record, by_jax(s, steps), 1e-9)
    moved = moving(ALL)
    timed = compare(
        {
            "ours": lambda: ours(bound, next(moved), steps),
            "C": lambda: [by_c(s, steps) for s in next(moved)],
            "JAX": lambda: [by_jax(s, steps) for s in next(moved)],
        }
    )
    name = f"W2 one slider move, 4 × 500 recorded steps: {timed.median('ours') * 1e6:.0f} µs"
    return [
        at_most(name, "JAX", timed.ratio("ours", "JAX"), 1.2),
        at_most(name, "C -O2", timed.ratio("ours", "C"), 4),
    ]


def new_formula() -> list[Row]:
    """W2n: the same on a formula never seen before, from its text to the record."""
    fresh, moved, steps = itertools.count(), moving(ALL), 500

    def typed() -> list[Trajectory]:
        b = 100 + next(fresh) * 0.125
        return ours(objective_of_formula(f"(1 - x)**2 + {b}*(y - x**2)**2", (-2, 2), (-1, 3)), next(moved), steps)

    def loss(b: float) -> Callable[[Any, Any], Any]:
        return lambda x, y: (1 - x) ** 2 + b * (y - x**2) ** 2

    def jax_new() -> list[np.ndarray]:
        new = loss(100 + next(fresh) * 0.125)
        return [by_jax(s, steps, jax_runner(new, s.kind, steps)) for s in ALL]

    def torch_new() -> list[np.ndarray]:
        return [by_torch(s, steps, loss(100.5)) for s in ALL]

    timed = compare({"ours": typed}, rounds=25)
    seconds = timed.median("ours")
    name = f"W2n a new formula, from text to 4 × 500 steps: {seconds * 1e3:.2f} ms"
    return [
        at_most(name, "in all", seconds * 1e3, 1.5, "ms"),
        at_least(name, "faster than JAX with its compilation", once(jax_new) / seconds, 200),
        at_least(name, "faster than PyTorch eager", once(torch_new) / seconds, 200),
    ]


def once(call: Callable[[], object], times: int = 3) -> float:
    """The fastest of a few single calls: compilation cannot be repeated inside a round."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def rows() -> list[Row]:
    return [*one_trajectory(), *slider_move(), *new_formula()]
