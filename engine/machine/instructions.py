"""The machine's instructions, by number. The table of operations names those its rows become.

Two arithmetic operations, of which the first feeds only the second, make one instruction: `MULTIPLY_ADD` is a * b + c,
`MULTIPLY_FROM` is c - a * b, `ADD_INTO` is c / (a + b). Both roundings are kept, so the result is the same to the bit.
"""

import numpy as np

FIRST = ("ADD", "SUBTRACT", "MULTIPLY", "DIVIDE")
SECOND = ("ADD", "SUBTRACT", "FROM", "MULTIPLY", "DIVIDE", "INTO")
LIBRARY = tuple(
    "POWER EXP LOG LOG1P EXPM1 SIN COS TAN ARCSIN ARCCOS ARCTAN SINH COSH TANH SIGMOID SOFTPLUS".split(),
)
NAMES = (
    *FIRST,
    *(f"{first}_{second}" for first in FIRST for second in SECOND),
    *"NEGATIVE RECIPROCAL SQRT SPREAD PACK COPY ABSOLUTE SIGN STEP RELU MINIMUM MAXIMUM GREATER LESS WHERE".split(),
    *LIBRARY,
    *"SUM FAST_EXP FAST_LOG FAST_SIN FAST_COS FAST_TANH FAST_SIGMOID".split(),
)
NUMBER = {name: number for number, name in enumerate(NAMES)}
ROW = 100
"""Added to an instruction that works on rows of numbers instead of on two."""

FAST = {name: "FAST_" + name for name in ("EXP", "LOG", "SIN", "COS", "TANH", "SIGMOID")}
"""Polynomials that compilers vectorise, in place of the C library's functions, where many lanes run."""

WORDS = 10
"""Unsigned integers an instruction takes: number, destination, three sources; for rows count, length, three moves."""

LANES = 256
"""Lanes in a block: enough to share the cost of dispatch, few enough for the cache."""

CODES = {name: np.uint64(number) for name, number in NUMBER.items()}
