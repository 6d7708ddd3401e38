"""Outputs that replace inputs from step to step: which of them may be written where the input stood."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from engine.program.program import Program
from engine.program.tensors import MATRICES

CALLED = ("gradient", "hessian")
"""What a rule asks of the loss; the linker puts the loss's own instructions there."""
ELSEWHERE = ("input", *CALLED, "integer_power", "element", *MATRICES)
"""Operations whose value is not written to a place of its own by one instruction, or not number by number."""


def written_in_place(program: Program, last: Sequence[int], moved: Sequence[bool]) -> dict[int, int]:
    """Node -> the input whose place it takes: an output of the same name, where nobody reads the input after it.

    `last` has each node's last use, `moved` tells which nodes the step computes. Not where another output is the
    input itself. Nor at a point of the loss: the linker knows points by their places.
    """
    nodes, outputs = program.nodes, program.outputs
    points = {node.arguments[0] for node in nodes if node.operation in CALLED}
    found: dict[int, int] = {}
    for name, k in outputs.items():
        before = program.inputs.get(name)
        if before is None or before in outputs.values() or not moved[k] or k in found or k in points:
            continue
        if last[before] <= k and nodes[k].operation not in ELSEWHERE:
            found[k] = before
    return found


def unread(program: Program, moving: Collection[str]) -> list[str]:
    """Outputs that replace inputs which the program does not read: they have a place all the same."""
    return [name for name in program.outputs if name in moving and name not in program.inputs]
