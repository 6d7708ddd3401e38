"""The rule of an optimiser as text: its traced step, printed as the assignments that a student would type.

What the optimiser's own text gives a name keeps it, so that Adam prints with its m_hat and v_hat. Typed again, the
text is the same program.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from engine.catalog import OptimizerEntry, Parameter
from engine.program.printing import to_formula
from engine.program.program import Builder, Program, Value
from engine.rule import TracedLoss
from engine.rule_text.custom import TypedRule
from engine.rule_text.expressions import VECTOR
from engine.rule_text.statements import ARITIES, GIVEN
from engine.rule_text.typesetting import SHORT

SHARED = 3
"""Operations of an expression from which it is a line of its own: if it is needed again, or has a name."""
LETTERS = "abcdfhijklnopqrsuwxyz"


def rule_text(entry: OptimizerEntry, hyperparameters: Mapping[str, float | bool | str]) -> str:
    """The rule of an optimiser, with its switches and choices as they are set."""
    if isinstance(entry.definition, TypedRule):
        return entry.definition.text
    return printed_rule(entry, hyperparameters)


def printed_rule(entry: OptimizerEntry, hyperparameters: Mapping[str, float | bool | str]) -> str:
    """The same for any rule: a typed one is printed too, in one form of the many in which it may have been typed."""
    definition = entry.definition
    declared = definition.parameters
    numbers = tuple(p.name for p in declared if isinstance(p, Parameter))
    static = tuple((p.name, hyperparameters[p.name]) for p in declared if p.name not in numbers)
    return _printed(definition.step, tuple(definition.state), numbers, static)


@lru_cache(maxsize=256)
def _printed(
    step: Callable[..., Any], state: tuple[str, ...], numbers: tuple[str, ...], static: tuple[tuple[str, Any], ...]
) -> str:
    builder = Builder()
    before = SimpleNamespace(**{name: builder.input(name, VECTOR) for name in state})
    settings = SimpleNamespace(**{name: builder.input(name) for name in numbers}, **dict(static))
    given = builder.input("phi", VECTOR), TracedLoss(), before, settings, builder.input("t")
    (after, new), local = _with_locals(step, *given)
    outputs = {"phi": after} | {name: new[name] for name in state}
    taken = {"phi", *state, *numbers, *ARITIES, *GIVEN}
    named = {f"local {name}": value for name, value in local.items() if isinstance(value, Value)}
    program = builder.finish(outputs | named)
    return "\n".join(f"{name} = {value}" for name, value in _Printer(program, list(outputs), taken).assignments())


def _with_locals(function: Callable[..., Any], *arguments: Any) -> tuple[Any, dict[str, Any]]:
    """What a function returns, and its local variables when it does."""
    found: dict[str, Any] = {}

    def watch(frame: Any, event: str, _: Any) -> None:
        if event == "return" and frame.f_code is getattr(function, "__code__", None):
            found.update(frame.f_locals)

    earlier = sys.getprofile()
    sys.setprofile(watch)
    try:
        return function(*arguments), found
    finally:
        sys.setprofile(earlier)


class _Printer:
    """Puts the values of a step that have names in an order in which nothing is overwritten that is still read.

    `written` is what nodes are called by then. An assignment is a name with the node that it gets; a name of `outputs`
    stands for the old value before its assignment, and for the new one after it.
    """

    def __init__(self, program: Program, outputs: list[str], taken: set[str]) -> None:
        self.program, self.nodes, self.outputs, self.taken = program, program.nodes, outputs, taken
        self.fresh = (name for name in (*LETTERS, *(f"a{k}" for k in range(1, 1000))) if name not in taken)
        self.written: dict[int, str] = {}
        self.pending = [(name, program.outputs[name]) for name in outputs]
        self.named: set[int] = set()
        self.named = {k for _, k in self.pending if self._nameable(k)}
        self._name_locals()
        self.pending.sort(key=lambda item: item[1])

    def assignments(self) -> Iterator[tuple[str, str]]:
        """Names and what they are assigned, in order."""
        copies: list[tuple[str, str]] = []
        while self.pending:
            item = next((item for item in self.pending if self._ready(*item)), None)
            if item is not None:
                self.pending.remove(item)
                yield item[0], self._expression(item[1])
                self._write(item[1], item[0])
                continue
            # every assignment would overwrite what another one reads: keep one value beside, and copy it at the end
            name, k = next(item for item in self.pending if self._known(item[1]))
            self.pending.remove((name, k))
            beside = f"{name}_next" if f"{name}_next" not in self.taken else next(self.fresh)
            yield beside, self._expression(k)
            self._write(k, beside)
            copies.append((name, beside))
        yield from copies

    def _write(self, k: int, name: str) -> None:
        """From here on a value goes by this name; what is given keeps its own."""
        if k in self.named:
            self.written.setdefault(k, name)

    def _name_locals(self) -> None:
        """Give names to the values that the text names, and to those that are needed again and long."""
        live = self._live()
        users: dict[int, set[int]] = {k: set() for k in live}
        for k in live:
            for a in self.nodes[k].arguments:
                users[a].add(k)
        for name, k in self.program.outputs.items():
            kind, _, own = name.partition(" ")
            named = kind == "local" and own not in self.taken and k in live and self._nameable(k)
            if named and (len(users[k]) > 1 or (self._size(k) >= SHARED and self._ends_in_phi(k, users))):
                self._add(own, k)
        for k in sorted(live):
            if len(users[k]) > 1 and self._nameable(k) and self._size(k) >= SHARED:
                self._add(next(self.fresh), k)

    def _ends_in_phi(self, k: int, users: Mapping[int, set[int]]) -> bool:
        """Whether a value is a part of the line of phi, not of the state's: those are written in one line each."""
        while k not in self.named and len(users[k]) == 1:
            (k,) = users[k]
        return k == self.program.outputs["phi"] or k not in self.named

    def _add(self, name: str, k: int) -> None:
        self.taken.add(name)
        self.named.add(k)
        self.pending.append((name, k))

    def _nameable(self, k: int) -> bool:
        return k not in self.named and self.nodes[k].operation not in ("input", "constant") and not self._slope(k)

    def _live(self) -> set[int]:
        """The nodes that phi and the state need."""
        live = {self.program.outputs[name] for name in self.outputs}
        for k in range(len(self.nodes) - 1, -1, -1):
            if k in live:
                live.update(self.nodes[k].arguments)
        return live

    def _slope(self, k: int) -> bool:
        """Whether a node is g: the gradient where the step begins."""
        node = self.nodes[k]
        return node.operation == "gradient" and self.nodes[node.arguments[0]].attribute == "phi"

    def _within(self, k: int) -> list[int]:
        """The nodes that the text of an assignment is made of, k last: down to names, numbers and g."""
        found, waiting = {k}, [k]
        while waiting:
            node = waiting.pop()
            if (node in self.named and node != k) or self._slope(node):
                continue
            waiting += [a for a in self.nodes[node].arguments if a not in found]
            found.update(self.nodes[node].arguments)
        return sorted(found)

    def _size(self, k: int) -> int:
        """Operations in the text of a node; a call of the loss counts as many."""
        weight = {"input": 0, "constant": 0, "gradient": SHARED, "hessian": SHARED}
        inner = (node for node in self._within(k) if not self._slope(node) and (node == k or node not in self.named))
        return sum(weight.get(self.nodes[node].operation, 1) for node in inner)

    def _known(self, k: int) -> bool:
        """Whether all that the node is made of has been written."""
        return all(node == k or node not in self.named or node in self.written for node in self._within(k))

    def _ready(self, name: str, k: int) -> bool:
        """Whether the node is known, and nobody else still reads what the name stood for."""
        old = self.program.inputs.get(name)
        others = (node for other, node in self.pending if other != name)
        return self._known(k) and (
            old is None or name not in self.outputs or not any(old in self._within(node) for node in others)
        )

    def _expression(self, k: int) -> str:
        """The text of a node in terms of what has names by now."""
        builder = Builder()
        values: dict[int, Value] = {}
        for at in [k] if k in self.written else self._within(k):
            node = self.nodes[at]
            name = self.written.get(at) or ("g" if self._slope(at) else None)
            if node.operation == "input" or name:
                known = name or str(node.attribute)
                values[at] = builder.input(SHORT.get(known, known), node.shape)
            elif node.operation == "constant":
                values[at] = builder.constant(float(node.attribute))
            else:
                given = [values[a] for a in node.arguments]
                values[at] = builder.apply(node.operation, *given, attribute=node.attribute)
        return to_formula(builder.finish({"loss": values[k]}))
