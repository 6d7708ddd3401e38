"""Frames as JSON, their long rows as base64 of little-endian numbers."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.training.schemas import Frames
from engine.catalog import Prediction
from engine.data.samples import PARTS, Samples
from engine.machine.single import in_single_precision
from engine.networks.calibration import EDGES, NOMINAL, coverage, reliability
from engine.networks.frame import Frame
from engine.networks.layer_statistics import LayerSpreads
from engine.networks.model import Model

Array = NDArray[np.float64]
HELP = (
    "A frame: `phi` {shape, float64} and planes {shape: [rows, points], float32} are base64 of little-endian numbers; "
    "points run x fastest, and NaN stands for what is not finite. Of its `scores` on each part, `loss_parts` are what "
    "each of several targets adds to the loss: real ones first, then the class."
)


def plane(rows: Array | None) -> dict[str, Any] | None:
    """Rows (rows, points) as float32; what is not finite is NaN."""
    if rows is None:
        return None
    return {"shape": rows.shape, "float32": b64encode(in_single_precision([rows.ravel()]).data).decode()}


def frame_object(model: Model, frame: Frame, step: int, asked: Frames) -> dict[str, Any]:
    """A frame at a step, as far as it is asked for."""
    phi = {"shape": frame.phi.shape, "float64": b64encode(frame.phi.astype("<f8").data).decode()}
    scores = {name: None if found is None else asdict(found) for name, found in frame.scores.items()}
    known, wanted = frame.prediction, asked.predictions
    told = {
        "step": step,
        "phi": phi if asked.parameters else None,
        "likelihood_parameters": likelihood_parameters(model, frame.phi),
        "predictions": known and _predictions(known, wanted) | {"sample": plane(frame.sample)},
        "layers": None if frame.layers is None else [_layer(spreads) for spreads in frame.layers],
        "scores": scores,
    }
    if asked.samples:
        told["samples"] = {part: found and _predictions(found, wanted) for part, found in frame.predicted.items()}
    return told


def likelihood_parameters(model: Model, phi: Array) -> dict[str, list[float]]:
    """What the likelihood learns: of phi the numbers, of a gradient theirs."""
    return {name: np.ravel(numbers).tolist() for name, numbers in vars(model.learnt_of(phi)).items()}


def _predictions(prediction: Prediction, wanted: Collection[str] | None) -> dict[str, Any]:
    known = {name: rows if wanted is None or name in wanted else None for name, rows in vars(prediction).items()}
    return {name: plane(rows) for name, rows in known.items()}


def _layer(spreads: LayerSpreads) -> dict[str, Any]:
    return {name: None if found is None else vars(found) for name, found in spreads._asdict().items()}


def calibration_object(samples: Samples, frame: Frame) -> dict[str, Any] | None:
    """How sure a model is and how sure it may be, on each part; None where it does not say."""
    parts, told = samples.parts, frame.predicted

    def on_parts(measure: Callable[[Prediction, Array], Any]) -> dict[str, Any]:
        known = ((name, told.get(name)) for name in PARTS)
        return {name: measure(found, parts[name].y) if found else None for name, found in known}

    band = {"kind": "band", "nominal": NOMINAL, **on_parts(coverage)}
    counted = {name: found and vars(found) for name, found in on_parts(reliability).items()}
    probability = {"kind": "probability", "edges": EDGES, **counted}
    known = [measure for measure in (band, probability) if any(measure[name] is not None for name in PARTS)]
    if len(known) == 2:
        return {"kind": samples.kind, "band": band, "probability": probability}
    return known[0] if known else None
