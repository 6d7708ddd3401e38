"""Samples: the data that a network is trained, validated and tested on, as the model sees them and as they were given.

A dataset of the catalogue is drawn from the stream DATA of its seed and dealt out by the stream SPLIT of the same seed;
data of one's own come in parts, or in one table that is dealt out alike. Standardised, each input column, and each
column of real targets, is (value − mean)/deviation, with the mean and the standard deviation (divisor n) of the
training part, for all parts. A column that is constant there is only shifted: its deviation is taken to be 1.

Tables have a row a sample (n, D), and what the model sees has a column a sample (D, n).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.catalog import Dataset, Likelihood, Prediction, Setting
from engine.data.standardization import Scale
from engine.data.tables import Array, class_count, column_of_classes, table
from engine.errors import OutOfRange
from engine.network_definitions import Targets
from engine.randomness import DATA, SPLIT, Stream

FRACTIONS = (0.6, 0.2, 0.2)
"""Shares of the training, the validation and the test part, where nothing else is asked for."""
PARTS = ("training", "validation", "test")


@dataclass(frozen=True, eq=False)
class Part:
    """Samples as they were given: x (n, D_in); y (n, D + 1), or (n, D) without a class, which stands last."""

    x: Array
    y: Array

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Samples:
    """Parts of data of one kind: D_in `inputs`, `targets` real targets and `classes` classes.

    A part that there is not is None; the training part is never empty.
    """

    kind: Targets
    inputs: int
    targets: int
    classes: int
    training: Part
    validation: Part | None
    test: Part | None
    standardized: bool
    input_scale: Scale
    target_scale: Scale

    @property
    def parts(self) -> dict[str, Part]:
        """The parts that there are, by their names."""
        named = zip(PARTS, (self.training, self.validation, self.test), strict=True)
        return {name: part for name, part in named if part is not None}

    @classmethod
    def drawn(
        cls,
        dataset: Dataset,
        n: int,
        values: Mapping[str, Setting],
        seed: int,
        *,
        fractions: Sequence[float] = FRACTIONS,
        standardize: bool = False,
        field: str = "dataset",
    ) -> Samples:
        """`n` samples of a dataset of the catalogue, for complete values of its parameters.

        Raises OutOfRange where n is not allowed, or the fractions leave no training sample.
        """
        n = int(dataset.n.accept(n, f"{field}.n"))
        x, y = dataset.draw(Stream(DATA, seed), n, **values)
        classes = dataset.class_count(values)
        whole = Part(x, y.reshape(n, -1))
        return cls._of(dataset.kind, classes, dealt(whole, seed, fractions, field), standardize)

    @classmethod
    def given(
        cls,
        kind: Targets,
        x: Sequence[Any] | Array,
        y: Sequence[Any] | Array,
        *,
        validation: tuple[Sequence[Any], Sequence[Any]] | None = None,
        test: tuple[Sequence[Any], Sequence[Any]] | None = None,
        standardize: bool = False,
        field: str = "dataset",
    ) -> Samples:
        """Data of one's own, in parts: rows of numbers, or numbers where there is one a sample.

        Raises OutOfRange with the row that is ragged, not finite, or of no class, or where a part is empty.
        """
        training = _part(x, y, field)
        parts = [training]
        others = zip(PARTS[1:], (validation, test), strict=True)
        held = {name: _part(*rows, f"{field}.{name}", training) for name, rows in others if rows is not None}
        parts += held.values()
        fields = [field, *(f"{field}.{name}" for name in held)]
        _check_columns(kind, training.y.shape[1], f"{field}.y")
        classes = 0
        if kind != "regression":
            told = zip(parts, fields, strict=True)
            classes = class_count([column_of_classes(part.y, f"{where}.y") for part, where in told])
        return cls._of(kind, classes, (training, held.get("validation"), held.get("test")), standardize)

    @classmethod
    def dealt(
        cls,
        kind: Targets,
        x: Sequence[Any] | Array,
        y: Sequence[Any] | Array,
        seed: int,
        *,
        fractions: Sequence[float] = FRACTIONS,
        standardize: bool = False,
        field: str = "dataset",
    ) -> Samples:
        """Data of one's own in one table, dealt out to the parts by a seed.

        Raises OutOfRange as `given` does, or where the fractions leave no training sample.
        """
        whole = cls.given(kind, x, y, field=field)
        parts = dealt(whole.training, seed, fractions, field)
        return cls._of(kind, whole.classes, parts, standardize)

    @classmethod
    def _of(
        cls, kind: Targets, classes: int, parts: tuple[Part, Part | None, Part | None], standardize: bool
    ) -> Samples:
        training = parts[0]
        targets = training.y.shape[1] - (kind != "regression")
        real = training.y[:, :targets]
        scales = [Scale.of(rows) if standardize else Scale.none(rows.shape[1]) for rows in (training.x, real)]
        return cls(kind, training.x.shape[1], targets, classes, *parts, standardize, *scales)

    def x_of(self, rows: Array) -> Array:
        """What the network sees of inputs (n, D_in): (D_in, n)."""
        return np.ascontiguousarray(self.input_scale.forward(rows).T)

    def y_of(self, rows: Array, likelihood: Likelihood) -> Array:
        """Targets of a part as the loss takes them (rows, n): real ones, then the class, one-hot or as its number.

        Raises OutOfRange where the likelihood does not fit.
        """
        self.check(likelihood)
        real = self.target_scale.forward(rows[:, : self.targets]).T
        if not self.classes:
            return np.ascontiguousarray(real)
        number = rows[:, -1]
        classes = number[None] if likelihood.binary else np.arange(self.classes)[:, None] == number
        return np.concatenate([real, classes.astype(np.float64)])

    def seen(self, part: Part, likelihood: Likelihood) -> tuple[Array, Array]:
        """A part as a model sees it: x (D_in, n) and y (rows, n).

        Raises OutOfRange where the likelihood does not fit.
        """
        return self.x_of(part.x), self.y_of(part.y, likelihood)

    def fits(self, likelihood: Likelihood) -> bool:
        """Whether the likelihood is one of targets like these."""
        return likelihood.kind == self.kind and (not likelihood.binary or self.classes == 2)

    def check(self, likelihood: Likelihood, field: str = "likelihood.name") -> None:
        """Raise OutOfRange unless the likelihood fits."""
        if self.fits(likelihood):
            return
        if likelihood.kind != self.kind:
            message = f"{likelihood.label} is a likelihood for {likelihood.kind}; these data are for {self.kind}"
            raise OutOfRange(message, field=field)
        message = f"{likelihood.label} is a likelihood for 2 classes; these data have {self.classes}"
        raise OutOfRange(message, field=field)

    def restored(self, prediction: Prediction) -> Prediction:
        """A prediction in the units that the targets came in."""
        mode, mean = (self.y_back(rows) for rows in (prediction.mode, prediction.mean))
        sigma = prediction.standard_deviation
        if sigma is not None:
            sigma = self.target_scale.back_deviation(sigma)
        return replace(prediction, mode=mode, mean=mean, standard_deviation=sigma)

    def y_back(self, rows: Array) -> Array:
        """Rows of a prediction, or drawn from it, with the real ones, which come first, in their units."""
        return np.concatenate([self.target_scale.back(rows[: self.targets]), rows[self.targets :]])


def dealt(
    whole: Part, seed: int, fractions: Sequence[float], field: str = "dataset"
) -> tuple[Part, Part | None, Part | None]:
    """Training, validation and test part of a whole; `fractions` are their shares, the seed decides who is in which.

    The last two have their share rounded to whole samples, and the first has the rest, each in the order of the whole.
    Raises OutOfRange where the shares are none, or leave no sample for training.
    """
    shares = np.asarray(fractions, dtype=np.float64)
    if shares.shape != (3,) or not (np.isfinite(shares).all() and (shares >= 0).all() and abs(shares.sum() - 1) < 1e-6):
        message = "split must be the shares of training, validation and test, which add up to 1"
        raise OutOfRange(message, field=f"{field}.split")
    n = len(whole)
    held, tested = (round(n * float(share)) for share in shares[1:])
    first = n - held - tested
    if first < 1:
        raise OutOfRange(f"of {n} samples none is left for training", field=f"{field}.split")
    order = Stream(SPLIT, seed).order(n)
    places: list[NDArray[np.int64]] = [np.sort(rows) for rows in np.split(order, [first, first + held])]
    training, *others = (Part(whole.x[rows], whole.y[rows]) for rows in places)
    validation, test = (part if len(part) else None for part in others)
    return training, validation, test


def _part(x: Sequence[Any] | Array, y: Sequence[Any] | Array, field: str, like: Part | None = None) -> Part:
    """Rows of data as a part, with as many columns as another one."""
    part = Part(table(x, f"{field}.x"), table(y, f"{field}.y"))
    if len(part.y) != len(part.x):
        message = f"x has {len(part.x)} rows and y has {len(part.y)}; there must be as many"
        raise OutOfRange(message, field=f"{field}.y")
    for name in ("x", "y"):
        columns = getattr(part, name).shape[1]
        if like is not None and columns != (expected := getattr(like, name).shape[1]):
            message = f"rows of {name} have {columns} numbers here and {expected} in the training part"
            raise OutOfRange(message, field=f"{field}.{name}")
    return part


def _check_columns(kind: Targets, columns: int, field: str) -> None:
    if kind == "classification" and columns > 1:
        raise OutOfRange(f"y has {columns} columns; a class is a single number", field=field)
    if kind == "combined" and columns < 2:
        raise OutOfRange("y has one column; real targets and a class need two or more", field=field)
