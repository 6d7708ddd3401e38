"""A client that asks for ever new things, each twice and as large as it may be: what the server keeps of them is bounded."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.benchmarks.timing import Row, at_most
from tests.soak.serving import Options, Served, all_of

COUNT = 150
"""New things of each kind."""
ROOM = 96
"""Megabytes by which memory may rise over one kind, on a server that has seen the first ten."""
TERMS = ("sin(x*y)", "tanh(x)", "exp(y)", "x**2.5", "log(x+3)")
Request = tuple[str, dict[str, Any]]


def networks(k: int) -> Request:
    """Programs of another form each, and as large as those that requests share."""
    table = {"x": [[0.1 * n, 1] for n in range(95 - k % 2)], "y": [n % 2 for n in range(95 - k % 2)]}
    shape = {"hidden": [64, 64, 64, 60 - k % 50]}
    asked = {"dataset": table, "network": shape, "optimizer": {"name": "adam"}, "batches": {"size": 40 + k % 20}}
    return "/api/training", asked | {"steps": 2}


def formulas(k: int) -> Request:
    chance = random.Random(k)
    text = "+".join(f"{chance.choice(TERMS)}*{chance.randrange(1, 999)}" for _ in range(25))
    optimizers = [{"name": "newton"}, {"name": "adam"}, {"name": "momentum", "nesterov": True}]
    return "/api/trajectories", {
        "surface": {"formula": text, "x": [-1, 1], "y": [-1, 1]}, "optimizers": optimizers, "steps": 500,
    }  # fmt: skip


def data(k: int) -> Request:
    chance = random.Random(k)
    rows = {axis: [chance.random() for _ in range(2000 - k)] for axis in ("x", "y")}
    optimizers = [{"name": "newton"}, {"name": "adam"}]
    return "/api/trajectories", {
        "surface": {"name": "gabor", "data": rows}, "optimizers": optimizers, "steps": 2, "batches": {"size": 900 + k},
    }  # fmt: skip


def batches(k: int) -> Request:
    """One surface, and another size of its batches each."""
    rows = {"x": [0.001 * n for n in range(2000)], "y": [0.5] * 2000}
    return "/api/trajectories", {
        "surface": {"name": "gabor", "data": rows}, "optimizers": [{"name": "adam"}], "steps": 1, "batches": {"size": 1 + 7 * k},
    }  # fmt: skip


def clocks(k: int) -> Request:
    """Rules with many values of the step counter, and as many steps as there can be."""
    text = "phi = phi - eta*g*(" + "+".join(f"sin(t*{k}.{n:02})" for n in range(1, 36)) + ")"
    rule = {"name": "custom", "rule": text, "parameters": {"learning_rate": 1e-6}}
    surface = {"formula": "x", "x": [-1, 1], "y": [-1, 1]}
    return "/api/trajectories", {"surface": surface, "optimizers": [rule], "steps": 18_000 + k}


def printed(k: int) -> Request:
    text = "+".join(f"sin({k}*x^{n})/y" for n in range(20))
    return "/api/formulas", {"formula": text}


KINDS: dict[str, Callable[[int], Request]] = {
    "forms of networks": networks,
    "formulas": formulas,
    "tables of data": data,
    "sizes of batches": batches,
    "rules of the clock": clocks,
    "formulas to print": printed,
}


def rows(options: Options) -> Iterator[Row]:
    for name, make in KINDS.items():
        with Served(options) as server:
            accept, answered = "text/csv" if make is clocks else "application/json", 0
            for k in range(COUNT):
                if k == 10:
                    before = peak = server.resident_megabytes()
                answered += all(server.ask("POST", *make(k), Accept=accept)[0] == 200 for _ in range(2))
                if k >= 10:
                    peak = max(peak, server.resident_megabytes())
        yield all_of(f"{COUNT} new {name}", "answered", answered, COUNT)
        yield at_most(f"{COUNT} new {name}", f"memory rises from {before:.0f} MB by", peak - before, ROOM, "MB")
