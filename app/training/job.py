"""What a request for training means to the engine: the samples, the model, where it begins, one run an optimiser."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import Problem
from app.job import check_drawn, check_steps, chosen_batches
from app.schemas import LARGEST_SEED
from app.serving.work import Each, in_turn
from app.settings import Settings
from app.surfaces import Definitions
from app.training.data import Described, Origin, samples_of
from app.training.schemas import Change, Choice, TrainingRequest
from engine import batches
from engine.batches import Batches
from engine.catalog import Catalog, Entry, Likelihood, complete
from engine.data.samples import Samples
from engine.errors import OutOfRange
from engine.networks.history import History, train
from engine.networks.model import Model
from engine.networks.network import Network
from engine.networks.training import Change as Changed
from engine.networks.training import Task, Training
from engine.rule import Rule
from engine.scripts.network import torch_module
from engine.scripts.training import training_snippet

Array = NDArray[np.float64]


def numbers(settings: Settings) -> int:
    """The numbers that a request may list: data, given parameters, and batches that are given."""
    parameters = settings.max_units * (settings.max_units + 1) * (settings.max_hidden_layers + 1) + settings.max_columns
    return 2 * settings.max_samples * settings.max_columns + parameters + settings.max_indices


@dataclass(frozen=True, eq=False)
class Run:
    """One run: an optimiser on a member of an ensemble. `seed` decided the weights; None where they were given."""

    rule: Rule
    member: int
    seed: int | None
    phi: Array
    drawn: Batches | None
    changes: list[Changed]


@dataclass(frozen=True, eq=False)
class TrainingJob:
    """A request for training whose names and values are known to be good; `described` is what was asked, complete.

    The runs are those of the first optimiser, all members, then those of the next. `origin` is where the samples are
    from.
    """

    catalog: Catalog
    asked: TrainingRequest
    samples: Samples
    task: Task
    runs: list[Run]
    described: Described
    origin: Origin | None = None

    @classmethod
    def of(cls, definitions: Definitions, asked: TrainingRequest, member: int | None = None) -> TrainingJob:
        """Bind a request to the catalogue; of an ensemble with this member alone, if one is said.

        Raises: EngineError or Problem with the field that is wrong.
        """
        settings, catalog = definitions.settings, definitions.catalog
        rules = _rules(definitions, asked)
        if member is not None and member >= asked.ensemble:
            message = f"There is no member {member}; the ensemble has {asked.ensemble}, and the first is 0."
            raise Problem(422, message, field="member", code="out_of_range")
        samples, dataset, origin = samples_of(catalog, asked, settings)
        model, likelihood, network = _model(catalog, asked, samples, settings)
        begun, phis = _begin(catalog, asked, model, settings)
        x, y = samples.seen(samples.training, model.likelihood)
        held = None if samples.validation is None else samples.seen(samples.validation, model.likelihood)
        for place, rule in enumerate(rules):
            _check_rule(rule, model.size, "optimizer" if asked.optimizers is None else f"optimizers[{place}]")
        runs = _runs(asked, rules, phis, x.shape[1], settings)
        runs = [run for run in runs if member in (None, run.member)]
        described: Described = {"dataset": dataset, "network": network | begun, "likelihood": likelihood}
        described |= {"reduction": asked.reduction, "standardize": asked.standardize}
        return cls(catalog, asked, samples, Task(model, x, y, held), runs, described, origin)

    @property
    def cost(self) -> float:
        """Of all steps, with their records."""
        evaluated = self.task.samples * self.task.model.size / 500 / self.asked.record_every
        return self.cost_of(self.asked.steps) + self.asked.steps * len(self.runs) * evaluated

    def cost_of(self, steps: int) -> float:
        """Of so many steps of each run, in units of a step of one optimiser on one data point of a surface: 80 ns."""
        drawn = self.runs[0].drawn
        seen = self.task.samples if drawn is None else drawn.largest
        return 50 + steps * len(self.runs) * (20 + 3 * seen * self.task.model.size / 500)

    def training(self, run: Run) -> Training:
        """A run at its beginning."""
        return Training(self.task, run.rule, run.phi, run.drawn, list(run.changes))

    def snippet(self, deadline: float) -> str:
        """The same trainings as a script for PyTorch, with some of the losses that it should find."""
        chosen, steps = self.described["network"]["activation"], self.asked.steps
        values = {name: value for name, value in chosen.items() if name != "name"}
        module = torch_module(self.catalog.activations[chosen["name"]].definition, values)
        every = max(1, steps // 10)
        found = [
            train(training, steps, every, deadline, path=False).piece for training in map(self.training, self.runs)
        ]
        pairs = [zip(piece.step.astype(int).tolist(), piece.batch_loss.tolist(), strict=True) for piece in found]
        known = [{step: loss for step, loss in each if step % every == 0 or step == steps} for each in pairs]
        return training_snippet(self.task, module, list(map(self.training, self.runs)), steps, known)

    def run(self, deadline: float, each: Each = in_turn) -> list[History]:
        """The whole history of each run; they know nothing of each other, so `each` may have them side by side."""
        every, steps = self.asked.record_every, self.asked.steps
        return each(lambda run: train(self.training(run), steps, every, deadline, path=False), self.runs)


def _runs(asked: TrainingRequest, rules: list[Rule], phis: list[Array], samples: int, settings: Settings) -> list[Run]:
    """The members of each optimiser; `phis` is where each member begins."""
    drawn: list[Batches | None] = [None] * asked.ensemble
    if asked.batches is not None:
        seeds = [member_seed(asked.seed, member) for member in range(asked.ensemble)]
        drawn = [chosen_batches(asked.batches, asked.steps, samples, settings, seed) for seed in seeds]
    runs = []
    for place, rule in enumerate(rules):
        for member, (phi, seen) in enumerate(zip(phis, drawn, strict=True)):
            seed = member_seed(asked.network.seed, member) if asked.initial_parameters is None else None
            runs.append(Run(rule, member, seed, phi, seen, _changes(asked, place, rule, seen, settings)))
    return runs


def member_seed(seed: int, member: int) -> int:
    """The seed of a member of an ensemble whose first member has `seed`."""
    return (seed + member) % (LARGEST_SEED + 1)


def _rules(definitions: Definitions, asked: TrainingRequest) -> list[Rule]:
    if asked.optimizers is not None:
        rules = definitions.rules(asked.optimizers)
    else:
        assert asked.optimizer is not None
        rules = [definitions.rule(asked.optimizer, "optimizer")]
    most = definitions.settings.max_runs // len(rules)
    if asked.ensemble > most:
        limit = definitions.settings.max_runs
        sentence = f"An ensemble can have at most {most} members here: optimisers times members are limited to {limit}."
        raise Problem(422, sentence, field="ensemble", code="out_of_range")
    check_steps(asked.steps, len(rules) * asked.ensemble, definitions.settings)
    return rules


def _model(
    catalog: Catalog, asked: TrainingRequest, samples: Samples, settings: Settings
) -> tuple[Model, Described, Described]:
    entry: Entry[Likelihood]
    if asked.likelihood is None:
        entry = next(entry for entry in catalog.likelihoods.values() if samples.fits(entry.definition))
    else:
        entry = catalog.likelihood(asked.likelihood.name)
        samples.check(entry.definition)
    likelihood = entry.definition
    values = complete(likelihood, asked.likelihood.values if asked.likelihood else {}, "likelihood")
    activation = _chosen(asked.network.activation, settings.default_activation)
    known = catalog.activation(activation.name)
    shape = complete(known.definition, activation.values, "network.activation")
    hidden = asked.network.hidden
    if len(hidden) > settings.max_hidden_layers or max(hidden, default=0) > settings.max_units:
        limits = f"at most {settings.max_hidden_layers} hidden layers of at most {settings.max_units} units"
        raise Problem(422, f"A network has {limits}.", field="network.hidden", code="out_of_range")
    widths = (samples.inputs, *hidden, likelihood.outputs(samples.targets, samples.classes))
    if len(samples.training) * sum(widths) > settings.max_activations:
        most = settings.max_activations // sum(widths)
        sentence = f"A network of {sum(widths)} units can have at most {most} training samples."
        raise Problem(422, sentence, field="network.hidden", code="out_of_range")
    network = Network(widths, known.definition.function, shape)
    h = likelihood.settings(values, samples.targets, samples.classes)
    rows = likelihood.rows(samples.targets, samples.classes)
    model = Model(network, likelihood, h, rows, asked.reduction)
    described = {"hidden": list(hidden), "widths": list(widths), "activation": {"name": known.name, **shape}}
    return model, {"name": entry.name, **values}, described


def _chosen(given: str | Choice | None, default: str) -> Choice:
    """A choice by name alone is one without values."""
    return given if isinstance(given, Choice) else Choice(name=given or default)


def _begin(catalog: Catalog, asked: TrainingRequest, model: Model, settings: Settings) -> tuple[Described, list[Array]]:
    """The initialiser with the variance of each layer's weights, where one is used; where phi of each member begins."""
    if asked.initial_parameters is not None:
        layers = [layer.model_dump() for layer in asked.initial_parameters]
        phi = model.begin(model.network.flat(layers), asked.initial_likelihood_parameters)
        return {"initializer": None}, [phi] * asked.ensemble
    chosen = _chosen(asked.network.initializer, settings.default_initializer)
    entry = catalog.initializer(chosen.name)
    values = complete(entry.definition, chosen.values, "network.initializer")
    widths = model.network.widths
    fans = itertools.pairwise(widths)
    variances = [float(entry.definition.variance(inputs, outputs, **values)) for inputs, outputs in fans]
    described = {"initializer": {"name": entry.name, **values}, "weight_variances": variances}
    seeds = [member_seed(asked.network.seed, member) for member in range(asked.ensemble)]
    weights = [model.network.drawn(entry.definition, values, seed) for seed in seeds]
    phis = [model.begin(drawn, asked.initial_likelihood_parameters) for drawn in weights]
    return described | {"seed": asked.network.seed}, phis


def _check_rule(rule: Rule, size: int, field: str) -> None:
    try:
        rule.of_size(size)
    except OutOfRange as error:
        raise OutOfRange(error.message, field=f"{field}.name") from None


def _changes(asked: TrainingRequest, run: int, rule: Rule, drawn: Batches | None, settings: Settings) -> list[Changed]:
    """The changes that concern one run, in the order of their steps."""
    found: list[Changed] = []
    previous = 0
    for place, change in enumerate(asked.changes):
        field = f"changes[{place}]"
        if change.step < previous:
            raise Problem(422, "Changes stand in the order of their steps.", field=f"{field}.step")
        previous = change.step
        if change.optimizer is not None and change.optimizer >= len(asked.choices):
            message = f"There is no optimiser {change.optimizer}; the first is 0."
            raise Problem(422, message, field=f"{field}.optimizer", code="out_of_range")
        if change.optimizer not in (None, run):
            continue
        rule = _changed(rule, change.__pydantic_extra__ or {}, field)
        drawn = _resized(drawn, change, field)
        if drawn is not None:
            check_drawn(asked.steps, drawn.largest, settings, f"{field}.batch_size")
        found.append(Changed(change.step, rule, drawn))
    return found


def _changed(rule: Rule, values: Mapping[str, Any], field: str) -> Rule:
    """The rule with other numbers; what decides the form of its step stays."""
    for name in values:
        if name not in rule.entry.definition.number_names:
            message = f"{rule.entry.name} has no number {ascii(name[:40])[1:-1]} that could change."
            raise Problem(422, message, field=f"{field}.{ascii(name[:40])[1:-1]}", code="unknown_field")
    return Rule.of(rule.entry, {**rule.hyperparameters, **values}, field, rule.schedule)


def _resized(drawn: Batches | None, change: Change, field: str) -> Batches | None:
    if change.batch_size is None:
        return drawn
    if not isinstance(drawn, batches.DrawnBatches):
        sentence = "Only drawn batches can change their size."
        raise Problem(422, sentence, field=f"{field}.batch_size", code="out_of_range")
    if change.batch_size > drawn.samples:
        sentence = f"There are {drawn.samples} training samples; a batch cannot have more."
        raise Problem(422, sentence, field=f"{field}.batch_size", code="out_of_range")
    return batches.DrawnBatches(drawn.samples, change.batch_size, drawn.sampling, drawn.seed)
