"""The step loop: run a program, write down what it found, feed its outputs back into its inputs.

It knows no optimiser: which places of the memory are recorded and which move where is data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numba import njit

from engine.machine.cache import forget_stale_kernels
from engine.machine.code import Array, Code, write
from engine.machine.elementary import INLINE
from engine.machine.instructions import VECTOR
from engine.machine.kernel import KERNEL, execute
from engine.machine.pairs import ONE, TWO

forget_stale_kernels()
LOOK = 8
"""Steps of many lanes between two looks at whether they still move."""
EXPONENT = np.uint64(0x7FF0_0000_0000_0000)
"""The exponent's bits of a number: all of them are set where it is not finite."""


@njit(**KERNEL)
def record_steps(
    prologue: Any, body: Any, memory: Any, fed: Any, table: Any, before: Any, after: Any, single: int,
    moves: Any, record: Any,
) -> int:  # fmt: skip
    """Run the prologue, and then as many steps as `record` (rows, steps) has columns, on one lane.

    At step k the pairs `fed` are set to table[k] (steps, pairs, 2) and the pairs `before` written down; the
    instructions are executed and the pairs `after` written down; then `moves` (pairs, 2) replace inputs by outputs.
    The pairs written down lie one behind the other in the record, each as (steps, 2) in two of its rows; the pair of
    index `single` is one number in one row. Returns the first step at which a number is not finite, or the number of
    steps.
    """
    held = np.empty((moves.shape[0], 2))
    flat, drawn = record.reshape(-1), table.reshape(-1)
    known, steps = before.shape[0], record.shape[1]
    count, length = np.uint64(known), np.uint64(steps)  # without a sign an index is not looked at for one
    pairs, width = np.uint64(fed.shape[0]), np.uint64(2 * table.shape[1])
    for k in range(-1, steps):  # -1 is the prologue: one place where instructions are executed
        if k >= 0:
            step = np.uint64(k)
            at = step * width
            for i in range(pairs):
                memory[fed[i]], memory[fed[i] + ONE] = drawn[at], drawn[at + ONE]
                at += TWO
            at = TWO * step
            for i in range(count):
                flat[at], flat[at + ONE] = memory[before[i]], memory[before[i] + ONE]
                at += TWO * length
        execute(body if k >= 0 else prologue, memory)
        if k < 0:
            continue
        for i in range(np.uint64(after.shape[0])):
            if known + np.int64(i) == single:
                flat[at - np.uint64(k)] = memory[after[i]]
                at += length
            else:
                flat[at], flat[at + ONE] = memory[after[i]], memory[after[i] + ONE]
                at += TWO * length
        for i in range(moves.shape[0]):
            held[i, 0], held[i, 1] = memory[moves[i, 0]], memory[moves[i, 0] + ONE]
        for i in range(moves.shape[0]):
            memory[moves[i, 1]], memory[moves[i, 1] + ONE] = held[i, 0], held[i, 1]
    return int(steps) if all_finite(flat) else first_broken(flat, single, steps)


@njit(error_model="numpy")
def first_broken(flat: Any, single: int, steps: int) -> int:
    """The first step of a record, laid out as above, at which a number is not finite."""
    first, at, pair = steps, 0, 0
    while at < flat.shape[0]:
        width = 1 if pair == single else 2
        for n in range(width * first):
            if not math.isfinite(flat[at + n]):
                first = n // width
                break
        at, pair = at + width * steps, pair + 1
    return first


@njit(**INLINE)
def all_finite(numbers: Any) -> bool:
    """Whether none of the numbers is infinite or NaN: by their bits, many at a time."""
    found = np.uint64(0)
    for bits in numbers.view(np.uint64):
        found |= np.uint64((bits & EXPONENT) == EXPONENT)
    return found == 0


@njit(**KERNEL)
def run_lanes(
    prologue: Any, body: Any, image: Any, given: Any, inputs: Any, taken: Any, outputs: Any,
    moves: Any, state: Any, fed: Any, table: Any, steps: int, lanes: int,
) -> None:  # fmt: skip
    """Run a program on many lanes, `lanes` at a time; `steps` times with moves, or once where steps is 0.

    Where nothing is fed, the lanes are left as soon as a step changes no bit of the places of their `state`: no later
    one would.

    `image` holds a number for each place of the memory, spread over the lanes. inputs (places, all lanes) go to the
    places `given`; the places `taken` come back in outputs (places, all lanes) after the last step. Before step k
    the places `fed` are set to table[k] (steps, pairs, 2), the same on all lanes.
    """
    memory = from_line(image.shape[0] * lanes)
    held, kept = np.empty(moves.shape[0] * lanes), np.empty(state.shape[0] * lanes)
    total = inputs.shape[1]
    for low in range(0, total, lanes):
        count = min(lanes, total - low)
        for p in range(image.shape[0]):
            memory[p * lanes : (p + 1) * lanes] = image[p]
        for i in range(given.shape[0]):
            base = np.int64(given[i]) * lanes
            memory[base : base + count] = inputs[i, low : low + count]
            memory[base + count : base + lanes] = inputs[i, low + count - 1]
        for k in range(-1, max(steps, 1)):  # -1 is the prologue: one place where instructions are executed
            if k >= 0:
                for i in range(fed.shape[0]):
                    base = np.int64(fed[i]) * lanes
                    memory[base : base + lanes] = table[k, i, 0]
            looked_at = fed.shape[0] == 0 and k >= 0 and k % LOOK == 0
            if looked_at:
                for i in range(state.shape[0]):
                    base = np.int64(state[i]) * lanes
                    kept[i * lanes : (i + 1) * lanes] = memory[base : base + lanes]
            execute(body if k >= 0 else prologue, memory)
            if steps and k >= 0:
                for i in range(moves.shape[0]):
                    base = np.int64(moves[i, 0]) * lanes
                    held[i * lanes : (i + 1) * lanes] = memory[base : base + lanes]
                for i in range(moves.shape[0]):
                    base = np.int64(moves[i, 1]) * lanes
                    memory[base : base + lanes] = held[i * lanes : (i + 1) * lanes]
            if looked_at and stand_still(kept, memory, state, lanes):
                break
        for i in range(taken.shape[0]):
            base = np.int64(taken[i]) * lanes
            outputs[i, low : low + count] = memory[base : base + count]


@njit(**INLINE)
def from_line(count: int) -> Any:
    """So many numbers that begin with a line of the cache: vectors that lie across two take half as long again."""
    room = np.empty(count + VECTOR)
    begin = -(np.int64(room.ctypes.data) // 8) % VECTOR
    return room[begin : begin + count]


@njit(**INLINE)
def stand_still(kept: Any, memory: Any, state: Any, lanes: int) -> bool:
    """Whether the places of the state, on all lanes, have the bits that were kept."""
    before, now = kept.view(np.uint64), memory.view(np.uint64)
    for i in range(state.shape[0]):
        base, changed = np.int64(state[i]) * lanes, np.uint64(0)
        for j in range(lanes):
            changed |= before[i * lanes + j] ^ now[base + j]
        if changed:
            return False
    return True


NOTHING = np.zeros(0, np.uint64)
NO_MOVES = np.zeros((0, 2), np.uint64)
NO_TABLE = np.zeros((1, 0, 2))
NO_TABLE.setflags(write=False)  # the kernels are compiled for tables that nobody writes to


def run_once(code: Code, values: Mapping[str, float | Array], image: Array | None = None) -> dict[str, Array]:
    """The outputs of lowered code of one lane, their numbers (n,) by name, for flat values of its inputs.

    Those that are not given have theirs in the `image`.
    """
    memory = (code.image if image is None else image).copy()
    write(memory, code.inputs, values)
    words, record = (code.prologue.ravel(), code.body.ravel()), np.empty((0, 1))
    record_steps(*words, memory, NOTHING, NO_TABLE, NOTHING, NOTHING, -1, NO_MOVES, record)
    return {name: memory[place.at : place.at + max(place.size, 1)] for name, place in code.outputs.items()}
