"""A program: a straight-line list of array operations, each named once.

`Builder` makes one: equal operations become one node (hash-consing), in the order in which they are first needed.
`Program` is the frozen result. Calling it runs it operation by operation on NumPy: that is the oracle the machine
is held against, bit for bit, and never its replacement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import TracingError
from engine.program import simplification, tracing
from engine.program.operations import OPERATIONS

Shape = tuple[int, ...]
Array = NDArray[np.float64]
LARGEST_INTEGER_POWER = 64


class Node(NamedTuple):
    """One operation: its name, the indices of its arguments, a constant attribute, the shape of its value."""

    operation: str
    arguments: tuple[int, ...]
    attribute: Any
    shape: Shape


@dataclass(frozen=True, eq=False)
class Program:
    """Nodes in executable order; `inputs` and `outputs` tell which node bears which name.

    A program is equal to itself alone, so that what is derived from it can be kept.
    """

    nodes: tuple[Node, ...]
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]

    def __call__(self, **inputs: Any) -> dict[str, Array]:
        """Run on NumPy, operation by operation; values may carry further leading axes that broadcast."""
        values: list[Any] = []
        with np.errstate(all="ignore"):
            for node in self.nodes:
                if node.operation == "input":
                    values.append(np.asarray(inputs[str(node.attribute)], dtype=np.float64))
                elif node.operation == "constant":
                    values.append(np.float64(node.attribute))
                else:
                    row = OPERATIONS[node.operation]
                    given = [values[k] for k in node.arguments]
                    values.append(
                        row.evaluate(*given) if node.attribute is None else row.evaluate(*given, node.attribute)
                    )
        return {name: np.asarray(values[k], dtype=np.float64) for name, k in self.outputs.items()}

    def only(self, *names: str) -> Program:
        """The same program with only these outputs and what they need."""
        builder = Builder()
        return builder.finish({name: value for name, value in builder.inline(self, {}).items() if name in names})

    def side_by_side(self) -> Program:
        """The same with its operations in the order of how many others each has to wait for.

        What does not depend on one another then stands side by side, and a processor computes it at once.
        """
        waits: list[int] = []
        for node in self.nodes:
            waits.append(1 + max((waits[a] for a in node.arguments), default=-1))
        order = sorted(range(len(waits)), key=waits.__getitem__)
        place = {k: at for at, k in enumerate(order)}
        moved = (self.nodes[k] for k in order)
        nodes = tuple(node._replace(arguments=tuple(place[a] for a in node.arguments)) for node in moved)
        names = ({name: place[k] for name, k in named.items()} for named in (self.inputs, self.outputs))
        return Program(nodes, *names)


class Value(tracing.Traced):
    """A node of a program that is being built; NumPy functions and Python's operators work on it."""

    __slots__ = ("builder", "index")

    def __init__(self, builder: Builder, index: int) -> None:
        self.builder = builder
        self.index = index

    @property
    def node(self) -> Node:
        return self.builder.nodes[self.index]

    @property
    def shape(self) -> Shape:
        return self.node.shape

    @property
    def constant(self) -> float | None:
        """The number this value is, where it is one; else None."""
        node = self.node
        return float(node.attribute) if node.operation == "constant" else None

    def apply(self, operation: str, *others: Any, attribute: Any = None) -> Value:
        return self.builder.apply(operation, *others, attribute=attribute)


class Builder:
    """Makes a program node by node.

    With `simplify` (used where derivatives are taken) constants are folded and multiplications by one dropped.
    Without it the nodes stay as they were written, so that a formula can be printed back.
    Only rewrites that keep every value, not-a-number and infinity included, are made: never `0 * x -> 0`.
    """

    def __init__(self, *, simplify: bool = False) -> None:
        self.nodes: list[Node] = []
        self.inputs: dict[str, int] = {}
        self.simplify = simplify
        self._known: dict[tuple[Any, ...], int] = {}

    def input(self, name: str, shape: Shape = ()) -> Value:
        if name not in self.inputs:
            self.inputs[name] = self._add("input", (), name, shape)
        return Value(self, self.inputs[name])

    def constant(self, number: float) -> Value:
        number = float(number)
        # the text tells 0.0 from -0.0 and lets not-a-number equal itself
        return Value(self, self._add("constant", (), number, (), key=("constant", number.hex())))

    def value(self, given: Any) -> Value:
        """A value of this builder: itself, or a number as a constant."""
        if isinstance(given, Value):
            if given.builder is not self:
                raise TracingError("a value of another program was used; each program needs its own values")
            return given
        if isinstance(given, (int, float, np.integer, np.floating)):
            return self.constant(float(given))
        raise TracingError(f"a {type(given).__name__} was used in a program; only numbers and traced values can be")

    def apply(self, operation: str, *arguments: Any, attribute: Any = None) -> Value:
        """The value of one operation of the table on values or numbers."""
        row, nodes = OPERATIONS[operation], self.nodes
        values = [self.value(a) for a in arguments]
        shapes = [nodes[v.index].shape for v in values]
        numbers = row.elementwise and not any(shapes)
        if row.elementwise and not numbers:
            values = self._of_one_shape(values)
            shapes = [nodes[v.index].shape for v in values]
        if operation == "power" and values[1].constant is not None:
            exponent = values[1].constant
            if exponent == int_or_none(exponent) and abs(exponent) <= LARGEST_INTEGER_POWER:
                return self.apply("integer_power", values[0], attribute=int(exponent))
        if self.simplify:
            simpler = simplification.simpler(self, row, values, attribute)
            if simpler is not None:
                return simpler
        indices = tuple([v.index for v in values])
        key = (operation, tuple(sorted(indices)) if row.commutative else indices, attribute)
        shape = () if numbers else row.shape(shapes, attribute)
        return Value(self, self._add(operation, indices, attribute, shape, key=key))

    def at(self, index: int) -> Value:
        """The value of a node that is there."""
        return Value(self, index)

    def inline(self, program: Program, inputs: Mapping[str, Value]) -> dict[str, Value]:
        """Copy a program into this one with its inputs replaced; inputs not named stay inputs."""
        values: list[Value] = []
        for node in program.nodes:
            if node.operation == "input":
                name = str(node.attribute)
                values.append(inputs[name] if name in inputs else self.input(name, node.shape))
            elif node.operation == "constant":
                values.append(self.constant(float(node.attribute)))
            else:
                given = [values[k] for k in node.arguments]
                values.append(self.apply(node.operation, *given, attribute=node.attribute))
        return {name: values[k] for name, k in program.outputs.items()}

    @classmethod
    def simplified(cls, program: Program) -> Program:
        """The same program with less to do: constants folded, ones dropped."""
        builder = cls(simplify=True)
        return builder.finish(builder.inline(program, {}))

    def finish(self, outputs: Mapping[str, Any]) -> Program:
        """Freeze: only what the outputs need is kept; inputs keep their names."""
        wanted = {name: self.value(v).index for name, v in outputs.items()}
        live = set(wanted.values())
        for k in range(len(self.nodes) - 1, -1, -1):
            if k in live:
                live.update(self.nodes[k].arguments)
        place: dict[int, int] = {}
        nodes: list[Node] = []
        for k in sorted(live):
            operation, arguments, attribute, shape = self.nodes[k]
            place[k] = len(nodes)
            nodes.append(Node(operation, tuple([place[a] for a in arguments]), attribute, shape))
        inputs = {name: place[k] for name, k in self.inputs.items() if k in place}
        return Program(tuple(nodes), inputs, {name: place[k] for name, k in wanted.items()})

    def _add(
        self,
        operation: str,
        arguments: tuple[int, ...],
        attribute: Any,
        shape: Shape,
        key: tuple[Any, ...] | None = None,
    ) -> int:
        key = key or (operation, arguments, attribute)
        index = self._known.get(key)
        if index is None:
            index = self._known[key] = len(self.nodes)
            self.nodes.append(Node(operation, arguments, attribute, shape))
        return index

    def _of_one_shape(self, values: list[Value]) -> list[Value]:
        """Rows and columns beside a matrix are repeated to its shape, as NumPy does; numbers fit beside any shape."""
        shapes = {value.shape for value in values if value.shape}
        if len(shapes) < 2:
            return values
        try:
            shape = np.broadcast_shapes(*shapes)
        except ValueError:
            return values  # the operation's own shape rule says what is wrong
        return [v if v.shape in ((), shape) else self.apply("expand", v, attribute=shape) for v in values]


def int_or_none(number: float) -> int | None:
    """The integer that a float is, or None."""
    return int(number) if np.isfinite(number) and number == int(number) else None
