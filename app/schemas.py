"""The shapes of requests: strict, finite, nothing unknown. Names of the catalogue are checked behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, FailFast, Field, Tag, model_validator
from pydantic.functional_validators import AfterValidator

from engine.rule_text.custom import CUSTOM

LARGEST_SEED = 2**53 - 1


def _whole(value: Any) -> Any:
    """1e3 is a whole number in JSON; true is none."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _ascending(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    if not (low < high and high - low < float("inf")):
        raise ValueError("must be two numbers, the lower first")
    return ends


Number = Annotated[float, Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_whole, json_schema_input_type=int)]
Text = Annotated[str, Field(min_length=1, max_length=100_000)]
Point = tuple[Number, Number]
Numbers = Annotated[list[Number], FailFast()]
"""A list of which the first fault is told, not each: a long one might have as many faults as entries."""
Points = Annotated[list[Point], FailFast()]
Range = Annotated[tuple[Number, Number], AfterValidator(_ascending)]


class Shape(BaseModel):
    """What all shapes share."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Data(Shape):
    """Data of a surface that is a model's loss: inputs and targets, as many of each."""

    x: Numbers = Field(description="The inputs.", min_length=1)
    y: Numbers = Field(description="The targets; 0 or 1 where they tell a class.", min_length=1)


class NamedSurface(Shape):
    """A surface of the catalogue."""

    name: Text = Field(description="A name from GET /api/catalog.")
    parameters: dict[str, Any] = Field(
        default={}, description="Values of the surface's parameters; others keep their default."
    )
    data: Data | None = Field(default=None, description="Surfaces of data only: other data than the surface's own.")
    reduction: Literal["sum", "mean"] | None = Field(
        default=None, description="Surfaces of data only: the sum of the losses (the default), or their mean."
    )


class FormulaSurface(Shape):
    """A surface from a typed formula in x and y."""

    formula: Text = Field(description="Such as x**2 - y**2; GET /api/catalog lists the functions.")
    x: Range = Field(description="The range of x that is looked at.")
    y: Range = Field(description="The range of y that is looked at.")


def fields_of(value: Any) -> Mapping[str, Any]:
    """What an object says: one that is read, or one that was made of it and is written; nothing, where it is none."""
    return value if isinstance(value, dict) else vars(value) if isinstance(value, BaseModel) else {}


def _kind_of_surface(value: Any) -> str:
    return "<formula>" if "formula" in fields_of(value) else "<name>"


Surface = Annotated[
    Annotated[NamedSurface, Tag("<name>")] | Annotated[FormulaSurface, Tag("<formula>")],
    Discriminator(_kind_of_surface),
]


class ScheduleChoice(Shape):
    """A learning-rate schedule of the catalogue with values of its parameters; others keep their default."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    name: Text = Field(description="A name from GET /api/catalog.")


class OptimizerChoice(Shape):
    """An optimiser of the catalogue with values of its hyperparameters; others keep their default."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    name: Text = Field(description="A name from GET /api/catalog.")
    schedule: ScheduleChoice | None = Field(
        default=None, description="How the learning rate moves from step to step; null: it is constant."
    )


class RuleChoice(Shape):
    """An update rule of one's own; values of the hyperparameters that it reads, others keep their default."""

    name: Text = Field(description=f"{CUSTOM}: the optimiser that brings its rule as a text.", examples=[CUSTOM])
    rule: Text = Field(description="Assignments, such as m = beta*m + (1 - beta)*g; phi = phi - eta*m.")
    parameters: dict[str, Any] = Field(default={}, description="Values of the names that the rule reads.")
    schedule: ScheduleChoice | None = Field(default=None, description="How the learning rate moves, if there is one.")


def _kind_of_optimizer(value: Any) -> str:
    return "<rule>" if fields_of(value).get("name") == CUSTOM else "<name>"


Optimizer = Annotated[
    Annotated[OptimizerChoice, Tag("<name>")] | Annotated[RuleChoice, Tag("<rule>")],
    Discriminator(_kind_of_optimizer),
]


class DrawnBatches(Shape):
    """Batches drawn from the data without replacement; the seed decides which."""

    size: Whole = Field(ge=1, description="Samples in a batch, at most as many as there are data.")
    sampling: Literal["epochs", "fresh"] = Field(
        default="epochs",
        description="epochs: each epoch is a new order of all samples, cut into batches, a short last one kept. "
        "fresh: each step draws anew from all samples.",
    )


class GivenBatches(Shape):
    """Batches used as they are given."""

    indices: Annotated[list[Annotated[list[Whole], FailFast()]], FailFast()] = Field(
        min_length=1, description="For each step the indices of its samples, from 0; lists behind the last step rest."
    )


def _kind_of_batches(value: Any) -> str:
    return "<indices>" if "indices" in fields_of(value) else "<size>"


Batches = Annotated[
    Annotated[DrawnBatches, Tag("<size>")] | Annotated[GivenBatches, Tag("<indices>")],
    Discriminator(_kind_of_batches),
]


class GradientNoise(Shape):
    """Normal noise on the gradient of each step; no data are involved."""

    standard_deviation: Number = Field(ge=0, le=1e6, description="Of each coordinate, in units of the gradient.")


class PathsRequest(Shape):
    """Optimisers on one surface, from one start."""

    surface: Surface
    start: Point | None = Field(default=None, description="Where the paths begin; the surface's own start by default.")
    optimizers: Annotated[list[Optimizer], FailFast()] = Field(min_length=1, description="One path each.")
    steps: Whole = Field(ge=1, description="Steps of each path; the answer has one entry more, the start.")
    seed: Whole = Field(default=0, ge=0, le=LARGEST_SEED, description="Decides everything random.")
    batches: Batches | None = Field(
        default=None, description="Surfaces of data only: each step sees a batch of them; null: all data."
    )
    gradient_noise: GradientNoise | None = Field(
        default=None, description="Adds noise to the gradient that each step uses; for surfaces without data."
    )


class TrajectoriesRequest(PathsRequest):
    """Paths of optimisers down one surface, from one start."""

    internals: bool = Field(
        default=False,
        description="true: each path also has what its steps computed on the way, as GET /api/catalog lists it.",
    )


class EnsemblesRequest(PathsRequest):
    """The same paths under other draws of batches or noise: seed, seed + 1, and so on."""

    draws: Whole = Field(default=30, ge=1, description="How many seeds.")


class GradientsRequest(Shape):
    """The gradients of single samples and of batches at one point, on a surface of data."""

    surface: Surface
    phi: Point
    batches: DrawnBatches
    count: Whole = Field(default=500, ge=1, le=2000, description="Batches to draw where there are more than these.")
    seed: Whole = Field(default=0, ge=0, le=LARGEST_SEED, description="Decides which.")


class EvaluationsRequest(Shape):
    """Loss, gradient and Hessian at points."""

    surface: Surface
    points: Points = Field(min_length=1)
    order: Whole = Field(default=0, ge=0, le=2, description="0: loss, 1: and gradient, 2: and Hessian.")


class CurvaturesRequest(Shape):
    """The curvatures of the loss at points, and how much of them optimisers bear."""

    surface: Surface
    points: Points = Field(min_length=1)
    optimizers: Annotated[list[Optimizer], FailFast()] = Field(
        default=[], description="Whose bounds of η·λmax are asked for."
    )


class CriticalPointsRequest(Shape):
    """Where the gradient is zero within a surface's domain."""

    surface: Surface


class GridsRequest(Shape):
    """The loss on a regular grid that includes both ends of each range."""

    surface: Surface
    x: Range
    y: Range
    resolution: tuple[Whole, Whole] = Field(description="Points along x and along y.")


class PredictionsRequest(Shape):
    """The model's output over a range of inputs, for each of some parameters phi."""

    surface: Surface
    phi: Points = Field(min_length=1)
    u: Range = Field(description="The range of the input.")
    resolution: Whole = Field(default=100, ge=2, description="Inputs in that range, both ends included.")


class FormulasRequest(Shape):
    """A formula to be checked and typeset."""

    formula: Text


class CodesRequest(Shape):
    """An address that is to become a QR code."""

    address: Annotated[str, Field(max_length=1000)] = Field(description="Of a page, with its state.")


class RulesRequest(Shape):
    """A rule to be checked and typeset, or an optimiser whose rule is to be printed."""

    rule: Text | None = None
    optimizer: Optimizer | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> RulesRequest:
        if (self.rule is None) == (self.optimizer is None):
            raise ValueError("must have either a rule or an optimizer")
        return self
