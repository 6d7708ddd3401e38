"""Fusion: two arithmetic operations of which the first feeds only the second become one instruction.

Dispatch costs more than arithmetic, and the value between the two stays in a register. Both roundings are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
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


def fusions(program: Program, part: Sequence[int]) -> dict[int, int]:
    """Second operation -> the first one that goes into it; each node is in one pair at most."""
    nodes = program.nodes
    uses = [0] * len(nodes)
    for node in nodes:
        for a in node.arguments:
            uses[a] += 1
    for k in program.outputs.values():
        uses[k] += 1
    inner: dict[int, int] = {}
    for k, node in enumerate(nodes):
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
