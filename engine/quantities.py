"""What is inside a step: the quantities that an update rule computes on its way, and the stages in which it is told.

Which side of the step a quantity is on: entry k of a record has phi, the gradient and the state *before* the step from
phi_k, and the internals of that step. What a state has become (written m') is entry k + 1 of the record.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.errors import DefinitionError
from engine.parameters import Choice, Declared, Parameter, Switch

Condition = Mapping[str, bool | str]
"""Positions of switches and choices, by name, that must all hold; an empty one always does."""


@dataclass(frozen=True)
class Quantity:
    """One vector of a step, a value per coordinate: its symbol, its meaning, its unit, its formula in LaTeX.

    `variants` are the formulas for other positions of the switches; the first whose condition holds counts. What stays
    about as small as `within` is drawn as bars from -within to within.
    """

    symbol: str
    help: str
    unit: str = ""
    formula: str = ""
    variants: tuple[tuple[Condition, str], ...] = ()
    within: float | None = None


@dataclass(frozen=True)
class StateQuantity(Quantity):
    """One vector that an optimiser carries from step to step, zero at first; its formula is that of its next value.

    Where it is a decaying average, `decay` names the hyperparameter that it is multiplied by at each step. What it
    takes in then has the weight 1 - decay, or 1 under the condition `undamped`.
    """

    decay: str | None = None
    undamped: Condition | None = None


@dataclass(frozen=True)
class Stage:
    """One part of a step as it is told: a title, a caption, and what is drawn at the current point.

    `arrows` are drawn tip to tail, `total` is what they add up to, and `box` has the root of a quantity as half its
    width. Braces of the caption are filled from the record: {beta}, {1-beta}, {1-beta^(t+1)}, {gradient} or another
    quantity of the step, {m'} for a state after it, {phi} and {phi'}. A stage is told where the condition `when` holds.
    """

    title: str
    caption: str
    arrows: tuple[str, ...] = ()
    total: str | None = None
    box: str | None = None
    when: Condition = field(default_factory=dict)

    def names(self) -> Iterator[str]:
        """The quantities that are drawn, and what the caption's braces name."""
        yield from self.arrows
        yield from (name for name in (self.total, self.box) if name is not None)
        for text in BRACES.findall(self.caption):
            found = COMPLEMENT.fullmatch(text)
            yield found.group(1) if found else text


@dataclass(frozen=True)
class SamePath:
    """A choice whose options take the same path if the learning rates are in proportion to `rates`.

    `rates` has a factor for each option: "1", or "1-beta" with the name of a hyperparameter.
    """

    choice: str
    rates: Mapping[str, str]


BRACES = re.compile(r"\{([^{}]*)\}")
COMPLEMENT = re.compile(r"1-([a-z_]+)(\^\(t\+1\))?")

GRADIENT = Quantity(
    symbol="g", help="The gradient that the step uses: the loss's.", unit="[loss]/[φ]", formula=r"\nabla L"
)
SEEN_GRADIENTS: Mapping[str, Quantity] = {
    "sum": replace(
        GRADIENT,
        help="The gradient that the step uses: its batch's, the sum over the samples in it.",
        formula=r"\sum_{i \in B_t} \nabla \ell_i",
    ),
    "mean": replace(
        GRADIENT,
        help="The gradient that the step uses: its batch's, the mean over the samples in it.",
        formula=r"\frac{1}{|B_t|} \sum_{i \in B_t} \nabla \ell_i",
    ),
    "noise": replace(
        GRADIENT,
        help="The gradient that the step uses: the loss's, and noise.",
        formula=r"\nabla L + \text{noise}",
    ),
}
"""What g is where a step sees a batch, by the reduction of the loss, or noise."""
MOVE = Quantity(
    symbol=r"\Delta\phi",
    help="The move: the next point minus this one.",
    unit="[φ]",
    formula=r"\phi^{(t+1)} - \phi^{(t)}",
)
GRADIENT_STAGE = Stage(
    "Gradient", "The gradient here is {gradient}; the arrow points against it, downhill.", arrows=("gradient",)
)
PLAIN_STAGES = (GRADIENT_STAGE, Stage("Move", "The step moves φ by {move}, to {phi'}.", arrows=("move",)))
"""What can be told of any rule."""


def check_inside(
    state: Mapping[str, StateQuantity],
    shown: Mapping[str, Quantity],
    stages: tuple[Stage, ...],
    same_path: SamePath | None,
    parameters: tuple[Declared, ...],
) -> None:
    """Raise DefinitionError unless all that is named is there."""
    declared = {parameter.name: parameter for parameter in parameters}
    vectors = {"gradient", "move", "phi", "phi'", *state, *shown, *(f"{name}'" for name in state)}
    numbers = {name for name, parameter in declared.items() if isinstance(parameter, Parameter)}
    for name, quantity in {**state, **shown}.items():
        if not (name.isidentifier() and isinstance(quantity, Quantity)):
            raise DefinitionError(f"quantity {name!r} must be a name with a Quantity")
        if name in {"phi", "t", "gradient", "move", *declared}:
            raise DefinitionError(f"quantity {name!r} has the name of something else")
        for condition, _ in quantity.variants:
            _check_condition(condition, declared)
    if both := state.keys() & shown.keys():
        raise DefinitionError(f"quantity {min(both)!r} is carried, so it is shown already")
    for quantity in state.values():
        if quantity.decay is not None and quantity.decay not in numbers:
            raise DefinitionError(f"a state decays by {quantity.decay!r}, which is no hyperparameter")
        _check_condition(quantity.undamped or {}, declared)
    for stage in stages:
        _check_condition(stage.when, declared)
        if missing := set(stage.names()) - vectors - numbers:
            raise DefinitionError(f"stage {stage.title!r} names {min(missing)!r}, which is neither shown nor declared")
    if same_path is not None:
        _check_same_path(same_path, declared, numbers)


def _check_condition(condition: Condition, declared: Mapping[str, Any]) -> None:
    for name, value in condition.items():
        parameter = declared.get(name)
        values = parameter.options if isinstance(parameter, Choice) else (True, False)
        if not isinstance(parameter, (Choice, Switch)) or value not in values:
            raise DefinitionError(f"condition: {name} = {value!r} is no position of a switch or choice")


def _check_same_path(same_path: SamePath, declared: Mapping[str, Any], numbers: set[str]) -> None:
    choice = declared.get(same_path.choice)
    if not isinstance(choice, Choice) or set(choice.options) != set(same_path.rates):
        raise DefinitionError(f"same_path: {same_path.choice!r} must be a choice, with a rate for each option")
    for rate in same_path.rates.values():
        found = COMPLEMENT.fullmatch(rate)
        if rate != "1" and (found is None or found.group(2) or found.group(1) not in numbers):
            raise DefinitionError(f'same_path: a rate is "1" or "1-beta" with a hyperparameter, not {rate!r}')
