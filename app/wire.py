"""What the engine computed, as JSON and as events; tables.py and planes.py beside it write the other forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from engine.batches import listed
from engine.cloud import Cloud
from engine.ensemble import Ensemble
from engine.rule import Rule
from engine.trajectory import Trajectory
from engine.verdict import Verdict

Array = NDArray[np.float64]
JSON = "application/json"
CSV = "text/csv"
NDJSON = "application/x-ndjson"
PYTHON = "text/x-python"
EVENTS = "text/event-stream"
PLANES = "application/octet-stream"


def json(value: Any) -> bytes:
    """JSON with NumPy arrays as lists; what is not finite is null."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


def optimizer(rule: Rule) -> dict[str, Any]:
    """The optimiser as it was asked for, with all its hyperparameters."""
    described = {"name": rule.entry.name, **rule.entry.definition.asked(rule.hyperparameters)}
    if rule.schedule is None:
        return described
    return described | {"schedule": {"name": rule.schedule.entry.name, **rule.schedule.values}}


def paced(rates: Array | None) -> dict[str, Array]:
    """The learning rate of each step, where there is a schedule."""
    return {} if rates is None else {"learning_rate": np.ascontiguousarray(rates)}


def trajectory_object(trajectory: Trajectory) -> dict[str, Any]:
    """One path as an object of lists; each list has an entry for the start and one a step."""
    plain = np.ascontiguousarray
    drawn = {} if trajectory.batches is None else {"batches": batches(trajectory), "epoch": trajectory.epoch}
    internals = {name: plain(rows) for name, rows in trajectory.internals.items()}
    return {
        "optimizer": optimizer(trajectory.rule),
        **ending_of_path(trajectory.verdict),
        "phi": plain(trajectory.phi),
        "loss": plain(trajectory.loss),
        "gradient": plain(trajectory.gradient),
        **paced(trajectory.learning_rate),
        "state": {name: plain(rows) for name, rows in trajectory.state.items()},
        **({"internals": internals} if internals else {}),
        "gradient_evaluations": plain(trajectory.gradient_evaluations),
        **drawn,
    }


def batches(trajectory: Trajectory) -> list[list[int]]:
    """The samples that each step saw, a list a step."""
    assert trajectory.batches is not None
    return listed(*trajectory.batches.drawn(0, trajectory.steps))


def trajectories_json(surface: Mapping[str, Any], trajectories: Sequence[Trajectory]) -> bytes:
    """The answer of /api/trajectories as JSON."""
    return json({"surface": surface, "trajectories": [trajectory_object(t) for t in trajectories]})


def arrays_json(named: Mapping[str, Array]) -> bytes:
    """Arrays as lists under their names; what is not finite is null."""
    return json({name: np.ascontiguousarray(array) for name, array in named.items()})


def ending(verdict: Verdict) -> dict[str, Any]:
    """How a path ended."""
    return {"status": verdict.status, "reason": verdict.reason, "diverged_at": verdict.diverged_at}


def ending_of_path(verdict: Verdict) -> dict[str, Any]:
    """How a path ended, and at what it has arrived: minimum, saddle, maximum or degenerate."""
    return {**ending(verdict), "critical_point": verdict.critical_point}


def event(name: str, data: Any, number: int | None = None) -> bytes:
    """A server-sent event; `number` is its id."""
    lines = f"event: {name}\n" + ("" if number is None else f"id: {number}\n")
    return lines.encode() + b"data: " + json(data) + b"\n\n"


def ensembles_json(surface: Mapping[str, Any], seeds: Sequence[int], ensembles: Sequence[Ensemble]) -> bytes:
    """The answer of /api/ensembles as JSON; a path that diverged is shorter."""

    def described(ensemble: Ensemble) -> dict[str, Any]:
        lengths = np.isfinite(ensemble.loss).sum(axis=1).tolist()
        phi = [rows[:length].tolist() for rows, length in zip(ensemble.phi, lengths, strict=True)]
        loss = [rows[:length].tolist() for rows, length in zip(ensemble.loss, lengths, strict=True)]
        return {"optimizer": optimizer(ensemble.rule), **spread(ensemble), "phi": phi, "loss": loss}

    return json({"surface": surface, "seeds": seeds, "ensembles": [described(e) for e in ensembles]})


def spread(ensemble: Ensemble) -> dict[str, Any]:
    """The ends of an ensemble: mean, standard deviation and covariance of those that were reached, and how many."""
    mean, deviation = (numbers.tolist() for numbers in ensemble.spread)
    told = {"mean": mean, "standard_deviation": deviation, "covariance": ensemble.covariance.tolist()}
    return {"ends": {**told, "arrived": int(ensemble.arrived.sum())}}


def cloud_object(cloud: Cloud) -> dict[str, Any]:
    """The answer of /api/gradients; what is not finite is null."""
    plain = np.ascontiguousarray
    return {
        "gradient": cloud.gradient,
        "per_sample": plain(cloud.per_sample),
        "batches": plain(cloud.batches),
        "batch_gradients": plain(cloud.gradients),
        "complete": cloud.complete,
        "mean": cloud.gradients.mean(axis=0),
        "expected": cloud.expected,
        "covariance": plain(cloud.covariance),
    }
