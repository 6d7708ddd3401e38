"""What a definition declares that a network is made of or trained on: data, activation, initialiser, likelihood.

Datasets and initialisers are drawn with a row a sample (n, D), as data are written down. Likelihoods work on columns
(D, n), as networks do. What is declared is checked here as the file is read; whether it is true (draws repeat, a
density sums to one, weights have the variance that is claimed) is checked by the contract tests, for all alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.declarations import check_names, check_signature, check_texts
from engine.errors import DefinitionError
from engine.parameters import Declared, Declares, Parameter, Setting
from engine.randomness import Stream

Numbers = NDArray[np.float64]
Targets = Literal["classification", "regression", "combined"]
SAMPLES = Parameter(
    name="n",
    default=200.0,
    low=2.0,
    high=10_000.0,
    scale="log",
    symbol="n",
    unit="1",
    help="Samples, all parts together.",
    integer=True,
    slider_low=10.0,
    slider_high=1000.0,
)
"""How many samples a dataset draws, unless it says otherwise."""
TAKEN = {"name", "n", "seed", "split"}
"""Names that a request has beside a definition's parameters."""


def _check_declared(definition: Declares) -> None:
    check_names(definition.parameters)
    for name in sorted(TAKEN & set(definition.declared)):
        raise DefinitionError(f"a parameter cannot be called {name}")


def noise_parameter(
    *, default: float, slider_high: float, high: float = 10.0, to: str = "each coordinate", help: str = ""
) -> Parameter:
    """The noise of a dataset: a standard deviation, of what is added `to` its samples if the help says nothing else."""
    return Parameter(
        name="noise",
        default=default,
        low=0.0,
        high=high,
        scale="linear",
        symbol=r"\sigma",
        unit="1",
        help=help or f"Standard deviation of what is added to {to}.",
        slider_high=slider_high,
    )


@dataclass(frozen=True)
class Dataset(Declares):
    """Samples that a seed decides: `draw(stream, n, *, noise)` returns x (n, `inputs`) and y.

    y is class numbers (n,) for "classification", `targets` real numbers (n, `targets`) for "regression", and both for
    "combined": (n, `targets` + 1) with the class last. `classes` is their number, or the name of the parameter that
    tells it. Every dataset declares `noise`, in units of its axes: what it multiplies is drawn alike for each value of
    it, so that a slider moves the points and draws no others. Where there is a truth, `mean` and `standard_deviation`
    tell it for inputs (n, `inputs`): (n, `targets`), from the same keywords.
    """

    label: str
    kind: Targets
    draw: Callable[..., tuple[Numbers, Numbers]]
    teaches: str
    latex: str
    order: int
    parameters: tuple[Parameter, ...]
    inputs: int = 2
    targets: int = 0
    classes: int | str = 0
    n: Parameter = SAMPLES
    mean: Callable[..., Any] | None = None
    standard_deviation: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        check_texts(self.label, self.teaches, self.latex)
        _check_declared(self)
        if self.kind not in get_args(Targets):
            raise DefinitionError(f"kind {self.kind!r} is none of {', '.join(get_args(Targets))}")
        if not all(isinstance(parameter, Parameter) for parameter in self.parameters):
            raise DefinitionError("a dataset's parameters must be numbers (Parameter)")
        if "noise" not in self.declared:
            raise DefinitionError("a dataset must declare the parameter noise")
        check_signature(self.draw, "draw", ("stream", "n"), self.parameters)
        if self.inputs < 1 or (self.targets > 0) == (self.kind == "classification"):
            raise DefinitionError("there must be inputs, and targets exactly where some are real numbers")
        self._check_classes()
        for name in ("mean", "standard_deviation"):
            if getattr(self, name) is not None:
                check_signature(getattr(self, name), name, ("x",), self.parameters)

    def _check_classes(self) -> None:
        fewest: float = self.classes if isinstance(self.classes, int) else 0
        told = self.declared.get(str(self.classes))
        if isinstance(told, Parameter) and told.integer:
            fewest = told.low
        if fewest < 2 if self.kind != "regression" else self.classes != 0:
            raise DefinitionError("classes must be 2 or more, or an integer parameter from 2 on; 0 in regression")

    def truth(self, x: Numbers, values: Mapping[str, Setting]) -> tuple[Numbers | None, Numbers | None]:
        """The mean and the standard deviation (n, `targets`) of the targets at inputs x (n, `inputs`), if declared."""
        told = (
            None if function is None else function(x, **values) for function in (self.mean, self.standard_deviation)
        )
        mean, deviation = told
        return mean, deviation

    def class_count(self, values: Mapping[str, Setting]) -> int:
        """How many classes there are for these values of the parameters."""
        return int(values[self.classes]) if isinstance(self.classes, str) else self.classes


@dataclass(frozen=True)
class Activation(Declares):
    """An activation: `function(z, *, slope)`, elementwise, in plain NumPy that also runs under tracing.

    `torch` is the module of PyTorch that computes the same, such as "nn.LeakyReLU({slope})", if one does.
    """

    label: str
    function: Callable[..., Any]
    latex: str
    order: int
    parameters: tuple[Parameter, ...] = ()
    torch: str = ""

    def __post_init__(self) -> None:
        check_texts(self.label, self.latex)
        _check_declared(self)
        if not all(isinstance(parameter, Parameter) for parameter in self.parameters):
            raise DefinitionError("an activation's parameters must be numbers (Parameter)")
        check_signature(self.function, "function", ("z",), self.parameters)


@dataclass(frozen=True)
class Initializer(Declares):
    """How the weights of a layer begin: `weights(normal, fan_in, fan_out, *, variance)` (fan_in, fan_out).

    `normal` (fan_in, fan_out) are numbers drawn with mean 0 and variance 1; `variance(fan_in, fan_out, *, variance)`
    is what the variance of the weights is then. Biases begin at 0, or at the value of the parameter `bias` names.
    """

    label: str
    weights: Callable[..., Any]
    variance: Callable[..., float]
    latex: str
    order: int
    parameters: tuple[Declared, ...] = ()
    bias: str | None = None

    def __post_init__(self) -> None:
        check_texts(self.label, self.latex)
        _check_declared(self)
        check_signature(self.weights, "weights", ("normal", "fan_in", "fan_out"), self.parameters)
        check_signature(self.variance, "variance", ("fan_in", "fan_out"), self.parameters)
        if self.bias is not None and not isinstance(self.declared.get(self.bias), Parameter):
            raise DefinitionError(f"bias {self.bias!r} is no parameter that is a number")

    def start_of_biases(self, values: Mapping[str, Setting]) -> float:
        """Where each bias begins."""
        return 0.0 if self.bias is None else float(values[self.bias])


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
    then the class, one-hot, or 0 or 1 where the likelihood is `binary`. It also runs under tracing, as does no other of
    the functions. `predict(f, h, learnt)` is a Prediction; `sample(f, h, learnt, stream)` draws targets, with the rows
    of its mode. h are the values of the parameters, with `h.targets` and `h.classes` (see `settings`); `learnt` holds
    what is learnt by name.
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

    def __post_init__(self) -> None:
        check_texts(self.label, self.latex)
        _check_declared(self)
        if self.kind not in get_args(Targets):
            raise DefinitionError(f"kind {self.kind!r} is none of {', '.join(get_args(Targets))}")
        check_signature(self.outputs, "outputs", ("targets", "classes"), ())
        check_signature(self.loss, "loss", ("f", "y", "h", "learnt"), ())
        check_signature(self.predict, "predict", ("f", "h", "learnt"), ())
        check_signature(self.sample, "sample", ("f", "h", "learnt", "stream"), ())
        if self.torch is not None:
            check_signature(self.torch, "torch", ("h",), ())
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
