"""POST /api/trajectories: the paths of optimisers down a surface."""

from __future__ import annotations

from typing import Any

import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import planes, tables, wire
from app.context import Context
from app.endpoint import Endpoint, Parameter
from app.exchange import Task, accepted, answered
from app.job import Job, numbers
from app.schemas import TrajectoriesRequest
from app.serving.whole import Parts
from app.streams import Paths, stream
from app.surfaces import Bound, Definitions
from engine.scripts.paths import snippet
from engine.trajectory import Trajectory, run

SHAPE = TypeAdapter(TrajectoriesRequest)
KINDS = (wire.JSON, wire.PLANES, wire.CSV, wire.NDJSON, wire.EVENTS, wire.PYTHON)


async def trajectories(request: Request) -> Response:
    """Run what was asked for, and answer in the form that Accept names."""
    kind = accepted(request, KINDS)
    if kind == wire.EVENTS:
        return await stream(request, SHAPE, numbers, Paths)
    return await answered(request, SHAPE, kind, plan, numbers)


def plan(context: Context, asked: TrajectoriesRequest, kind: str) -> Task[Any]:
    """Check what is asked against the limits, and say what it costs."""
    job = Job.of(context, asked)
    if kind == wire.PYTHON:
        return Task(job.cost, lambda _: job.snippet(), str.encode)
    writing = len(job.rules) * asked.steps * (0.5 if kind == wire.PLANES else 2) * (2 if asked.internals else 1)
    return Task(job.cost + writing, job.run, lambda found: encode(kind, job.bound, found))


def encode(kind: str, bound: Bound, found: list[Trajectory]) -> bytes | Parts:
    """The answer's bytes in one of the forms."""
    return planes.trajectories(bound.described, found) if kind == wire.PLANES else text(kind, bound, found)


def text(kind: str, bound: Bound, found: list[Trajectory]) -> bytes:
    """The same in one of the forms that are texts."""
    if kind == wire.CSV:
        return b"".join(tables.trajectories_csv(found))
    if kind == wire.NDJSON:
        return b"".join(tables.trajectories_ndjson(found))
    return wire.trajectories_json(bound.described, found)


def examples(definitions: Definitions) -> dict[str, Any]:
    """Requests that the documentation offers."""
    defaults = definitions.settings
    names = definitions.default_optimizers()
    formula = {"formula": "x**2 - y**2", "x": [-2, 2], "y": [-2, 2]}
    race = [{"name": name, "learning_rate": 0.001} for name in names]
    schedule = next(entry for entry in definitions.catalog.schedules.values() if entry.definition.parameters)
    paced = {"name": names[0], "schedule": {"name": schedule.name, **schedule.definition.defaults}}
    return {
        "two steps": {"surface": formula, "start": [1, 0.1], "optimizers": [{"name": names[0]}], "steps": 2},
        "a schedule": {"surface": formula, "start": [1, 0.1], "optimizers": [paced], "steps": 250},
        "a race": {"surface": {"name": defaults.default_surface}, "optimizers": race, "steps": 500, "seed": 0},
        "inside each step": {"surface": formula, "optimizers": race, "steps": 20, "internals": True},
    }


def answers(definitions: Definitions) -> dict[str, Any]:
    """What the first example is answered with, and what the other forms look like."""
    asked = SHAPE.validate_python(examples(definitions)["two steps"], strict=False)
    bound = definitions.bind(asked.surface)
    start, rules = asked.start or bound.objective.start, definitions.rules(asked.optimizers)
    found = run(bound.objective, start, rules, asked.steps)
    return {
        wire.JSON: orjson.loads(text(wire.JSON, bound, found)),
        wire.CSV: text(wire.CSV, bound, found).decode(),
        wire.NDJSON: text(wire.NDJSON, bound, found).decode(),
        wire.EVENTS: "Events `steps` with the next entries of every path (with batches, those of its steps and "
        "their epoch too), the last step as the id; then `end`. With "
        "`closing` the server goes, or has too much to do: ask again with Last-Event-ID. A stream is never stored; its "
        "weak ETag names the record, so who comes again and finds another one begins anew.",
        wire.PLANES: planes.HELP,
        wire.PYTHON: snippet(bound.objective, start, rules, asked.steps),
    }


ENDPOINT = Endpoint(
    "POST",
    "/api/trajectories",
    trajectories,
    "Paths of optimisers down a surface",
    "Each list of the answer begins with the start, so it has steps + 1 entries; only divergence, which is an answer "
    "and no error, ends a list early. critical_point is minimum, saddle, maximum or degenerate where a path has come "
    "to rest at one. With a schedule there is a list of the learning rate of each step too. The same "
    "request gives the same bytes, and their ETag. Entry k of phi, the loss and the state is what was before step k; "
    "entry k of the gradient and of the internals, where they are asked for, is what that step used (the last "
    "internals belong to a step that is not taken).",
    TrajectoriesRequest,
    examples,
    answers,
    (
        Parameter("pace", "query", "number", "Events only: steps a second; without it, as fast as they are read."),
        Parameter("Last-Event-ID", "header", "string", "Events only: resume behind this step."),
    ),
)
