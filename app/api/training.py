"""POST /api/training: networks trained on data, and their whole history."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import orjson
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from app import wire
from app.context import Context
from app.endpoint import Endpoint, Parameter
from app.errors import Problem
from app.exchange import Task, accepted, answered
from app.streams import stream
from app.surfaces import Definitions
from app.training.frame_wire import HELP
from app.training.job import TrainingJob, numbers
from app.training.schemas import TrainingRequest
from app.training.stream import Runs
from app.training.wire import training_csv, training_json, training_ndjson
from engine.networks.history import History

SHAPE = TypeAdapter(TrainingRequest)
KINDS = (wire.JSON, wire.CSV, wire.NDJSON, wire.EVENTS, wire.PYTHON)
PASTED = "width;height;sort\n0.5;1.2;small\n0.4;1.1;small\n2.0;3.1;large\n2.2;2.8;large"


async def training(request: Request) -> Response:
    """Train what was asked for, and answer in the form that Accept names."""
    kind = accepted(request, KINDS)
    if kind == wire.EVENTS:
        return await stream(request, SHAPE, numbers, Runs)
    return await answered(request, SHAPE, kind, plan, numbers)


def plan(context: Context, asked: TrainingRequest, kind: str) -> Task[Any]:
    """Check what is asked against the limits, and say what it costs."""
    job = TrainingJob.of(context.definitions, asked)
    if asked.frames is not None:
        sentence = "Frames come with events (Accept: text/event-stream), or from /api/training/states."
        raise Problem(422, sentence, field="frames")
    if kind == wire.PYTHON:
        return Task(job.cost, job.snippet, str.encode)
    return Task(
        job.cost, partial(job.run, each=partial(context.workers.each, job.cost)), lambda found: encode(kind, job, found)
    )


def encode(kind: str, job: TrainingJob, found: list[History]) -> bytes:
    """The answer's bytes in one of the forms."""
    if kind == wire.CSV:
        return b"".join(training_csv(job, found))
    return b"".join(training_ndjson(job, found)) if kind == wire.NDJSON else training_json(job, found)


def examples(definitions: Definitions) -> dict[str, Any]:
    """Requests that the documentation offers."""
    dataset = {"name": next(iter(definitions.catalog.datasets)), "n": 100, "seed": 0}
    names = definitions.default_optimizers()
    small = {"dataset": {"x": [[0], [1], [2]], "y": [1, 3, 5]}, "network": {"hidden": []}, "steps": 2}
    race = {"dataset": dataset, "network": {"hidden": [8, 8]}, "steps": 200, "batches": {"size": 20}}
    changed = {"changes": [{"step": 100, "learning_rate": 0.001}]}
    likelihood = next(entry for entry in definitions.catalog.likelihoods.values() if entry.definition.learnt)
    learnt = {name: [-1.0] for name in likelihood.definition.learnt}
    begun = {"initial_parameters": [{"weights": [[2.0]], "biases": [1.0]}], "initial_likelihood_parameters": learnt}
    return {
        "two steps": small | {"optimizer": {"name": names[0], "learning_rate": 0.1}},
        "a race": race | {"optimizers": [{"name": name} for name in names], "record_every": 10},
        "pasted data": {"dataset": {"csv": PASTED, "split": [1, 0, 0]}, "optimizer": {"name": names[-1]}, "steps": 50},
        "an ensemble": race | {"optimizer": {"name": names[-1]}, "ensemble": 3, "record_every": 50},
        "a change on the way": race | {"optimizer": {"name": names[-1]}} | changed,
        "on from what was learnt": small
        | {"likelihood": {"name": likelihood.name}, "optimizer": {"name": names[0]}}
        | begun,
    }


def answers(definitions: Definitions) -> dict[str, Any]:
    """What the first example is answered with."""
    asked = SHAPE.validate_python(examples(definitions)["two steps"], strict=False)
    job = TrainingJob.of(definitions, asked)
    found = job.run(time.monotonic() + definitions.settings.engine_seconds)
    return {
        wire.JSON: orjson.loads(encode(wire.JSON, job, found)),
        wire.CSV: encode(wire.CSV, job, found).decode(),
        wire.NDJSON: encode(wire.NDJSON, job, found).decode(),
        wire.PYTHON: job.snippet(time.monotonic() + definitions.settings.engine_seconds),
        wire.EVENTS: "Events `steps` with the next records of every run, the last step as the id; then `end` with the "
        "verdicts, the parameters and the data. Last-Event-ID resumes behind a step: the way there is replayed. With "
        f"`frames` each run of an event has the `frame` of its last record. {HELP}",
    }


ENDPOINT = Endpoint(
    "POST",
    "/api/training",
    training,
    "Networks trained on data",
    "All runs begin with the same weights and see the same batches. `loss` and `validation_loss` are those of all "
    "samples of their part before the step, `batch_loss` is what the step saw (at the end, that of all). The last "
    "record of a run that diverged is that of its last finite step, whatever `record_every` is. The `request` "
    "of an answer (JSON), sent again, is answered with the same bytes; a run's `optimizer` is the one it begins with. "
    "`changes` "
    "take effect at their step and keep what the optimiser carries: the history is the same whether a change is known "
    "beforehand or comes later. An `ensemble` has so many members for each optimiser, in its order; the seeds of their "
    "weights and batches follow one another, the data are the same. The returned `parameters` can be sent as "
    "`initial_parameters`, the `likelihood_parameters` as `initial_likelihood_parameters`: another run begins there, "
    "with the loss that this one ended with, to the bit; the optimiser begins anew.",
    TrainingRequest,
    examples,
    answers,
    (
        Parameter("pace", "query", "number", "Events only: steps a second; without it, as fast as they are read."),
        Parameter("Last-Event-ID", "header", "string", "Events only: resume behind this step."),
    ),
    nullable=("seed", "initializer", "optimizer", "validation_loss"),
)
