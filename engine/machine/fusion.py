"""Fusion: two arithmetic operations of which the first feeds only the second become one instruction.

Dispatch costs more than arithmetic, and the value between the two stays in a register. Both roundings are kept.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

from engine.machine.instructions import FIRST
from engine.program.program import Program

OUTER = {
    ("ADD", 0): "ADD",
    ("ADD", 1): "ADD",
    ("SUBTRACT", 0): "SUBTRACT",
    ("SUBTRACT", 1): "FROM",
    ("MULTIPLY", 0): "MULTIPLY",
    ("MULTIPLY", 1): "MULTIPLY",
    ("DIVIDE", 0): "DIVIDE",
    ("DIVIDE", 1): "INTO",
}
"""The second half of a fused instruction's name, by operation and by which argument the first one is."""


class Binary(NamedTuple):
    """An arithmetic node: its instruction and its two arguments."""

    name: str
    arguments: tuple[int, int]


def binary(program: Program, k: int) -> Binary | None:
    """Node k as addition, subtraction, multiplication or division; a square is a multiplication."""
    node = program.nodes[k]
    if node.operation == "integer_power" and node.attribute == 2:
        return Binary("MULTIPLY", (node.arguments[0], node.arguments[0]))
    name = node.operation.upper()
    return Binary(name, (node.arguments[0], node.arguments[1])) if name in FIRST else None


def fusions(program: Program, part: Sequence[int], lanes: int) -> dict[int, int]:
    """Second operation -> the first one that goes into it; each node is in one pair at most.

    On one lane the product of two rows goes into their sum.
    """
    nodes = program.nodes
    uses = [0] * len(nodes)
    for node in nodes:
        for a in node.arguments:
            uses[a] += 1
    for k in program.outputs.values():
        uses[k] += 1
    inner: dict[int, int] = {}
    for k, node in enumerate(nodes):
        if node.operation == "sum" and lanes == 1:
            (a,) = node.arguments
            product = binary(program, a)
            if product is not None and product.name == "MULTIPLY" and uses[a] == 1 and a not in inner:
                rows = all(nodes[each].shape == nodes[a].shape != () for each in product.arguments)
                if rows and part[a] == part[k]:
                    inner[k] = a
            continue
        outer = binary(program, k)
        if outer is None or node.operation == "integer_power":
            continue
        for a in outer.arguments:
            alone = uses[a] == 1 and a not in inner and nodes[a].shape == node.shape and part[a] == part[k]
            if alone and binary(program, a) is not None:
                inner[k] = a
                break
    return inner


def fused(program: Program, k: int, inner: int) -> tuple[str, tuple[int, ...]]:
    """The instruction of node k with `inner` inside it, and its three sources."""
    first, second = binary(program, inner), binary(program, k)
    assert first is not None and second is not None
    position = second.arguments.index(inner)
    return f"{first.name}_{OUTER[second.name, position]}", (*first.arguments, second.arguments[1 - position])


EXACT = ("matmul", "transpose", "sum_along", "gather", "scatter", "embed")
"""Operations whose instruction writes exactly the numbers of its result."""


def folded_transposes(program: Program) -> set[int]:
    """Transposes that are only ever the left matrix of a product: the product's instruction reads them askew."""
    found = {k for k, node in enumerate(program.nodes) if node.operation == "transpose"}
    if not found:
        return found
    for node in program.nodes:
        found -= set(node.arguments[1:] if node.operation == "matmul" else node.arguments)
    return found - set(program.outputs.values())


def sines_and_cosines(program: Program, alone: Collection[int]) -> dict[int, int]:
    """Sine -> the cosine of the same value, and back, among the nodes `alone`: one instruction finds both."""
    known: dict[tuple[str, int], int] = {}
    for k, node in enumerate(program.nodes):
        if node.operation in ("sin", "cos") and k in alone:
            known[node.operation, node.arguments[0]] = k
    pairs = {k: known["cos", a] for (operation, a), k in known.items() if operation == "sin" and ("cos", a) in known}
    return pairs | {cosine: sine for sine, cosine in pairs.items()}


def stacked_parts(program: Program, alone: Collection[int]) -> dict[int, tuple[int, int]]:
    """On many lanes: number -> the pair it becomes a part of, and which; it is written there straight away.

    Of the nodes `alone`: each is written by one instruction of the body, to a place that nobody else decides.
    """
    found: dict[int, tuple[int, int]] = {}
    for whole, node in enumerate(program.nodes):
        for place, a in enumerate(node.arguments if node.operation == "stack" else ()):
            if whole in alone and a in alone and a not in found:
                found[a] = whole, place
    return found


def joined_parts(program: Program) -> dict[int, tuple[int, int]]:
    """Node -> the row it becomes a part of, and its first place there; it is written there straight away."""
    found: dict[int, tuple[int, int]] = {}
    folded = folded_transposes(program)
    for whole, node in enumerate(program.nodes):
        first = 0
        for a in node.arguments if node.operation == "concatenate" else ():
            if program.nodes[a].operation in EXACT and a not in found and a not in folded:
                found[a] = whole, first
            first += max(math.prod(program.nodes[a].shape), 1)
    return found
