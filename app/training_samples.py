"""The data of a request for training: drawn from a dataset of the catalogue, or of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.errors import Problem
from app.settings import Settings
from app.training_schemas import NamedDataset, OwnDataset, TrainingRequest
from engine.catalog import Catalog, Dataset, Setting, complete
from engine.samples import FRACTIONS, Samples
from engine.tables import kind_of

Described = dict[str, Any]
Origin = tuple[Dataset, Mapping[str, Setting]]
"""The dataset that samples were drawn from, with the values of its parameters."""


def samples_of(
    catalog: Catalog, asked: TrainingRequest, settings: Settings
) -> tuple[Samples, Described, Origin | None]:
    """The samples, what was asked for, complete, and where they were drawn from.

    Raises: EngineError or Problem with the field that is wrong.
    """
    dataset = asked.dataset
    if isinstance(dataset, OwnDataset):
        return _own(catalog, asked, dataset, settings), {"name": None}, None
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


def _own(catalog: Catalog, asked: TrainingRequest, given: OwnDataset, settings: Settings) -> Samples:
    parts = [part for part in (given, given.validation, given.test) if part is not None]
    if sum(len(part.x) for part in parts) > settings.max_samples:
        message = f"There are more than {settings.max_samples} samples, which is the limit."
        raise Problem(422, message, field="dataset.x", code="out_of_range")
    for name, row in (("x", given.x[0]), ("y", given.y[0])):
        if isinstance(row, list) and len(row) > settings.max_columns:
            message = f"A row of {name} has {len(row)} numbers; {settings.max_columns} is the limit."
            raise Problem(422, message, field=f"dataset.{name}", code="out_of_range")
    chosen = None if asked.likelihood is None else catalog.likelihood(asked.likelihood.name)
    kind = kind_of(given.y) if chosen is None else chosen.definition.kind
    held, tested = ((part.x, part.y) if part else None for part in (given.validation, given.test))
    return Samples.given(kind, given.x, given.y, validation=held, test=tested, standardize=asked.standardize)
