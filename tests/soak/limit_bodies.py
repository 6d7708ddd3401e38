"""The limits of what one request may ask for: a body just below each, one just above, and one far above.

What is just above is asked for in as many bytes as what is far above (blanks are added), for how long a body may be is
a limit of its own. Far above is a hundred times and more, or what another limit lets through.
"""

import json
from dataclasses import dataclass
from typing import Any

from tests.app.asking import BODIES
from tests.app.test_limits import (
    LONG,
    curves,
    data,
    evaluation,
    given,
    opened,
    points,
    race,
    trained,
)

JSON = "application/json"
Body = dict[str, Any] | str


@dataclass(frozen=True)
class Case:
    """Requests at a limit of the server as it is, and how those beyond are refused."""

    path: str
    below: Body
    above: Body
    far: Body
    field: str | None
    status: int = 422
    far_status: int | None = None
    """Where another limit refuses what is far above, that of the body's numbers."""
    accept: str = JSON

    def texts(self) -> tuple[bytes, bytes, bytes]:
        """The three bodies."""
        below, above, far = (
            body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))
            for body in (self.below, self.above, self.far)
        )
        return below.encode(), above.ljust(len(far)).encode(), far.encode()


def own(samples: int, columns: int) -> dict[str, Any]:
    return trained() | {"dataset": {"x": [[LONG] * columns] * samples, "y": [[LONG] * columns] * samples}}


def hidden(widths: list[int]) -> dict[str, Any]:
    return trained() | {"network": {"hidden": widths}}


def full(samples: int) -> dict[str, Any]:
    """A network of 505 units on so many samples, all of them for training."""
    moons = {"name": "moons", "n": samples, "split": [1, 0, 0]}
    return trained() | {"dataset": moons, "network": {"hidden": [64] * 4}, "steps": 0}


def drawn(steps: int, size: int) -> dict[str, Any]:
    return race(1, steps) | {"surface": data(2000), "batches": {"size": size}}


def ensemble(draws: int, steps: int) -> dict[str, Any]:
    return race(1, steps) | {"surface": {"name": "line"}, "batches": {"size": 2}, "draws": draws}


def grid(nx: int, ny: int, samples: int = 0) -> dict[str, Any]:
    return BODIES["/api/grids"] | {"resolution": [nx, ny]} | ({"surface": data(samples)} if samples else {})


def picture(nx: int, ny: int, members: int, samples: int) -> dict[str, Any]:
    """Three networks of 64 x 64 x 64 x 64 on 1,400 samples and a grid of 10,000 points are just allowed."""
    return opened(nx, ny, [64] * 4) | {"dataset": {"name": "moons", "n": samples}, "ensemble": members}


def short_points(count: int) -> dict[str, Any]:
    return points(0) | {"points": [[1, 1]] * count}


def short_rows(samples: int, columns: int) -> dict[str, Any]:
    return trained() | {"dataset": {"x": [[1] * columns] * samples, "y": [[1] * columns] * samples}}


def path(steps: int) -> dict[str, Any]:
    """Its JSON has some 600 bytes a step: eight megabytes at the limit of an answer."""
    return race(16, steps) | {"internals": True, "optimizers": [{"name": "adam", "learning_rate": 1e-4}] * 16}


def rule(text: str) -> dict[str, Any]:
    return {"rule": text}


def states(count: int) -> dict[str, Any]:
    """As many assignments whatever the count: those that are no state are local values."""
    lines = [f"s{k}=s{k}+g" if k >= 80 - count else f"s{k}=g" for k in range(80)]
    return rule(";".join(lines) + ";phi=phi-s79")


def parameters(count: int) -> dict[str, Any]:
    return rule("phi = phi - g*(" + "+".join(f"p{k}" for k in range(count)) + ")")


def calls(count: int) -> dict[str, Any]:
    return rule("phi = phi - eta*(" + "+".join(f"gradient(phi+{k})" for k in range(1, count + 1)) + ")")


SHORT = json.dumps(BODIES["/api/formulas"])
LISTED = 65_536 + 32 * 2 * (10_000 + 2_000)
"""Bytes that a request for evaluations may have."""
MOST = 200
"""Of the optimisers, curves and layers that are far too many: as many times the limit, and more."""
DATA = "surface.data"
BODIES_AT = {
    "max_steps": Case("/api/trajectories", race(1, 20_000), race(1, 20_001), race(1, 10**15), "steps"),
    "max_optimizers": Case("/api/trajectories", race(16, 3), race(17, 3), race(16 * MOST, 3), "optimizers"),
    "max_body_bytes": Case("/api/formulas", SHORT.ljust(65_536), SHORT.ljust(65_537), SHORT.ljust(6_553_600), None, 413),
    "number_bytes": Case("/api/evaluations", json.dumps(BODIES["/api/evaluations"]).ljust(LISTED), json.dumps(BODIES["/api/evaluations"]).ljust(LISTED + 1), json.dumps(BODIES["/api/evaluations"]).ljust(8 * LISTED), None, 413),
    "max_answer_bytes": Case("/api/trajectories", path(1200), path(1210), path(1250), None),
    "max_points": Case("/api/evaluations", points(10_000), points(10_001), short_points(130_000), "points", far_status=413),
    "max_resolution": Case("/api/grids", grid(400, 400), grid(400, 401), grid(400, 10**15), "resolution[1]"),
    "max_predictions": Case("/api/predictions", curves(32, 400, 2000), curves(33, 400, 2000), curves(32 * MOST // 8, 400, 2000), "phi"),
    "max_data_points": Case("/api/trajectories", race(1, 3) | {"surface": data(2000)}, race(1, 3) | {"surface": data(2001)}, race(1, 3) | {"surface": data(12_000)}, DATA),
    "max_evaluations": Case("/api/grids", grid(400, 400, 125), grid(400, 400, 126), grid(400, 400, 2000), DATA),
    "max_runs": Case("/api/training", trained(32), trained(33), trained(10**15), "ensemble"),
    "max_hidden_layers": Case("/api/training", hidden([1] * 4), hidden([1] * 5), hidden([1] * 4 * 5_000), "network.hidden"),
    "max_units": Case("/api/training", hidden([64]), hidden([65]), hidden([10**15]), "network.hidden"),
    "max_samples": Case("/api/training", own(2000, 20), own(2001, 20), short_rows(40_000, 20), "dataset.x", far_status=413),
    "max_columns": Case("/api/training", own(40, 20), own(40, 21), own(40, 1_500), "dataset.x"),
    "max_activations": Case("/api/training", full(3861), full(3862), full(10_000), "network.hidden"),
    "max_frame_points": Case("/api/training/states", opened(100, 100), opened(100, 101), opened(100, 10**15), "frames.grid.resolution"),
    "max_frame_work": Case("/api/training/states", picture(100, 100, 3, 1400), picture(40, 24, 32, 160), picture(100, 100, 32, 160), "frames.grid.resolution"),
    "max_indices": Case("/api/trajectories", given(20_000), given(20_001), given(140_000), "batches.indices", far_status=413),
    "max_drawn": Case("/api/trajectories", drawn(500, 2000), drawn(501, 2000), drawn(20_000, 2000), "steps"),
    "max_draws": Case("/api/ensembles", ensemble(100, 3), ensemble(101, 3), ensemble(10**15, 3), "draws"),
    "max_ensemble_steps": Case("/api/ensembles", ensemble(100, 2000), ensemble(100, 2001), ensemble(100, 20_000), "steps", accept="application/octet-stream"),
    "formula_length": Case("/api/evaluations", evaluation("x" + " " * 511), evaluation("x" + " " * 512), evaluation("x" + " " * 51_200), "surface.formula"),
    "formula_nodes": Case("/api/evaluations", evaluation("+".join("x" * 100)), evaluation("+".join("x" * 101)), evaluation("+".join("x" * 256)), "surface.formula"),
    "formula_depth": Case("/api/evaluations", evaluation("(" * 128 + "x" + ")" * 128), evaluation("(" * 129 + "x" + ")" * 129), evaluation("(" * 255 + "x" + ")" * 255), "surface.formula"),
    "rule_length": Case("/api/rules", rule("phi = phi - eta*g".ljust(1024)), rule("phi = phi - eta*g".ljust(1025)), rule("phi = phi - eta*g".ljust(60_000)), "rule"),
    "rule_state": Case("/api/rules", states(8), states(9), states(80), "rule"),
    "rule_parameters": Case("/api/rules", parameters(12), parameters(13), parameters(66), "rule"),
    "rule_calls": Case("/api/rules", calls(4), calls(5), calls(60), "rule"),
}  # fmt: skip
"""By the limit's name at /api/limits."""
