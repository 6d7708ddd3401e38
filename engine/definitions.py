"""What a definition of a surface, an optimiser or a schedule declares; networks' are in network_definitions
and likelihood_definitions.

Each is one file that holds `definition = Surface(...)`, `DataSurface(...)`, `Optimizer(...)` or `Schedule(...)`; its
key is the file's name, its docstring the text of the page. What is declared is checked here as the file is read;
whether it is true (a minimum has zero gradient, a step is pure) is checked by the contract tests, for every definition
alike.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import isfinite
from typing import Any, ClassVar, Literal, Protocol, get_args

from engine.declarations import check_names, check_signature, check_texts
from engine.deviations import Deviation, check_deviations
from engine.errors import DefinitionError
from engine.parameters import Declared, Declares, Parameter, Setting
from engine.pytorch import TorchCall
from engine.quantities import MOVE, PLAIN_STAGES, Quantity, SamePath, Stage, StateQuantity, check_inside

Range = tuple[float, float]
Array = Any  # in the text of a definition: a float, an array or a traced value
State = Any  # the state so far: `state.m`
Settings = Any  # the values of the declared parameters: `h.learning_rate`
Step = tuple[Array, dict[str, Array]]  # the new phi, and the new state and what is shown by name
SUM_OVER_DATA = r"\sum_i"
Kind = Literal["minimum", "maximum", "saddle", "degenerate", "minimum_nonsmooth"]


@dataclass(frozen=True)
class CriticalPoint:
    """A point of zero gradient, typed by the eigenvalues of the Hessian there.

    "degenerate" has a zero eigenvalue; "minimum_nonsmooth" is a minimum at which no gradient exists.
    """

    kind: Kind
    x: float
    y: float
    loss: float

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise DefinitionError(f"critical point: kind {self.kind!r} is none of {', '.join(get_args(Kind))}")
        if not all(isfinite(value) for value in (self.x, self.y, self.loss)):
            raise DefinitionError("critical point: x, y and loss must be finite")


@dataclass(frozen=True)
class Surface(Declares):
    """An analytic loss surface: `loss(x, y, *, b)` in plain NumPy.

    The text runs on floats, on arrays and under tracing, so it uses NumPy functions and arithmetic alone. Each
    declared parameter is a keyword of `loss` and an input of its program: moving it compiles nothing.
    `critical_points` are known ones within the domain, for all values of the parameters; where there are too many,
    the lowest. `suggested_learning_rate` suits plain gradient descent from the start: about 1 / (largest curvature
    on the way).
    """

    label: str
    loss: Callable[..., Any]
    domain: tuple[Range, Range]
    start: tuple[float, float]
    critical_points: tuple[CriticalPoint, ...]
    teaches: str
    latex: str
    order: int
    parameters: tuple[Parameter, ...] = ()
    suggested_learning_rate: float = 0.01
    symbols: tuple[str, str] = ("x", "y")
    deviations: tuple[Deviation, ...] = ()

    kind: ClassVar[str] = "analytic"

    def __post_init__(self) -> None:
        _check_surface(self)
        check_signature(self.loss, "loss", ("x", "y"), self.parameters)


@dataclass(frozen=True)
class DataSurface(Declares):
    """A surface that is a model's loss on visible data.

    `predict(u, x, y)` is the model's output at the inputs u for the parameters phi = (x, y); the loss is the sum
    (or the mean, if asked) of `sample_loss(prediction, target)` over the data. `data_x`, `data_y` are the default
    data; the critical points are those of the sum over them.

    Where the prediction is not what one looks at, such as a logit, `response(prediction)` is: its probability.
    `classes` are the names of class 0 and class 1 where the targets tell a class, and so must be 0 or 1.
    `latex` is the loss with the sum over the data, written as \\sum_i.
    """

    label: str
    predict: Callable[..., Any]
    sample_loss: Callable[[Any, Any], Any]
    data_x: tuple[float, ...]
    data_y: tuple[float, ...]
    domain: tuple[Range, Range]
    start: tuple[float, float]
    critical_points: tuple[CriticalPoint, ...]
    teaches: str
    latex: str
    order: int
    parameters: tuple[Parameter, ...] = ()
    suggested_learning_rate: float = 0.01
    symbols: tuple[str, str] = (r"\phi_0", r"\phi_1")
    input_label: str = "x"
    target_label: str = "y"
    response: Callable[[Any], Any] | None = None
    classes: tuple[str, str] | None = None
    deviations: tuple[Deviation, ...] = ()

    kind: ClassVar[str] = "data"

    def __post_init__(self) -> None:
        _check_surface(self)
        check_signature(self.predict, "predict", ("u", "x", "y"), self.parameters)
        check_signature(self.sample_loss, "sample_loss", ("prediction", "target"), ())
        if not self.data_x or len(self.data_x) != len(self.data_y):
            raise DefinitionError(
                f"data: {len(self.data_x)} inputs and {len(self.data_y)} targets; there must be as many, at least one"
            )
        if not all(isfinite(value) for value in self.data_x + self.data_y):
            raise DefinitionError("data: all inputs and targets must be finite")
        if SUM_OVER_DATA not in self.latex:
            raise DefinitionError(f"latex: the sum over the data must be written as {SUM_OVER_DATA}")
        if self.response is not None:
            check_signature(self.response, "response", ("prediction",), ())
        if self.classes is not None and len(self.classes) != 2:
            raise DefinitionError("classes: there must be two names")
        if (strange := self.strange_target(self.data_y)) is not None:
            raise DefinitionError(f"data: the target {strange} is neither class 0 nor class 1")

    @property
    def latex_of_mean(self) -> str:
        """The mean over the data in place of the sum."""
        return self.latex.replace(SUM_OVER_DATA, r"\frac{1}{n}" + SUM_OVER_DATA, 1)

    def strange_target(self, targets: Iterable[float]) -> float | None:
        """The first target that is neither class; None if there is none, or if targets may be any numbers."""
        return next((target for target in targets if target not in (0, 1)), None) if self.classes else None


AnySurface = Surface | DataSurface


class Loss(Protocol):
    """What an update rule may ask of the loss, at any point."""

    def gradient(self, phi: Array) -> Array: ...

    def hessian(self, phi: Array) -> Array: ...


@dataclass(frozen=True)
class Optimizer(Declares):
    """An update rule: a pure step in plain NumPy.

    `step(phi, loss, state, h, t)` returns the new phi and a mapping of the new state, and beside it of the quantities
    `shown`, which are not carried and cost nothing until somebody looks inside. phi is (2,), `loss.gradient(phi)` may
    be taken at any point, `state.m` is the state so far, `h.learning_rate` a number, `h.nesterov` and other switches
    and choices plain Python values, and t counts from 0. `stability(h)` bounds learning rate x largest curvature on a
    quadratic: above it the method diverges. None where no closed form is known. `relative_learning_rate` is the
    learning rate that suits it, in terms of plain gradient descent's: the page multiplies a surface's suggestion by
    it. `stages` tell a step part by part, `same_path` which settings are the same rule in other words,
    `torch` which optimiser of PyTorch takes the same path, if one does. A rule `of_batches` is offered where there are
    data.
    """

    label: str
    step: Callable[[Array, Any, State, Settings, Array], Step]
    state: Mapping[str, StateQuantity]
    parameters: tuple[Declared, ...]
    year: int
    latex: tuple[str, ...]
    stability: Callable[[Settings], float] | None = None
    relative_learning_rate: float = 1.0
    shown: Mapping[str, Quantity] = field(default_factory=dict)
    stages: tuple[Stage, ...] = PLAIN_STAGES
    same_path: SamePath | None = None
    deviations: tuple[Deviation, ...] = ()
    torch: Callable[[Settings], TorchCall | None] | None = None
    of_batches: bool = False

    needs_learning_rate: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_texts(self.label, *self.latex)
        check_names(self.parameters)
        check_signature(self.step, "step", ("phi", "loss", "state", "h", "t"), ())
        for name, quantity in self.state.items():
            if not isinstance(quantity, StateQuantity):
                raise DefinitionError(f"state {name!r} must be a name with a StateQuantity")
        check_inside(self.state, self.shown, self.stages, self.same_path, self.parameters)
        if self.needs_learning_rate and "learning_rate" not in self.declared:
            raise DefinitionError("an optimiser must declare the parameter learning_rate")
        check_deviations(self.deviations, self.declared)

    def asked(self, values: Mapping[str, Setting]) -> dict[str, Any]:
        """The values of the hyperparameters as requests give them."""
        return dict(values)

    @cached_property
    def state_names(self) -> tuple[str, ...]:
        """The quantities that the state carries, in the order of their declaration."""
        return tuple(self.state)

    @property
    def internals(self) -> dict[str, Quantity]:
        """What a look inside a step shows, by name: the declared quantities, and the move of any rule."""
        return {**self.shown, "move": MOVE}


@dataclass(frozen=True)
class Schedule(Declares):
    """A learning-rate schedule: `rate(learning_rate, t, *, factor)` in plain NumPy.

    The rate of step t, which counts from 0; never below 0. The text runs on floats, on arrays and under tracing. Each
    declared parameter is a keyword of `rate` and an input of its program.
    """

    label: str
    rate: Callable[..., Any]
    latex: str
    order: int
    parameters: tuple[Parameter, ...] = ()

    def __post_init__(self) -> None:
        check_texts(self.label, self.latex)
        check_names(self.parameters)
        if not all(isinstance(parameter, Parameter) for parameter in self.parameters):
            raise DefinitionError("a schedule's parameters must be numbers (Parameter)")
        if "name" in self.declared:
            raise DefinitionError("a schedule's parameter cannot be called name")
        check_signature(self.rate, "rate", ("learning_rate", "t"), self.parameters)


def _check_surface(surface: AnySurface) -> None:
    check_texts(surface.label, surface.teaches, surface.latex)
    check_names(surface.parameters)
    check_deviations(surface.deviations, surface.declared)
    if not all(isinstance(parameter, Parameter) for parameter in surface.parameters):
        raise DefinitionError("a surface's parameters must be numbers (Parameter)")
    for axis, (low, high) in zip("xy", surface.domain, strict=True):
        if not (isfinite(low) and isfinite(high) and low < high):
            raise DefinitionError(f"domain: {axis} from {low} to {high} is not a range")
    if not _inside(surface.domain, *surface.start):
        raise DefinitionError(f"start {surface.start} is outside the domain")
    for point in surface.critical_points:
        if not _inside(surface.domain, point.x, point.y):
            raise DefinitionError(f"critical point ({point.x}, {point.y}) is outside the domain")
    if not 0 < surface.suggested_learning_rate < float("inf"):
        raise DefinitionError(f"suggested_learning_rate {surface.suggested_learning_rate} must be positive")


def _inside(domain: tuple[Range, Range], x: float, y: float) -> bool:
    (x_low, x_high), (y_low, y_high) = domain
    return x_low <= x <= x_high and y_low <= y <= y_high
