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
def run_once(q: Any, memory: Any) -> None:
    """Execute instructions on one lane."""
    execute(q, memory)


@njit(**KERNEL)
def tabulate(q: Any, memory: Any, clock: Any, first: int, places: Any, table: Any) -> None:
    """Fill table (steps, pairs, 2) with what the places hold at the steps first, first + 1, ..."""
    for k in range(table.shape[0]):
        memory[clock] = memory[clock + ONE] = float(first + k)
        execute(q, memory)
        for i in range(places.shape[0]):
            table[k, i, 0], table[k, i, 1] = memory[places[i]], memory[places[i] + ONE]


@njit(**KERNEL)
def record_steps(
    q: Any, memory: Any, fed: Any, table: Any, before: Any, loss: Any, gradient: Any, moves: Any, record: Any
) -> int:
    """Run as many steps as `record` (steps, pairs, 2) has rows, on one lane.

    At step k the pairs `fed` are set to table[k] (steps, pairs, 2) and the pairs `before` (phi and the state) are
    written down; the instructions are executed, loss (twice) and gradient written down; then `moves` (pairs, 2)
    replace inputs by outputs. Returns the first step at which a number is not finite, or the number of steps.
    """
    held = np.empty((moves.shape[0], 2))
    known = before.shape[0]
    for k in range(record.shape[0]):
        for i in range(fed.shape[0]):
            memory[fed[i]], memory[fed[i] + ONE] = table[k, i, 0], table[k, i, 1]
        for i in range(known):
            record[k, i, 0], record[k, i, 1] = memory[before[i]], memory[before[i] + ONE]
        execute(q, memory)
        record[k, known, 0] = record[k, known, 1] = memory[loss]
        record[k, known + 1, 0], record[k, known + 1, 1] = memory[gradient], memory[gradient + ONE]
        for i in range(moves.shape[0]):
            held[i, 0], held[i, 1] = memory[moves[i, 0]], memory[moves[i, 0] + ONE]
        for i in range(moves.shape[0]):
            memory[moves[i, 1]], memory[moves[i, 1] + ONE] = held[i, 0], held[i, 1]
    for k in range(record.shape[0]):
        finite = 0.0
        for i in range(record.shape[1]):
            finite += (record[k, i, 0] - record[k, i, 0]) + (record[k, i, 1] - record[k, i, 1])
        if finite != 0.0:
            return k
    return int(record.shape[0])


@njit(**KERNEL)
def run_lanes(
    prologue: Any, clocked: Any, body: Any, image: Any, given: Any, inputs: Any, taken: Any, outputs: Any,
    moves: Any, clock: Any, fed: Any, table: Any, steps: int, lanes: int,
) -> None:  # fmt: skip
    """Run a program on many lanes, `lanes` at a time; `steps` times with moves, or once where steps is 0.

    `image` holds a number for each place of the memory, spread over the lanes. inputs (places, all lanes) go to the
    places `given`; the places `taken` come back in outputs (places, all lanes) after the last step. What depends on
    the step counter alone comes from table (steps, pairs, 2) for the places `fed`; where the table is empty (a sweep
    gives each lane its own), the instructions `clocked` compute it.
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
        execute(prologue, memory)
        for k in range(max(steps, 1)):
            if table.shape[0]:
                for i in range(fed.shape[0]):
                    base = np.int64(fed[i]) * lanes
                    memory[base : base + lanes] = table[k, i, 0]
            else:
                base = np.int64(clock) * lanes
                memory[base : base + lanes] = float(k)
                execute(clocked, memory)
            execute(body, memory)
            if steps:
                for i in range(moves.shape[0]):
                    base = np.int64(moves[i, 0]) * lanes
                    held[i * lanes : (i + 1) * lanes] = memory[base : base + lanes]
                for i in range(moves.shape[0]):
                    base = np.int64(moves[i, 1]) * lanes
                    memory[base : base + lanes] = held[i * lanes : (i + 1) * lanes]
        for i in range(taken.shape[0]):
            base = np.int64(taken[i]) * lanes
            outputs[i, low : low + count] = memory[base : base + count]
