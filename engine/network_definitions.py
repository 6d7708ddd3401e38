"""What a definition declares that a network is made of or trained on: data, activation, initialiser.

Datasets and initialisers are drawn with a row a sample (n, D), as data are written down. What is declared is checked
here as the file is read; whether it is true (draws repeat, weights have the variance that is claimed) is checked by the
contract tests, for all alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from engine.declarations import check_names, check_signature, check_texts
from engine.errors import DefinitionError
from engine.parameters import Declared, Declares, Parameter, Setting

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


def check_declared(definition: Declares) -> None:
    """Raise DefinitionError where names of parameters are none, stand twice, or are those that a request has."""
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
        check_declared(self)
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
        check_declared(self)
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
        check_declared(self)
        check_signature(self.weights, "weights", ("normal", "fan_in", "fan_out"), self.parameters)
        check_signature(self.variance, "variance", ("fan_in", "fan_out"), self.parameters)
        if self.bias is not None and not isinstance(self.declared.get(self.bias), Parameter):
            raise DefinitionError(f"bias {self.bias!r} is no parameter that is a number")

    def start_of_biases(self, values: Mapping[str, Setting]) -> float:
        """Where each bias begins."""
        return 0.0 if self.bias is None else float(values[self.bias])
