"""Functions that NumPy does not have, on arrays and on traced values alike.

On arrays each is what the oracle says the operation of its name is worth.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.program import worth
from engine.program.tracing import Traced


def _function(operation: str, value: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def function(a: Any) -> Any:
        if isinstance(a, Traced):
            return a.apply(operation, a)
        with np.errstate(all="ignore"):
            return value(np.asarray(a, dtype=np.float64))

    function.__name__ = operation
    return function


relu = _function("relu", worth.relu)
sigmoid = _function("sigmoid", worth.sigmoid)
softplus = _function("softplus", worth.softplus)
erf = _function("erf", worth.erf)
