"""Derivatives of programs, as programs: differentiate once, then only forward passes remain.

The mechanism knows no operation; the rules, in the table, know no mechanism. The order of the list is the order of
the graph, so the sweep visits each node once, however many paths lead through it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from engine.errors import TracingError
from engine.program.operations import OPERATIONS
from engine.program.program import Builder, Program, Shape, Value


def gradient(of: Value, wrt: Sequence[Value]) -> list[Value]:
    """Partial derivatives of a scalar value with respect to earlier values, as values of the same builder.

    Each result has the shape of its `wrt`, or is a scalar that stands for a row of equal numbers.
    Raises TracingError where an operation on the way has no derivative rule.
    """
    builder = of.builder
    if of.shape != ():
        raise TracingError(f"only a single number has a gradient; this value has the shape {of.shape}")
    leaves = {v.index for v in wrt}
    active = _depending(builder, leaves, of.index)
    adjoints: dict[int, Value] = {of.index: builder.constant(1.0)}
    for k in range(of.index, -1, -1):
        if k not in active or k not in adjoints or k in leaves:
            continue
        node = builder.nodes[k]
        row = OPERATIONS[node.operation]
        if row.derivative is None:
            raise TracingError(f"{row.name} has no derivative rule")
        arguments = [Value(builder, a) for a in node.arguments]
        given = arguments if node.attribute is None else [*arguments, node.attribute]
        adjoint = adjoints[k]
        if adjoint.shape != node.shape and not row.elementwise:  # one number that stands for many equal ones
            adjoint = adjoint.expand(node.shape)
        for argument, rule in zip(arguments, row.derivative, strict=True):
            if argument.index not in active or rule is None:
                continue
            part = _collapse(rule(adjoint, Value(builder, k), *given), node.shape, argument.shape, row.elementwise)
            earlier = adjoints.get(argument.index)
            adjoints[argument.index] = part if earlier is None else earlier + part
    return [adjoints.get(v.index, builder.constant(0.0)) for v in wrt]


def _depending(builder: Builder, leaves: set[int], last: int) -> set[int]:
    """The nodes up to `last` whose value depends on a leaf."""
    active = set(leaves)
    for k in range(min(leaves, default=0), last + 1):
        if any(a in active for a in builder.nodes[k].arguments):
            active.add(k)
    return active


def _collapse(part: Value, result: Shape, argument: Shape, elementwise: bool) -> Value:
    """Bring an adjoint to the shape of its argument: what was broadcast is summed."""
    if not elementwise or argument == result or argument != ():
        return part
    return part.apply("sum", part) if part.shape else part * float(math.prod(result))


@lru_cache(maxsize=64)
def derive(program: Program, order: int, output: str = "loss", phi: str = "phi") -> Program:
    """The program of a loss of phi (2,) with its derivatives up to `order` added as outputs.

    Outputs: the loss; `gradient` (2,) for order 1 and above; `hessian` (4,), row by row, for order 2. The last ones
    are kept: a run, a grid and a verdict on one surface ask for the same. A loss of blocks that make up a longer phi
    (P,) has a gradient (P,) and no Hessian.
    Raises TracingError where the program uses phi as a whole instead of its coordinates phi[0] and phi[1].
    """
    at = program.inputs.get(phi)
    uses = {node.operation for node in program.nodes if at in node.arguments}
    if uses == {"block"}:
        return _derived_by_blocks(program, order, output, phi)
    if not uses <= {"element"}:
        raise TracingError(f"a loss must be written in the coordinates {phi}[0] and {phi}[1], or in blocks of {phi}")
    builder = Builder(simplify=True)
    point = builder.input(phi, (2,))
    coordinates = [point[0], point[1]]
    loss = builder.inline(program, {phi: point})[output]
    outputs = {output: loss}
    if order >= 1:
        first = gradient(loss, coordinates)
        outputs["gradient"] = builder.apply("stack", *first)
    if order >= 2:
        xx, xy = gradient(first[0], coordinates)
        yy = gradient(first[1], coordinates[1:])[0]
        outputs["hessian"] = builder.apply("stack", xx, xy, xy, yy)
    return builder.finish(outputs)


def _derived_by_blocks(program: Program, order: int, output: str, phi: str) -> Program:
    """The gradient of a loss of blocks of phi: their gradients, one behind the other."""
    at = program.inputs[phi]
    pieces = sorted((node.attribute for node in program.nodes if node.arguments == (at,)), key=lambda piece: piece[0])
    ends = [first + math.prod(shape) for first, shape in pieces]
    if [first for first, _ in pieces] != [0, *ends[:-1]] or ends[-1] != program.nodes[at].shape[0]:
        raise TracingError(f"the blocks of {phi} must follow one another and make up the whole")
    if order > 1:
        raise TracingError(f"a loss of blocks of {phi} has no Hessian here")
    builder = Builder(simplify=True)
    point = builder.input(phi, program.nodes[at].shape)
    blocks = [builder.apply("block", point, attribute=piece) for piece in pieces]
    outputs = builder.inline(program, {phi: point})
    if order:
        parts = gradient(outputs[output], blocks)
        parts = [part if part.shape else part.expand(block.shape) for part, block in zip(parts, blocks, strict=True)]
        outputs["gradient"] = builder.apply("concatenate", *parts)
    return builder.finish(outputs)
