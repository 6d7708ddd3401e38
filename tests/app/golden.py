"""Answers written down: their hashes where equal bytes are promised, their numbers where close ones are.

Adding, multiplying, dividing and square roots are the same bits on every machine (IEEE 754, and the kernel contracts
nothing), so the answers of EVERYWHERE have one hash. exp, log, sin and the like may differ in last bits with the processor and the C
library: the answers of ALIKE have a hash for each kind of machine that was tried, and numbers for all others.

`python -m tests.app.golden` writes golden.json anew; a change of it is a change of what the engine computes, to be told in
the CHANGELOG.
"""

import hashlib
import json
import platform
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from llvmlite import binding

from app.wire import PLANES
from tests.app.asking import post

FILE = Path(__file__).with_suffix(".json")
CLASS = f"{platform.machine()} {binding.get_host_cpu_name()}, {' '.join(platform.libc_ver())}, numpy {np.__version__}"


def race(surface: str | dict[str, Any], *optimizers: dict[str, Any], steps: int = 100) -> tuple[str, dict[str, Any]]:
    asked = {"name": surface} if isinstance(surface, str) else surface
    return "/api/trajectories", {"surface": asked, "optimizers": list(optimizers), "steps": steps}


EVERYWHERE = {
    "descent and momentum on Rosenbrock": race(
        "rosenbrock",
        {"name": "gd", "learning_rate": 0.001},
        {"name": "momentum", "learning_rate": 0.001, "nesterov": True},
    ),
    "Newton on Himmelblau": race("himmelblau", {"name": "newton"}, steps=20),
    "AdaGrad and RMSprop on Beale": race("beale", {"name": "adagrad"}, {"name": "rmsprop"}),
    "batches of a line": (
        "/api/trajectories",
        {
            "surface": {"name": "line"},
            "optimizers": [{"name": "sgd", "learning_rate": 0.01}],
            "steps": 60,
            "batches": {"size": 5},
            "seed": 4,
        },
    ),
}
ALIKE = {
    "Adam on Ackley": race("ackley", {"name": "adam", "learning_rate": 0.05}),
    "a formula": race(
        {"formula": "sin(x)*exp(y/3) + log(1 + x^2) + tanh(x*y)", "x": [-3, 3], "y": [-3, 3]},
        {"name": "gd", "learning_rate": 0.05},
    ),
    "a network": (
        "/api/training",
        {
            "dataset": {"name": "moons", "n": 60},
            "network": {"hidden": [4], "activation": "tanh"},
            "optimizer": {"name": "adam", "learning_rate": 0.02},
            "batches": {"size": 10},
            "steps": 40,
            "seed": 3,
        },
    ),
}


def hash_of(client: httpx.Client, path: str, body: dict[str, Any], **headers: str) -> str:
    """The SHA-256 of an answer's bytes."""
    answer = post(client, path, body, **headers)
    assert answer.status_code == 200, answer.text
    return hashlib.sha256(answer.content).hexdigest()


def losses_of(client: httpx.Client, path: str, body: dict[str, Any]) -> list[list[float]]:
    """The losses of an answer, one list for each path or run, every tenth of them."""
    found = post(client, path, body).json()
    runs = found.get("trajectories") or found["runs"]
    return [(run.get("loss") or run["training_loss"])[::10] for run in runs]


def written(client: httpx.Client, known: dict[str, Any]) -> dict[str, Any]:
    """What this machine answers, beside what other kinds of processors did."""
    alike = {name: hash_of(client, *asked) for name, asked in ALIKE.items()}
    return {
        "everywhere": {name: [hash_of(client, *asked), planes(client, asked)] for name, asked in EVERYWHERE.items()},
        "alike": known.get("alike", {}) | {CLASS: alike},
        "losses": {name: losses_of(client, *asked) for name, asked in ALIKE.items()},
    }


def planes(client: httpx.Client, asked: tuple[str, dict[str, Any]]) -> str:
    """The hash of an answer's float32 planes."""
    return hash_of(client, *asked, accept=PLANES)


if __name__ == "__main__":
    import tempfile

    from tests.conftest import Server

    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "log.txt")
        try:
            with httpx.Client(base_url=server.url, timeout=30) as client:
                before = json.loads(FILE.read_text()) if FILE.exists() else {}
                FILE.write_text(json.dumps(written(client, before), indent=1) + "\n")
        finally:
            server.stop()
