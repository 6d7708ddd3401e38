"""Trainings beside CPU PyTorch in float64: gradients by autograd, the scripts that we offer, and long runs."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from app.settings import Settings
from app.surfaces import Definitions
from app.training.job import TrainingJob
from app.training.schemas import TrainingRequest
from engine.catalog import Choice, Switch, load_catalog
from engine.networks.history import train
from tests.benchmarks.timing import Row

CATALOG = load_catalog()
DEFINITIONS = Definitions(Settings(max_optimizers=64))
DATASETS = {"regression": "heteroscedastic", "classification": "three_arm_spiral", "combined": "combined"}
DEPTHS = ((), (5,), (5, 4), (5, 4, 3))


def forms(definition: Any) -> Iterator[dict[str, Any]]:
    """Every position of a definition's switches and choices."""
    kinds = {p.name: (False, True) if isinstance(p, Switch) else p.options for p in definition.parameters
             if isinstance(p, (Switch, Choice))}  # fmt: skip
    for values in product(*kinds.values()):
        yield dict(zip(kinds, values, strict=True))


def likelihoods() -> Iterator[dict[str, Any]]:
    """Every likelihood, in each of its forms; a variance is never so small that a step leads anywhere, by the last bit."""
    for name, entry in CATALOG.likelihoods.items():
        least = {"epsilon": 0.1} if "epsilon" in entry.definition.declared else {}
        yield from ({"name": name, **form, **least} for form in forms(entry.definition))


def named(likelihood: dict[str, Any]) -> str:
    return " ".join(value for value in likelihood.values() if isinstance(value, str))


def job_of(likelihood: dict[str, Any], activation: str, hidden: tuple[int, ...], **more: Any) -> TrainingJob:
    """A training on data that the likelihood is for."""
    definition = CATALOG.likelihoods[likelihood["name"]].definition
    dataset = "moons" if definition.binary else DATASETS[definition.kind]
    body = {
        "dataset": {"name": dataset, "n": 60, "seed": 1},
        "network": {"hidden": list(hidden), "activation": activation, "initializer": "glorot", "seed": 2},
        "likelihood": likelihood,
        "standardize": True,
        "steps": 0,
        "optimizer": {"name": "gd"},
    }
    return TrainingJob.of(DEFINITIONS, TrainingRequest.model_validate({**body, **more}, strict=False))


def executed(job: TrainingJob) -> dict[str, Any]:
    """The names of the job's script, run."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(job.snippet(np.inf), "snippet", "exec"), names)
    return names


def learnt(job: TrainingJob, tensors: dict[str, Any]) -> np.ndarray:
    """phi (P,) of tensors by the names that PyTorch gives them."""
    phi, model = np.empty(job.task.model.size), job.task.model
    pieces = dict(model.learnt)
    for number, layer in enumerate(model.network.layers):
        pieces |= {f"network.{2 * number}.weight": layer.weights, f"network.{2 * number}.bias": layer.biases}
    for name, (first, shape) in pieces.items():
        phi[first : first + int(np.prod(shape))] = tensors[name].detach().numpy().ravel()
    return phi


def away(theirs: Any, ours: Any, least: float) -> float:
    """The largest relative difference; numbers smaller than a share `least` of the largest count as that large."""
    theirs, ours = np.asarray(theirs), np.asarray(ours)
    return float(np.max(np.abs(theirs - ours) / np.maximum(np.abs(ours), least * np.abs(ours).max())))


def gradients() -> Iterator[Row]:
    """Our derived gradient beside PyTorch's autograd, away from the start: a random phi."""
    for likelihood in likelihoods():
        worst, numbers = 0.0, 0
        for activation, hidden in product(CATALOG.activations, DEPTHS):
            job = job_of(likelihood, activation, hidden)
            model = job.task.model
            phi = np.random.default_rng(len(hidden)).normal(size=model.size) * 0.7
            job.runs[0].phi[:] = phi
            names = executed(job)
            model_of_torch = names["model"]
            model_of_torch.load_state_dict(names["START"])
            assert np.array_equal(learnt(job, model_of_torch.state_dict()), phi)
            loss = model_of_torch(names["X"], names["Y"]).mean()
            loss.backward()
            theirs = learnt(job, {name: p.grad for name, p in model_of_torch.named_parameters()})
            ours = model.gradient(phi, job.task.x, job.task.y)
            worst = float(np.max([worst, away(theirs, ours[1], 1e-6), away(loss.item(), ours[0], 0)]))
            numbers += model.size
        combinations = f"{len(CATALOG.activations)} activations x {len(DEPTHS)} depths"
        title = f"Gradients of {named(likelihood)}, {combinations}, {numbers:,} derivatives, beside PyTorch's autograd"
        yield Row(title, "relative difference ≤ 1e-09", f"{worst:.1e}", worst <= 1e-9)


def scripts() -> Iterator[Row]:
    """The scripts of trainings: every likelihood, activation and optimiser, on batches, with a change on the way."""
    entries = [entry for entry in CATALOG.optimizers.values() if entry.name != "newton"]
    settings = [{"name": entry.name, **form} for entry in entries for form in forms(entry.definition)]
    optimizers: list[dict[str, Any]] = [{**setting, "learning_rate": 1e-3} for setting in settings]
    optimizers += [
        {"name": "custom", "rule": "m = beta*m + g; phi = phi - 0.01*eta*m/(1 + abs(m)/(t + 1)^2 + max(m, 0))"},
        {"name": "gd", "learning_rate": 1e-3, "schedule": {"name": "cosine", "steps": 30}},
        {"name": "adam", "learning_rate": 1e-3, "schedule": {"name": "step", "every": 6}},
    ]
    more = {
        "steps": 40,
        "batches": {"size": 7},
        "optimizers": optimizers,
        "optimizer": None,
        "changes": [{"step": 15, "learning_rate": 2e-3}, {"step": 25, "batch_size": 5}],
    }
    for likelihood in likelihoods():
        worst = 0.0
        for activation in CATALOG.activations:
            job = job_of(likelihood, activation, (5,), **more)
            worst = float(np.max([worst, *_differences(job)]))
        title = f"Scripts of trainings, {named(likelihood)}: {len(CATALOG.activations)} activations x {len(optimizers)} optimisers"
        yield Row(f"{title}, 40 losses each, in PyTorch", "1e-10", f"{worst:.1e}", worst <= 1e-10)


def _differences(job: TrainingJob) -> list[float]:
    """How far each run's losses in the script are from ours."""
    names = executed(job)
    ours = [train(training, job.asked.steps).piece.batch_loss for training in map(job.training, job.runs)]
    return [away(theirs, known, 1e-3) for theirs, known in zip(names["runs"].values(), ours, strict=True)]


def long_runs() -> Iterator[Row]:
    """500 steps on batches with a short last one, from the same weights: losses and what was learnt at the end."""
    adam = {"name": "adam", "learning_rate": 0.01, "epsilon_inside_root": False}
    cases = (
        ({"name": "bernoulli"}, "tanh", (8, 8)),
        ({"name": "categorical"}, "gelu", (16, 16)),
        ({"name": "heteroscedastic", "variance": "exp"}, "softplus", (8, 8)),
        ({"name": "squared_error"}, "sigmoid", (16,)),
    )
    for optimizer in (adam, {"name": "sgd", "learning_rate": 0.05}):
        losses, learnt_apart = 0.0, 0.0
        for likelihood, activation, hidden in cases:
            drawn = {"steps": 500, "batches": {"size": 11}, "seed": 3}
            job = job_of(likelihood, activation, hidden, optimizer=optimizer, **drawn)
            names, piece = executed(job), train(job.training(job.runs[0]), 500).piece
            (theirs,) = names["runs"].values()
            losses = float(np.max([losses, away(theirs, piece.batch_loss, 1e-3)]))
            apart = away(learnt(job, names["model"].state_dict()), piece.phi[-1], 1e-3)
            learnt_apart = float(np.max([learnt_apart, apart]))
        title = f"500 steps of {optimizer['name']} on batches, {len(cases)} networks, beside torch.optim"
        measured = f"losses {losses:.1e}, parameters {learnt_apart:.1e}"
        yield Row(title, "relative difference ≤ 1e-08", measured, max(losses, learnt_apart) <= 1e-8)
