"""Definitions as objects of the catalogue: their texts, their parameters, and what networks are made of."""

from __future__ import annotations

from typing import Any

from app.typeset import mathml
from engine.catalog import (
    ActivationEntry,
    DatasetEntry,
    Declared,
    Entry,
    InitializerEntry,
    LikelihoodEntry,
    Parameter,
    Switch,
)


def texts(entry: Entry[Any]) -> dict[str, str]:
    """What every definition says of itself."""
    return {
        "name": entry.name,
        "label": entry.definition.label,
        "summary": entry.summary,
        "description": entry.description,
    }


def parameter_object(parameter: Declared) -> dict[str, Any]:
    """One declared parameter; what does not apply to its kind is null."""
    number = parameter if isinstance(parameter, Parameter) else None
    kind = "number" if number else "switch" if isinstance(parameter, Switch) else "choice"
    numeric = ("low", "high", "slider_low", "slider_high", "scale", "unit", "integer", "where")
    return {
        "name": parameter.name,
        "kind": kind,
        "default": parameter.default,
        **{name: getattr(number, name, None) for name in numeric},
        "symbol": parameter.symbol,
        "mathml": mathml(parameter.symbol),
        "help": parameter.help,
        "options": list(getattr(parameter, "options", ())) or None,
    }


def _formula_and_parameters(entry: Entry[Any]) -> dict[str, Any]:
    definition = entry.definition
    return {
        **texts(entry),
        "order": definition.order,
        "latex": definition.latex,
        "mathml": mathml(definition.latex, "block"),
        "parameters": [parameter_object(parameter) for parameter in definition.parameters],
    }


def dataset_object(entry: DatasetEntry) -> dict[str, Any]:
    """One dataset; `classes` is their number, or the name of the parameter that tells it."""
    dataset = entry.definition
    return {
        **_formula_and_parameters(entry),
        "kind": dataset.kind,
        "teaches": dataset.teaches,
        "inputs": dataset.inputs,
        "targets": dataset.targets,
        "classes": dataset.classes,
        "n": parameter_object(dataset.n),
        "truth": dataset.mean is not None,
    }


def activation_object(entry: ActivationEntry) -> dict[str, Any]:
    """One activation."""
    return _formula_and_parameters(entry)


def initializer_object(entry: InitializerEntry) -> dict[str, Any]:
    """One initialiser of weights."""
    return _formula_and_parameters(entry)


def likelihood_object(entry: LikelihoodEntry) -> dict[str, Any]:
    """One likelihood, with what it learns; `binary`: for two classes alone."""
    likelihood = entry.definition
    return {
        **_formula_and_parameters(entry),
        "kind": likelihood.kind,
        "binary": likelihood.binary,
        "relation": likelihood.relation,
        "learnt": [
            {
                "name": name,
                "symbol": learnt.symbol,
                "mathml": mathml(learnt.symbol),
                "help": learnt.help,
                "start": learnt.start,
            }
            for name, learnt in likelihood.learnt.items()
        ],
    }
