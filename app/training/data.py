"""The data of a request for training: drawn from a dataset of the catalogue, listed, or pasted as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import Problem
from app.settings import Settings
from app.training.schemas import NamedDataset, OwnDataset, PastedDataset, TrainingRequest
from engine.catalog import Catalog, Dataset, Setting, complete
from engine.data import pasted
from engine.data.samples import FRACTIONS, Samples
from engine.data.tables import kind_of
from engine.network_definitions import Targets

Described = dict[str, Any]
Origin = tuple[Dataset, Mapping[str, Setting]]
"""A dataset of the catalogue, with the values of its parameters."""


def samples_of(
    catalog: Catalog, asked: TrainingRequest, settings: Settings
) -> tuple[Samples, Described, Origin | None]:
    """The samples of a request, its dataset as it was asked for, complete, and what they were drawn from, if they were.

    Raises: EngineError or Problem with the field that is wrong.
    """
    dataset = asked.dataset
    if isinstance(dataset, PastedDataset):
        return *_pasted(catalog, asked, dataset, settings), None
    if isinstance(dataset, OwnDataset):
        return *_own(catalog, asked, dataset, settings), None
    assert isinstance(dataset, NamedDataset)
    entry = catalog.dataset(dataset.name)
    values = complete(entry.definition, dataset.values, "dataset")
    n = int(entry.definition.n.default) if dataset.n is None else dataset.n
    split = dataset.split or FRACTIONS
    samples = Samples.drawn(
        entry.definition, n, values, dataset.seed, fractions=split, standardize=asked.standardize, field="dataset"
    )
    described = {"name": dataset.name, "n": n, **values, "seed": dataset.seed, "split": list(split)}
    return samples, described, (entry.definition, values)


def _own(catalog: Catalog, asked: TrainingRequest, given: OwnDataset, settings: Settings) -> tuple[Samples, Described]:
    parts = [part for part in (given, given.validation, given.test) if part is not None]
    if sum(len(part.x) for part in parts) > settings.max_samples:
        message = f"There are more than {settings.max_samples} samples, which is the limit."
        raise Problem(422, message, field="dataset.x", code="out_of_range")
    for name, row in (("x", given.x[0]), ("y", given.y[0])):
        if isinstance(row, list) and len(row) > settings.max_columns:
            message = f"A row of {name} has {len(row)} numbers; {settings.max_columns} is the limit."
            raise Problem(422, message, field=f"dataset.{name}", code="out_of_range")
    kind = _kind_of_likelihood(catalog, asked) or kind_of(given.y)
    if given.split is not None:
        seed, split = given.seed or 0, given.split
        samples = Samples.dealt(kind, given.x, given.y, seed, fractions=split, standardize=asked.standardize)
        return samples, {"name": None, "n": len(given.x), "seed": seed, "split": list(split)}
    held, tested = ((part.x, part.y) if part else None for part in (given.validation, given.test))
    samples = Samples.given(kind, given.x, given.y, validation=held, test=tested, standardize=asked.standardize)
    return samples, {"name": None}


def _pasted(
    catalog: Catalog, asked: TrainingRequest, given: PastedDataset, settings: Settings
) -> tuple[Samples, Described]:
    kind = given.kind or _kind_of_likelihood(catalog, asked)
    limits = {"most_rows": settings.max_samples, "most_columns": settings.max_columns}
    found = pasted.read(given.csv, kind, given.targets, **limits)
    split = given.split or FRACTIONS
    samples = Samples.dealt(found.kind, found.x, found.y, given.seed, fractions=split, standardize=asked.standardize)
    described = {"name": None, "csv": True, "kind": found.kind, "n": len(found.x), "targets": found.y.shape[1]}
    described |= {"columns": found.columns, "class_names": found.class_names}
    return samples, described | {"seed": given.seed, "split": list(split)}


def _kind_of_likelihood(catalog: Catalog, asked: TrainingRequest) -> Targets | None:
    """The kind of targets that the likelihood is for, where one was chosen."""
    return None if asked.likelihood is None else catalog.likelihood(asked.likelihood.name).definition.kind
