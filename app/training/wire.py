"""Training runs as JSON, by lines too, and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app import wire
from app.tables import text
from app.training.frame_wire import likelihood_parameters
from app.training.job import Run, TrainingJob
from engine.data.samples import Part
from engine.networks.history import History, Piece, Watch


def training_json(job: TrainingJob, found: Sequence[History]) -> bytes:
    """The answer of /api/training; the `request` in it, sent again, is answered with the same bytes."""
    return wire.json(
        {
            "request": job.asked.model_dump(exclude_unset=True),
            **job.described,
            "runs": [run_object(*known) for known in zip(job.runs, found, strict=True)],
            "data": data_object(job),
        }
    )


def run_object(run: Run, history: History) -> dict[str, Any]:
    """One run; the last entries belong to the end, from which no step is taken."""
    return {**end_object(run, history.watch), **record_object(history.watch, history.piece)}


def end_object(run: Run, watch: Watch) -> dict[str, Any]:
    """How a run ended: its optimiser as it began, the verdict, what was learnt."""
    model, phi = watch.task.model, watch.last_phi
    assert watch.verdict is not None
    return {
        "optimizer": wire.optimizer(run.rule),
        **member_object(run),
        **wire.ending(watch.verdict),
        "parameters": model.network.parameters(phi),
        "likelihood_parameters": likelihood_parameters(model, phi),
    }


def member_object(run: Run) -> dict[str, Any]:
    """Which member of an ensemble a run is, and the seed of its weights; null where they were given."""
    return {"member": run.member, "seed": run.seed}


def record_object(watch: Watch, piece: Piece) -> dict[str, Any]:
    """Consecutive records of a run."""
    plain = np.ascontiguousarray
    return {
        "step": piece.step.astype(np.int64),
        "epoch": plain(piece.epoch),
        "loss": plain(piece.loss),
        "batch_loss": plain(piece.batch_loss),
        "validation_loss": plain(piece.validation_loss) if watch.task.validation else None,
        "learning_rate": plain(piece.learning_rate),
    }


def data_object(job: TrainingJob) -> dict[str, Any]:
    """The samples as they were given, what is known of their names, and how they were standardised."""
    samples = job.samples

    def part(rows: Part | None) -> dict[str, Any] | None:
        return None if rows is None else {"x": np.ascontiguousarray(rows.x), "y": np.ascontiguousarray(rows.y)}

    def scale(known: Any) -> dict[str, Any]:
        return {"mean": known.mean, "standard_deviation": known.deviation}

    standardized = {"inputs": scale(samples.input_scale), "targets": scale(samples.target_scale)}
    return {
        "kind": samples.kind,
        "inputs": samples.inputs,
        "targets": samples.targets,
        "classes": samples.classes,
        "columns": job.described["dataset"].get("columns"),
        "class_names": job.described["dataset"].get("class_names"),
        "training": part(samples.training),
        "validation": part(samples.validation),
        "test": part(samples.test),
        "standardization": standardized if samples.standardized else None,
    }


def training_ndjson(job: TrainingJob, found: Sequence[History]) -> Iterator[bytes]:
    """A line a record of each run, with its index and its optimiser's name; then one with the run's end."""
    for index, (run, history) in enumerate(zip(job.runs, found, strict=True)):
        record = record_object(history.watch, history.piece)
        columns = [[None] * len(record["step"]) if rows is None else rows.tolist() for rows in record.values()]
        named = {"index": index, "optimizer": run.rule.entry.name, **member_object(run)}
        lines = [named | dict(zip(record, row, strict=True)) for row in zip(*columns, strict=True)]
        yield b"".join(wire.json(line) + b"\n" for line in [*lines, {"index": index, **end_object(run, history.watch)}])


def training_csv(job: TrainingJob, found: Sequence[History]) -> Iterator[bytes]:
    """A header line, then a row a record of each run."""
    yield b"index,optimizer,step,epoch,loss,batch_loss,validation_loss,learning_rate,status,member,seed\r\n"
    for index, (run, history) in enumerate(zip(job.runs, found, strict=True)):
        step, *columns = record_object(history.watch, history.piece).values()
        texts = [[""] * len(step) if column is None else text(column) for column in columns]
        assert history.watch.verdict is not None
        seed = "" if run.seed is None else run.seed
        head, tail = (
            f"{index},{history.watch.training.rule.entry.name},",
            f",{history.watch.verdict.status},{run.member},{seed}\r\n",
        )
        rows = zip(map(str, step.tolist()), *texts, strict=True)
        yield "".join(f"{head}{','.join(row)}{tail}" for row in rows).encode()
