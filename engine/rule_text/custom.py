"""A typed rule as an optimiser: its text is the step, what it reads are its hyperparameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from engine.catalog import (
    TYPED,
    Array,
    Loss,
    Optimizer,
    OptimizerEntry,
    Parameter,
    Setting,
    Settings,
    State,
    StateQuantity,
    Step,
    load_catalog,
)
from engine.program.operations import OPERATIONS
from engine.program.program import Program
from engine.program.tracing import Traced
from engine.rule_text.reading import parse_rule
from engine.rule_text.typesetting import symbol, typeset

CUSTOM = TYPED
"""The name of the optimiser that brings its rule as a text; no file of the catalogue has it."""
SUMMARY = "An update rule of your own, run by the same machine as all others."
EXAMPLE = "m = beta*m + (1 - beta)*g\nphi = phi - eta*m"
NAMES = {
    "phi": "the point; a rule assigns where the step leads",
    "g": "the gradient where the step begins",
    "t": "the number of steps before this one",
    "eta": "the learning rate, which a schedule may move",
}
"""What is given; every other name is the rule's own."""
KEPT = "Share of the past that is kept at each step, in most rules: about 1/(1 − share) steps are remembered."
KNOWN = (
    Parameter("learning_rate", 0.01, 1e-6, 1e3, "log", r"\eta", "", "Step size.", slider_low=1e-5, slider_high=10.0),
    Parameter("beta", 0.9, 0.0, 0.999999, "decay", r"\beta", "1", KEPT, slider_high=0.999),
    Parameter("gamma", 0.999, 0.0, 0.999999, "decay", r"\gamma", "1", KEPT, slider_high=0.9999),
    Parameter(
        "epsilon", 1e-8, 0.0, 1e3, "log", r"\varepsilon", "", "A small number.", slider_low=1e-12, slider_high=1.0
    ),
)
"""Hyperparameters that are declared by their names."""


@dataclass(frozen=True)
class TypedRule(Optimizer):
    """An optimiser whose step was typed; it has a learning rate only if the text reads one."""

    text: str = ""

    needs_learning_rate: ClassVar[bool] = False

    def asked(self, values: Mapping[str, Setting]) -> dict[str, Any]:
        return {"rule": self.text, "parameters": dict(values)}


@lru_cache(maxsize=128)
def custom_optimizer(text: str) -> OptimizerEntry:
    """The optimiser that a text describes.

    Raises FormulaError: one sentence with line and column.
    """
    rule = parse_rule(text)
    lines = typeset(text)
    formulas = dict(lines)
    definition = TypedRule(
        label="Own rule",
        step=_step(rule.program),
        state={
            name: StateQuantity(symbol(name), "A vector of this rule; it begins at 0.", formula=formulas[name])
            for name in rule.state
        },
        parameters=tuple(declared(name) for name in sorted(rule.parameters, key=lambda name: name != "learning_rate")),
        year=0,
        latex=tuple(rf"{symbol(name)} \leftarrow {right}" for name, right in lines),
        text=text,
    )
    return OptimizerEntry(CUSTOM, definition, SUMMARY, "")


def declared(name: str) -> Parameter:
    """A hyperparameter by its name: as here, else as in the first optimiser that has it, else any number."""
    for parameter in KNOWN:
        if parameter.name == name:
            return parameter
    for entry in load_catalog().optimizers.values():
        found = entry.definition.declared.get(name)
        if isinstance(found, Parameter):
            return found
    about = f"The number {name} of this rule."
    return Parameter(name, 1.0, -1e6, 1e6, "log", symbol(name), "", about, slider_low=1e-3, slider_high=1e3)


def _step(program: Program) -> Callable[..., Step]:
    """The step of a program, as plain NumPy text would be: it runs on arrays and under tracing."""

    def step(phi: Array, loss: Loss, state: State, h: Settings, t: Array) -> Step:
        given = {"phi": phi, "t": t, **vars(state), **vars(h)}
        values: list[Any] = []
        for node in program.nodes:
            arguments = [values[k] for k in node.arguments]
            if node.operation == "input":
                values.append(given[str(node.attribute)])
            elif node.operation == "constant":
                values.append(node.attribute)
            elif node.operation in ("gradient", "hessian"):
                values.append(getattr(loss, node.operation)(*arguments))
            elif isinstance(phi, Traced):
                values.append(phi.apply(node.operation, *arguments, attribute=node.attribute))
            else:
                attribute = () if node.attribute is None else (node.attribute,)
                values.append(OPERATIONS[node.operation].evaluate(*arguments, *attribute))
        after = {name: values[k] for name, k in program.outputs.items()}
        return after.pop("phi"), after

    return step
