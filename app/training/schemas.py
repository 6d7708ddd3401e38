"""The shapes of requests of the training lab."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, FailFast, Field, Tag, model_validator

from app.schemas import LARGEST_SEED, Batches, Number, Numbers, Optimizer, Range, Shape, Text, Whole, fields_of
from engine.network_definitions import Targets

Seed = Annotated[Whole, Field(ge=0, le=LARGEST_SEED)]


def _kind_of_row(value: Any) -> str | None:
    if isinstance(value, list):
        return "<row>"
    return "<number>" if isinstance(value, int | float) and not isinstance(value, bool) else None


Row = Annotated[
    Annotated[list[Number], Tag("<row>")] | Annotated[Number, Tag("<number>")],
    Discriminator(_kind_of_row, custom_error_type="row_type", custom_error_message="no row"),
]
Table = Annotated[list[Row], FailFast()]
"""A row a sample; a sample of one number may stand without its list."""
Split = tuple[Number, Number, Number]
Widths = Annotated[list[Annotated[Whole, Field(ge=1)]], Field(max_length=100), FailFast()]
"""The limit of layers is a setting; no network has more than this, so that a long list is not read to its end."""


class Choice(Shape):
    """A definition of the catalogue with values of its parameters; others keep their default."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    name: Text = Field(description="A name from GET /api/catalog.")

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.__pydantic_extra__ or {})


class NamedDataset(Choice):
    """A dataset of the catalogue, drawn by its seed, with values of its parameters."""

    n: Whole | None = Field(default=None, ge=1, description="Samples, all parts together.")
    seed: Seed = Field(default=0, description="Decides the samples and which part each is in.")
    split: Split | None = Field(
        default=None, description="Shares of training, validation and test; 0.6, 0.2 and 0.2 where left out."
    )


class Samples(Shape):
    """Inputs and targets, a row a sample."""

    x: Table = Field(min_length=1, description="The inputs: a list of numbers a sample, or one number.")
    y: Table = Field(min_length=1, description="The targets: a class from 0 on, or real numbers.")


class OwnDataset(Samples):
    """Data of one's own: training samples, and others held back; or one table with a split by a seed."""

    validation: Samples | None = None
    test: Samples | None = None
    seed: Seed | None = Field(default=None, description="With a split: decides which part each sample is in; 0.")
    split: Split | None = Field(
        default=None, description="Shares of training, validation and test; null: all samples are for training."
    )

    @model_validator(mode="after")
    def _dealt_out_or_in_parts(self) -> OwnDataset:
        if self.split is not None and (self.validation is not None or self.test is not None):
            raise ValueError("must have either a split or parts of its own, validation and test")
        if self.seed is not None and self.split is None:
            raise ValueError("must have a split if it has a seed, which decides the part that each sample is in")
        return self


class PastedDataset(Shape):
    """Data of one's own as a text: a line a sample, columns separated by tabs, semicolons or commas."""

    csv: str = Field(description="Rows of numbers, targets last; a header and lines with # may be among them.")
    kind: Targets | None = Field(
        default=None, description="Of the targets; by default that of the likelihood, or what they look like."
    )
    targets: Whole | None = Field(
        default=None, ge=1, description="The last columns, so many, are targets; 1, or 2 if combined with a class."
    )
    seed: Seed = Field(default=0, description="Decides which part each sample is in.")
    split: Split | None = Field(default=None, description="Shares of training, validation and test, as above.")


def _kind_of_dataset(value: Any) -> str:
    known = fields_of(value)
    return "<csv>" if "csv" in known else "<x>" if "x" in known else "<name>"


Dataset = Annotated[
    Annotated[NamedDataset, Tag("<name>")] | Annotated[OwnDataset, Tag("<x>")] | Annotated[PastedDataset, Tag("<csv>")],
    Discriminator(_kind_of_dataset),
]


class Network(Shape):
    """A multilayer perceptron; its inputs and outputs follow from the data and the likelihood."""

    hidden: Widths = Field(default=[8, 8], description="Units of each hidden layer; an empty list: none.")
    activation: Text | Choice | None = Field(default=None, description="Of the hidden layers: a name, or with values.")
    initializer: Text | Choice | None = Field(default=None, description="How the weights are drawn.")
    seed: Seed = Field(default=0, description="Decides the weights.")


class Layer(Shape):
    """The parameters of a layer."""

    weights: list[Numbers] = Field(description="(D_in, D_out): a row for each input.")
    biases: Numbers = Field(description="(D_out,)")


class Change(Shape):
    """From a step on, other numbers; the optimiser keeps what it carries."""

    model_config = ConfigDict(strict=True, extra="allow", frozen=True)

    step: Whole = Field(ge=0, description="The first step that has them.")
    optimizer: Whole | None = Field(
        default=None, ge=0, description="Which of the optimisers; null: all that have them."
    )
    batch_size: Whole | None = Field(default=None, ge=1, description="Samples in a batch from here on.")

    @model_validator(mode="after")
    def _changes_something(self) -> Change:
        if not self.__pydantic_extra__ and self.batch_size is None:
            raise ValueError("must change something: learning_rate, beta, gamma, epsilon, batch_size")
        return self


class FrameGrid(Shape):
    """A regular grid of inputs that includes both ends of each range, in the units of the data."""

    x: Range | None = Field(default=None, description="The range of the first input; null: around the data.")
    y: Range | None = Field(default=None, description="The range of the second input, where there are two.")
    resolution: list[Whole] = Field(min_length=1, max_length=2, description="Points along x, and along y if there is.")


class Frames(Shape):
    """What is to be seen of the networks on their way."""

    grid: FrameGrid | None = Field(default=None, description="Where predictions are made; null: nowhere.")
    sample: Seed | None = Field(default=None, description="A target is drawn at each point of the grid by this seed.")
    predictions: list[Literal["mode", "mean", "standard_deviation", "probabilities"]] | None = Field(
        default=None, description="Those of the predictions that are wanted; null: all that the likelihood has."
    )
    layers: bool = Field(default=True, description="How activations, weights and gradients of layers are spread.")
    parameters: bool = Field(default=True, description="All numbers that are learnt.")
    samples: bool = Field(default=False, description="The predictions for each sample of each part too.")


class TrainingRequest(Shape):
    """Networks trained on data, one or an ensemble an optimiser, from the same weights and on the same batches."""

    dataset: Dataset
    network: Network = Network()
    likelihood: Choice | None = Field(default=None, description="By default the first that fits the targets.")
    reduction: Literal["mean", "sum"] = Field(default="mean", description="Of the loss over samples.")
    standardize: bool = Field(
        default=False, description="Inputs, and real targets, in units of the training part's deviation."
    )
    optimizer: Optimizer | None = None
    optimizers: list[Optimizer] | None = Field(default=None, min_length=1)
    steps: Whole = Field(ge=0, description="Steps of each run.")
    seed: Seed = Field(default=0, description="Decides the batches.")
    batches: Batches | None = Field(default=None, description="null: all training samples at each step.")
    record_every: Whole = Field(
        default=1,
        ge=1,
        description="Record each step that this divides, and the last; of a run that diverges, the last finite one.",
    )
    initial_parameters: list[Layer] | None = Field(
        default=None, description="Instead of drawn weights: `parameters` of an answer."
    )
    initial_likelihood_parameters: dict[Text, Numbers] = Field(
        default={},
        description="Where what the likelihood learns begins: `likelihood_parameters` of an answer. What is left out "
        "begins where the likelihood says.",
    )
    ensemble: Whole = Field(
        default=1, ge=1, description="Members for each optimiser: with the seeds of weights and batches + 0, + 1, ..."
    )
    changes: Annotated[list[Change], FailFast()] = Field(default=[], description="In the order of their steps.")
    frames: Frames | None = Field(default=None, description="Events and states only: what is to be seen.")

    @model_validator(mode="after")
    def _one_of_both(self) -> TrainingRequest:
        if (self.optimizer is None) == (self.optimizers is None):
            raise ValueError("must have either optimizer or optimizers")
        return self

    @property
    def choices(self) -> list[Any]:
        return [self.optimizer] if self.optimizer is not None else list(self.optimizers or [])


class Unit(Shape):
    """A unit of a network."""

    layer: Whole = Field(ge=0, description="Hidden layers from 0 on, then the outputs.")
    unit: Whole = Field(ge=0, description="Which of the layer's units, from 0 on.")


class LookedAt(TrainingRequest):
    """A training of which one may look at a single member of the ensemble."""

    member: Whole | None = Field(
        default=None, ge=0, description="Only this member of each optimiser's ensemble, from 0 on; null: all of them."
    )


class StatesRequest(LookedAt):
    """The same runs as for training, at one step of theirs."""

    step: Whole = Field(ge=0, description="At which step, up to `steps`.")
    unit: Unit | None = Field(default=None, description="What this unit computes on the frames' grid is answered too.")


class Plane(Shape):
    """A plane through the parameters of a network: two directions from a point of a run's path."""

    directions: Literal["random", "principal"] = Field(
        default="random",
        description="random: each unit's weights move by a drawn vector as long as they are. principal: the first two "
        "principal components of the path.",
    )
    seed: Seed = Field(default=0, description="Decides the random directions.")
    resolution: tuple[Whole, Whole] = Field(default=(31, 31), description="Points along both directions.")
    centre: Literal["end", "start"] = Field(default="end", description="The point of the path that is at (0, 0).")
    margin: Annotated[Number, Field(ge=0, le=10)] = Field(
        default=0.3,
        description="What is seen beyond the paths on each side, as a share of their width: beyond the run's own path, "
        "until its loss is a thousand times the first, and the others' as far as they stay near.",
    )
    radius: Annotated[Number, Field(gt=0, le=1e6)] | None = Field(
        default=None, description="Look so far from the centre on each side, wherever the paths are."
    )


class SlicesRequest(LookedAt):
    """A training, and the plane on which its loss is looked at."""

    plane: Plane = Plane()
    run: Whole = Field(
        default=0,
        ge=0,
        description="The run whose path spans the plane; all paths are shown. With a `member`: its optimiser's place.",
    )
