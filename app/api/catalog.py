"""GET /api/catalog: every definition with its parameters; all that the page's controls are made of."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app import scenarios, wire
from app.constant import constant
from app.definition_objects import (
    activation_object,
    dataset_object,
    initializer_object,
    likelihood_object,
    parameter_object,
    texts,
)
from app.deviations import deviation_objects
from app.endpoint import Endpoint, nothing
from app.surfaces import Definitions
from app.training.schemas import Network
from app.typeset import mathml
from engine.catalog import FOLDERS, DataSurface, OptimizerEntry, ScheduleEntry, SurfaceEntry
from engine.data.samples import FRACTIONS
from engine.deviations import GENERAL
from engine.objective import REDUCTIONS
from engine.program.formula import ALIASES, CONSTANTS, FUNCTIONS, MAX_LENGTH
from engine.program.operations import OPERATIONS
from engine.quantities import GRADIENT, SEEN_GRADIENTS, Quantity, StateQuantity
from engine.rule import Rule
from engine.rule_text import statements
from engine.rule_text.custom import CUSTOM, EXAMPLE, NAMES
from engine.rule_text.expressions import HELP
from engine.schedule import UNSCHEDULED

VERSION = 1


async def catalog(request: Request) -> Response:
    """The catalogue, which does not change while the server runs."""
    return constant(request, lambda context: wire.json(document(context.definitions)))


def document(definitions: Definitions) -> dict[str, Any]:
    """The whole catalogue as an object."""
    known, settings = definitions.catalog, definitions.settings
    return {
        "version": VERSION,
        "surfaces": [surface_object(entry) for entry in known.surfaces.values()],
        "optimizers": [optimizer_object(entry) for entry in known.optimizers.values()],
        "schedules": [schedule_object(entry) for entry in known.schedules.values()],
        "datasets": [dataset_object(entry) for entry in known.datasets.values()],
        "activations": [activation_object(entry) for entry in known.activations.values()],
        "initializers": [initializer_object(entry) for entry in known.initializers.values()],
        "likelihoods": [likelihood_object(entry) for entry in known.likelihoods.values()],
        "gradient": quantity_object("gradient", GRADIENT),
        "seen_gradients": {seen: quantity_object("gradient", quantity) for seen, quantity in SEEN_GRADIENTS.items()},
        "formula": {
            "functions": [{"name": name, "help": _meaning(name)} for name in FUNCTIONS],
            "constants": list(CONSTANTS),
            "max_length": MAX_LENGTH,
        },
        "deviations": deviation_objects(GENERAL["run"]),
        "rule": {
            "name": CUSTOM,
            "example": EXAMPLE,
            "functions": [{"name": name, "help": text} for name, text in HELP.items()],
            "names": [{"name": name, "help": text} for name, text in NAMES.items()],
            "max_length": statements.MAX_LENGTH,
        },
        "scenarios": scenarios.load(),
        "defaults": {
            "surface": settings.default_surface,
            "optimizers": definitions.default_optimizers(),
            "schedule": UNSCHEDULED,
            "steps": min(settings.default_steps, settings.max_steps),
            "max_steps": min(settings.page_steps, settings.max_steps),
            "max_steps_of_runs": settings.max_steps,
            "max_ensemble_steps": settings.max_ensemble_steps,
            "max_optimizers": min(settings.page_optimizers, settings.max_optimizers),
            "training": training_defaults(definitions),
        },
    }


def training_defaults(definitions: Definitions) -> dict[str, Any]:
    """What the page of the training lab begins with, and what it may offer."""
    settings = definitions.settings
    return {
        "dataset": settings.default_dataset,
        "hidden": Network().hidden,
        "activation": settings.default_activation,
        "initializer": settings.default_initializer,
        "optimizers": [name for name in settings.training_optimizers if name in definitions.catalog.optimizers],
        "learning_rate": settings.training_learning_rate,
        "move": settings.training_move,
        "batch_size": settings.training_batch,
        "steps": min(settings.training_steps, settings.max_steps),
        "max_steps": min(settings.training_page_steps, settings.max_steps),
        "max_runs": settings.max_runs,
        "max_steps_of_runs": settings.max_steps,
        "max_drawn": settings.max_drawn,
        "max_hidden_layers": settings.max_hidden_layers,
        "max_units": settings.max_units,
        "max_samples": settings.max_samples,
        "split": list(FRACTIONS),
    }


def surface_object(entry: SurfaceEntry) -> dict[str, Any]:
    """One surface."""
    surface = entry.definition
    data = isinstance(surface, DataSurface)
    (x_low, x_high), (y_low, y_high) = surface.domain
    points = surface.critical_points
    return {
        **texts(entry),
        "teaches": surface.teaches,
        "kind": surface.kind,
        "latex": surface.latex,
        "mathml": mathml(surface.latex),
        "mathml_of_mean": mathml(surface.latex_of_mean) if isinstance(surface, DataSurface) else None,
        "symbols": list(surface.symbols),
        "domain": {"x": [x_low, x_high], "y": [y_low, y_high]},
        "start": list(surface.start),
        "suggested_learning_rate": surface.suggested_learning_rate,
        "parameters": [parameter_object(parameter) for parameter in surface.parameters],
        "critical_points": [{"kind": p.kind, "x": p.x, "y": p.y, "loss": p.loss} for p in points],
        "data": {"x": surface.data_x, "y": surface.data_y} if isinstance(surface, DataSurface) else None,
        "input_label": getattr(surface, "input_label", None),
        "target_label": getattr(surface, "target_label", None),
        "classes": getattr(surface, "classes", None),
        "reductions": list(REDUCTIONS) if data else [],
        "deviations": deviation_objects((*(GENERAL["data"] if data else ()), *surface.deviations), surface),
    }


def optimizer_object(entry: OptimizerEntry) -> dict[str, Any]:
    """One optimiser."""
    optimizer = entry.definition
    return {
        **texts(entry),
        "year": optimizer.year,
        "relative_learning_rate": optimizer.relative_learning_rate,
        "of_batches": optimizer.of_batches,
        "asks_for_hessian": Rule.of(entry, {}).asks_for_hessian,
        "latex": list(optimizer.latex),
        "mathml": [mathml(text, "block") for text in optimizer.latex],
        "state": [state_object(name, quantity) for name, quantity in optimizer.state.items()],
        "internals": [quantity_object(name, quantity) for name, quantity in optimizer.internals.items()],
        "stages": [asdict(stage) for stage in optimizer.stages],
        "same_path": asdict(optimizer.same_path) if optimizer.same_path else None,
        "parameters": [parameter_object(parameter) for parameter in optimizer.parameters],
        "deviations": deviation_objects(optimizer.deviations, optimizer),
    }


def schedule_object(entry: ScheduleEntry) -> dict[str, Any]:
    """One learning-rate schedule."""
    schedule = entry.definition
    return {
        **texts(entry),
        "latex": schedule.latex,
        "mathml": mathml(schedule.latex, "block"),
        "parameters": [parameter_object(parameter) for parameter in schedule.parameters],
    }


def quantity_object(name: str, quantity: Quantity) -> dict[str, Any]:
    """One vector of a step; `formulas` are tried in their order, and the last one always holds."""
    return {
        "name": name,
        "symbol": quantity.symbol,
        "mathml": mathml(quantity.symbol),
        "help": quantity.help,
        "unit": quantity.unit,
        "formulas": [
            {"when": when, "latex": latex, "mathml": mathml(latex)}
            for when, latex in (*quantity.variants, ({}, quantity.formula))
            if latex
        ],
        "within": quantity.within,
    }


def state_object(name: str, quantity: StateQuantity) -> dict[str, Any]:
    """One quantity that is carried; `before` and `after` are its symbols on the two sides of a step."""
    return {
        **quantity_object(name, quantity),
        "before": mathml(f"{{{quantity.symbol}}}^{{(t)}}"),
        "after": mathml(f"{{{quantity.symbol}}}^{{(t+1)}}"),
        "decay": quantity.decay,
        "undamped": quantity.undamped,
    }


def _meaning(name: str) -> str:
    """What a function of formulas is, from the table of operations."""
    operation = OPERATIONS[FUNCTIONS[name]]
    return f"another name of {operation.formula.partition('(')[0]}" if name in ALIASES else operation.name


ENDPOINT = Endpoint(
    "GET",
    "/api/catalog",
    catalog,
    "Every definition with its parameters: surfaces, optimisers, schedules, and what networks are made of",
    "Names, texts, formulas (LaTeX and MathML), declared parameters with their limits, known critical points.",
    None,
    nothing,
    lambda definitions: {wire.JSON: {"version": VERSION, **{folder: [] for folder in FOLDERS}}},
)
