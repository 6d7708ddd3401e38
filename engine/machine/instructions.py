"""The machine's instructions, by number. The table of operations names those its rows become.

Two arithmetic operations, of which the first feeds only the second, make one instruction: `MULTIPLY_ADD` is a * b + c,
`MULTIPLY_FROM` is c - a * b, `ADD_INTO` is c / (a + b). Both roundings are kept, so the result is the same to the bit.
"""

import numpy as np

FIRST = ("ADD", "SUBTRACT", "MULTIPLY", "DIVIDE")
SECOND = ("ADD", "SUBTRACT", "FROM", "MULTIPLY", "DIVIDE", "INTO")
LIBRARY = tuple(
    "POWER EXP LOG LOG1P EXPM1 SIN COS TAN ARCSIN ARCCOS ARCTAN SINH COSH TANH SIGMOID SOFTPLUS ERF".split(),
)
NAMES = (
    *FIRST,
    *(f"{first}_{second}" for first in FIRST for second in SECOND),
    *"NEGATIVE RECIPROCAL SQRT COPY ABSOLUTE SIGN STEP FLOOR RELU MINIMUM MAXIMUM GREATER LESS WHERE".split(),
    *"SPREAD PACK ROW_SUM ROW_DOT".split(),
    *LIBRARY,
    *"SUM FAST_EXP FAST_LOG FAST_SIN FAST_COS FAST_SIN_COS FAST_TANH FAST_SIGMOID".split(),
    *"MATMUL TRANSPOSE EXPAND_COLUMN EXPAND_ROW SUM_COLUMNS MAX_ROWS GATHER SCATTER EMBED MOVE".split(),
)
NUMBER = {name: number for number, name in enumerate(NAMES)}
HELD = 100
"""Added, once, twice and four times, where the first, second and third source was computed just before."""
OCTET = 800
"""Added to an instruction of arithmetic that works on eight numbers, one vector register, instead of on two."""
ROW = 900
"""Added to an instruction that works on rows of numbers."""
MATRIX = 1000
"""Added to an instruction that works on matrices."""
CALL = 1200
"""Stands where the loss's own instructions will be linked in; its first source is the point, its sixth word says which
value that is: calls at one value share their work."""

FAST = {name: "FAST_" + name for name in ("EXP", "LOG", "SIN", "COS", "SIN_COS", "TANH", "SIGMOID")}
"""Polynomials that compilers vectorise, in place of the C library's functions, where many lanes run."""

WORDS = 10
"""Unsigned integers an instruction takes: number, destination, three sources; for rows count, length, three moves."""

VECTOR = 8
"""Numbers in the widest vector register."""

LANES = 256
"""Lanes in a block: enough to share the cost of dispatch, few enough for the cache."""

# the numbers by name, as constants that the kernels are compiled with
SPREAD = np.uint64(NUMBER["SPREAD"])
POWER = np.uint64(NUMBER["POWER"])
EXP = np.uint64(NUMBER["EXP"])
LOG = np.uint64(NUMBER["LOG"])
LOG1P = np.uint64(NUMBER["LOG1P"])
EXPM1 = np.uint64(NUMBER["EXPM1"])
SIN = np.uint64(NUMBER["SIN"])
COS = np.uint64(NUMBER["COS"])
TAN = np.uint64(NUMBER["TAN"])
ARCSIN = np.uint64(NUMBER["ARCSIN"])
ARCCOS = np.uint64(NUMBER["ARCCOS"])
ARCTAN = np.uint64(NUMBER["ARCTAN"])
SINH = np.uint64(NUMBER["SINH"])
COSH = np.uint64(NUMBER["COSH"])
TANH = np.uint64(NUMBER["TANH"])
SIGMOID = np.uint64(NUMBER["SIGMOID"])
ERF = np.uint64(NUMBER["ERF"])
SOFTPLUS = np.uint64(NUMBER["SOFTPLUS"])
SUM = np.uint64(NUMBER["SUM"])
FAST_EXP = np.uint64(NUMBER["FAST_EXP"])
FAST_LOG = np.uint64(NUMBER["FAST_LOG"])
FAST_SIN = np.uint64(NUMBER["FAST_SIN"])
FAST_COS = np.uint64(NUMBER["FAST_COS"])
FAST_SIN_COS = np.uint64(NUMBER["FAST_SIN_COS"])
FAST_TANH = np.uint64(NUMBER["FAST_TANH"])
FAST_SIGMOID = np.uint64(NUMBER["FAST_SIGMOID"])
MATMUL = np.uint64(NUMBER["MATMUL"])
TRANSPOSE = np.uint64(NUMBER["TRANSPOSE"])
EXPAND_COLUMN = np.uint64(NUMBER["EXPAND_COLUMN"])
EXPAND_ROW = np.uint64(NUMBER["EXPAND_ROW"])
SUM_COLUMNS = np.uint64(NUMBER["SUM_COLUMNS"])
MAX_ROWS = np.uint64(NUMBER["MAX_ROWS"])
GATHER = np.uint64(NUMBER["GATHER"])
SCATTER = np.uint64(NUMBER["SCATTER"])
EMBED = np.uint64(NUMBER["EMBED"])
MOVE = np.uint64(NUMBER["MOVE"])
