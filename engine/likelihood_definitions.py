"""What a likelihood declares: the density of the targets, whose parameters a network's outputs are.

Likelihoods work on columns (D, n), as networks do. What is declared is checked here as the file is read; whether it is
true (a density sums to one, what is predicted is its mean) is checked by the contract tests, for all alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, get_args

import numpy as np

from engine.declarations import check_signature, check_texts
from engine.errors import DefinitionError
from engine.network_definitions import Numbers, Targets, check_declared
from engine.parameters import Declared, Declares, Setting
from engine.randomness import Stream


@dataclass(frozen=True)
class Learnt:
    """Numbers that a likelihood learns with the network's: their shape for so many real targets, where they begin."""

    symbol: str
    help: str
    shape: Callable[[int], tuple[int, int]]
    start: float = 0.0

    def __post_init__(self) -> None:
        if not (self.symbol and self.help and callable(self.shape) and np.isfinite(self.start)):
            raise DefinitionError("what is learnt has a symbol, help, a shape rule and a finite start")


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a density predicts for n inputs: the lecture's most probable value and mean, and how sure it is.

    `mode` has the targets' rows as a dataset gives them: real ones, then the number of the class. `mean` is the mean of
    the targets as the loss takes them: of a class it is the probabilities. `standard_deviation` (D, n) is of the real
    targets, `probabilities` (classes, n) of the classes.
    """

    mode: Numbers
    mean: Numbers
    standard_deviation: Numbers | None = None
    probabilities: Numbers | None = None


@dataclass(frozen=True)
class Likelihood(Declares):
    """The density of the targets, whose parameters a network's outputs f are, in plain NumPy.

    `outputs(targets, classes)` is how many outputs that takes, for so many real targets and classes. `loss(f, y, h,
    learnt)` is the negative log-likelihood (n,) of each sample, for f (outputs, n) and y (rows, n): real targets first,
    then the class, one-hot, or 0 or 1 where the likelihood is `binary`. It also runs under tracing, as `predict` and
    `sample` do not. `parts(f, y, h, learnt)`, if there are any, is the loss of each target apart (targets, n), behind
    the real ones that of the class: independent targets, whose losses add up to `loss`. `predict(f, h, learnt)` is a
    Prediction; `sample(f, h, learnt, stream)` draws targets, with the rows of its mode. h are the values of the
    parameters, with `h.targets` and `h.classes` (see `settings`); `learnt` holds what is learnt by name.
    `torch(h)`, if there is one, is the loss in PyTorch's words: a text that returns it (n,) for
    tensors f (n, outputs) and y (n, targets), real ones and then the number of the class, and what is learnt by name.
    `relation`, if there is one, is a sentence on what its loss is to another likelihood's.
    """

    label: str
    kind: Targets
    outputs: Callable[[int, int], int]
    loss: Callable[[Any, Any, Any, Any], Any]
    predict: Callable[[Numbers, Any, Any], Prediction]
    sample: Callable[[Numbers, Any, Any, Stream], Numbers]
    latex: str
    order: int
    parameters: tuple[Declared, ...] = ()
    learnt: Mapping[str, Learnt] = field(default_factory=dict, hash=False)
    binary: bool = False
    torch: Callable[[Any], str] | None = None
    relation: str = ""
    parts: Callable[[Any, Any, Any, Any], Any] | None = None

    def __post_init__(self) -> None:
        check_texts(self.label, self.latex)
        check_declared(self)
        if self.kind not in get_args(Targets):
            raise DefinitionError(f"kind {self.kind!r} is none of {', '.join(get_args(Targets))}")
        check_signature(self.outputs, "outputs", ("targets", "classes"), ())
        check_signature(self.loss, "loss", ("f", "y", "h", "learnt"), ())
        check_signature(self.predict, "predict", ("f", "h", "learnt"), ())
        check_signature(self.sample, "sample", ("f", "h", "learnt", "stream"), ())
        if self.torch is not None:
            check_signature(self.torch, "torch", ("h",), ())
        if self.parts is not None:
            check_signature(self.parts, "parts", ("f", "y", "h", "learnt"), ())
        for name, quantity in self.learnt.items():
            if not name.isidentifier() or not isinstance(quantity, Learnt):
                raise DefinitionError(f"learnt {name!r} must be a name with a Learnt")
        for name in sorted({"targets", "classes"} & set(self.declared)):
            raise DefinitionError(f"a parameter cannot be called {name}")

    def settings(self, values: Mapping[str, Setting], targets: int, classes: int) -> SimpleNamespace:
        """h: the complete values of the parameters, how many targets are real numbers, and how many classes are."""
        return SimpleNamespace(**values, targets=targets, classes=classes)

    def rows(self, targets: int, classes: int) -> int:
        """How many rows the targets y of the loss have."""
        return targets + (1 if self.binary else classes)
