"""The oracle of the machine: a program run operation by operation on NumPy, with the machine's own functions for rows.

On rows of more than two numbers the machine takes its polynomials in place of the C library's functions; that they
are within 2 units in the last place of the truth is tested in test_elementary.py.
"""

from types import SimpleNamespace

import numpy as np
from numba import njit

from engine.machine import elementary
from engine.machine.instructions import FAST
from engine.program import worth
from engine.program.derivatives import derive
from engine.program.operations import OPERATIONS


@njit(error_model="numpy")
def _rows(name, x, y):
    for k in range(x.size):
        if name == "EXP":
            y[k] = elementary.fast_exp(x[k])
        elif name == "LOG":
            y[k] = elementary.fast_log(x[k])
        elif name == "TANH":
            y[k] = elementary.fast_tanh(x[k])
        elif name == "SIGMOID":
            y[k] = 1.0 / (1.0 + elementary.fast_exp(-x[k]))
        elif abs(x[k]) < 1e5:
            y[k] = elementary.fast_sine(x[k], np.int64(0 if name == "SIN" else 1))
        else:
            y[k] = np.sin(x[k]) if name == "SIN" else np.cos(x[k])


def _of_size(name):
    """exp or log as the machine computes it for values of so many numbers."""

    def function(x):
        if x.size <= 2:
            return getattr(worth, name)(x)
        y = np.empty(x.shape)
        _rows(name.upper(), np.ascontiguousarray(x).ravel(), y.reshape(-1))
        return y

    return function


def on_numpy(program, **inputs):
    """Each output of the program by name, as NumPy arrays."""
    values = []
    with np.errstate(all="ignore"):
        for node in program.nodes:
            given = [values[k] for k in node.arguments]
            if node.operation == "input":
                values.append(np.asarray(inputs[node.attribute], dtype=np.float64))
            elif node.operation == "constant":
                values.append(np.float64(node.attribute))
            elif node.operation == "logsumexp":
                values.append(worth.logsumexp(given[0], _of_size("exp"), _of_size("log")))
            elif OPERATIONS[node.operation].instruction in FAST and int(np.prod(node.shape)) > 2:
                row = np.ascontiguousarray(np.broadcast_to(given[0], node.shape)).ravel()
                values.append(np.empty(node.shape))
                _rows(OPERATIONS[node.operation].instruction, row, values[-1].reshape(-1))
            else:
                attribute = () if node.attribute is None else (node.attribute,)
                values.append(OPERATIONS[node.operation].evaluate(*given, *attribute))
    return {name: np.asarray(values[k], dtype=np.float64) for name, k in program.outputs.items()}


def loss_on_numpy(objective):
    """What an update rule sees of an objective, run on NumPy."""
    first, second = (derive(objective.form.program, order) for order in (1, 2))
    return SimpleNamespace(
        gradient=lambda phi: on_numpy(first, phi=phi, **objective.inputs)["gradient"],
        hessian=lambda phi: on_numpy(second, phi=phi, **objective.inputs)["hessian"],
    )
