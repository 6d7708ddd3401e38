"""The step loop: run a program, write down what it found, feed its outputs back into its inputs.

It knows no optimiser: which places of the memory are recorded and which move where is data.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from engine.machine.cache import forget_stale_kernels
from engine.machine.kernel import KERNEL, execute
from engine.machine.pairs import ONE

forget_stale_kernels()


@njit(**KERNEL)
def record_steps(
    prologue: Any, body: Any, memory: Any, fed: Any, table: Any, before: Any, after: Any, single: int,
    moves: Any, record: Any,
) -> int:  # fmt: skip
    """Run the prologue, and then as many steps as `record` (steps, pairs, 2) has rows, on one lane.

    At step k the pairs `fed` are set to table[k] (steps, pairs, 2) and the pairs `before` written down; the
    instructions are executed and the pairs `after` written down; then `moves` (pairs, 2) replace inputs by outputs.
    Column `single` of the record is one number, written twice. Returns the first step at which a number is not
    finite, or the number of steps.
    """
    held = np.empty((moves.shape[0], 2))
    known = before.shape[0]
    for k in range(-1, record.shape[0]):  # -1 is the prologue: one place where instructions are executed
        if k >= 0:
            for i in range(fed.shape[0]):
                memory[fed[i]], memory[fed[i] + ONE] = table[k, i, 0], table[k, i, 1]
            for i in range(known):
                record[k, i, 0], record[k, i, 1] = memory[before[i]], memory[before[i] + ONE]
        execute(body if k >= 0 else prologue, memory)
        if k < 0:
            continue
        for i in range(after.shape[0]):
            record[k, known + i, 0], record[k, known + i, 1] = memory[after[i]], memory[after[i] + ONE]
        for i in range(moves.shape[0]):
            held[i, 0], held[i, 1] = memory[moves[i, 0]], memory[moves[i, 0] + ONE]
        for i in range(moves.shape[0]):
            memory[moves[i, 1]], memory[moves[i, 1] + ONE] = held[i, 0], held[i, 1]
    if single >= 0:
        record[:, single, 1] = record[:, single, 0]
    for k in range(record.shape[0]):
        finite = 0.0
        for i in range(record.shape[1]):
            finite += (record[k, i, 0] - record[k, i, 0]) + (record[k, i, 1] - record[k, i, 1])
        if finite != 0.0:
            return k
    return int(record.shape[0])


@njit(**KERNEL)
def run_lanes(
    prologue: Any, body: Any, image: Any, given: Any, inputs: Any, taken: Any, outputs: Any,
    moves: Any, fed: Any, table: Any, steps: int, lanes: int,
) -> None:  # fmt: skip
    """Run a program on many lanes, `lanes` at a time; `steps` times with moves, or once where steps is 0.

    `image` holds a number for each place of the memory, spread over the lanes. inputs (places, all lanes) go to the
    places `given`; the places `taken` come back in outputs (places, all lanes) after the last step. Before step k
    the places `fed` are set to table[k] (steps, pairs, 2), the same on all lanes.
    """
    memory = np.empty(image.shape[0] * lanes)
    held = np.empty(moves.shape[0] * lanes)
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
            execute(body if k >= 0 else prologue, memory)
            if steps and k >= 0:
                for i in range(moves.shape[0]):
                    base = np.int64(moves[i, 0]) * lanes
                    held[i * lanes : (i + 1) * lanes] = memory[base : base + lanes]
                for i in range(moves.shape[0]):
                    base = np.int64(moves[i, 1]) * lanes
                    memory[base : base + lanes] = held[i * lanes : (i + 1) * lanes]
        for i in range(taken.shape[0]):
            base = np.int64(taken[i]) * lanes
            outputs[i, low : low + count] = memory[base : base + count]


NOTHING = np.zeros(0, np.uint64)
NO_MOVES = np.zeros((0, 2), np.uint64)
NO_TABLE = np.zeros((1, 0, 2))
NO_TABLE.setflags(write=False)  # the kernels are compiled for tables that nobody writes to


def run_once(prologue: Any, body: Any, memory: Any) -> None:
    """Execute a program once on one lane: flat prologue and body, memory (places,)."""
    record = np.empty((1, 0, 2))
    record_steps(prologue, body, memory, NOTHING, NO_TABLE, NOTHING, NOTHING, -1, NO_MOVES, record)
