"""The table of operations: what a program can be made of, a row each. Adding an operation is adding a row.

IEEE arithmetic decides every value: nothing raises, 1/0 is infinite, log(-1) is not a number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from engine.program import worth
from engine.program.operation import Operation, binary, unary
from engine.program.tensors import SHAPES

TABLE: tuple[Operation, ...] = (
    # ---- arithmetic
    binary("add", "+", "{0} + {1}", 10, np.add, (lambda g, y, a, b: g, lambda g, y, a, b: g), commutative=True),
    binary("subtract", "-", "{0} - {1}", 10, np.subtract, (lambda g, y, a, b: g, lambda g, y, a, b: -g)),
    binary(
        "multiply",
        "*",
        r"{0} \cdot {1}",
        20,
        np.multiply,
        (lambda g, y, a, b: g * b, lambda g, y, a, b: g * a),
        commutative=True,
    ),
    Operation(
        "divide",
        2,
        np.divide,
        (lambda g, y, a, b: g / b, lambda g, y, a, b: -(g * y / b)),
        "DIVIDE",
        (np.divide,),
        "{0}/{1}",
        r"\frac{{{0}}}{{{1}}}",
        20,
        latex_precedence=30,
    ),
    Operation("negative", 1, np.negative, (lambda g, y, a: -g,), "NEGATIVE", (np.negative,), "-{0}", "-{0}", 25, 20),
    Operation(
        "power",
        2,
        worth.power,
        (lambda g, y, a, b: g * b * a ** (b - 1), lambda g, y, a, b: g * y * np.log(a)),
        "POWER",
        (np.power, np.float_power),
        "{0}**{1}",
        "{0}^{{{1}}}",
        40,
        right_associative=True,
    ),
    Operation(
        "integer_power",
        1,
        worth.integer_power,
        (lambda g, y, a, n: g * n * a ** (n - 1) if n else g * 0.0,),
        "",
        (),
        "{0}**{n}",
        "{0}^{{{n}}}",
        40,
        right_associative=True,
        help="a whole power, made of products",
    ),
    # ---- pieces
    Operation(
        "absolute",
        1,
        np.abs,
        (lambda g, y, a: g * np.sign(a),),
        "ABSOLUTE",
        (np.absolute,),
        "abs({0})",
        r"\left|{0}\right|",
        help="derivative 0 at 0",
    ),
    unary("sign", worth.sign, None, np.sign),
    unary("step", worth.step, None, None, help="1 above 0, else 0"),
    Operation(
        "floor",
        1,
        np.floor,
        (None,),
        "FLOOR",
        (np.floor,),
        "floor({0})",
        r"\left\lfloor {0} \right\rfloor",
        help="the largest whole number that is not above",
    ),
    unary("relu", worth.relu, lambda g, y, a: np.where(a > 0, g, 0.0), help="derivative 0 at 0"),
    Operation(
        "minimum",
        2,
        worth.minimum,
        (lambda g, y, a, b: np.where(a < b, g, 0.0), lambda g, y, a, b: np.where(a < b, 0.0, g)),
        "MINIMUM",
        (np.minimum,),
        "min({0}, {1})",
        r"\min\left({0}, {1}\right)",
        help="at a tie the second argument counts",
    ),
    Operation(
        "maximum",
        2,
        worth.maximum,
        (lambda g, y, a, b: np.where(a > b, g, 0.0), lambda g, y, a, b: np.where(a > b, 0.0, g)),
        "MAXIMUM",
        (np.maximum,),
        "max({0}, {1})",
        r"\max\left({0}, {1}\right)",
        help="at a tie the second argument counts",
    ),
    Operation(
        "greater",
        2,
        lambda a, b: np.where(a > b, 1.0, 0.0),
        (None, None),
        "GREATER",
        (np.greater,),
        "greater({0}, {1})",
        r"\left[{0} > {1}\right]",
        help="1 where the first is above the second, else 0",
    ),
    Operation(
        "less",
        2,
        lambda a, b: np.where(a < b, 1.0, 0.0),
        (None, None),
        "LESS",
        (np.less,),
        "less({0}, {1})",
        r"\left[{0} < {1}\right]",
        help="1 where the first is below the second, else 0",
    ),
    Operation(
        "where",
        3,
        worth.where,
        (None, lambda g, y, c, a, b: np.where(c, g, 0.0), lambda g, y, c, a, b: np.where(c, 0.0, g)),
        "WHERE",
        (np.where,),
        "where({0}, {1}, {2})",
        r"\operatorname{{where}}\left({0}, {1}, {2}\right)",
        help="the second where the first is not 0, else the third",
    ),
    # ---- functions
    Operation("sqrt", 1, np.sqrt, (lambda g, y, a: g / (y + y),), "SQRT", (np.sqrt,), "sqrt({0})", r"\sqrt{{{0}}}"),
    unary("exp", worth.exp, lambda g, y, a: g * y, np.exp, latex=r"\exp"),
    unary("log", worth.log, lambda g, y, a: g / a, np.log, latex=r"\log", help="natural logarithm"),
    unary("log1p", worth.log1p, lambda g, y, a: g / (1 + a), np.log1p, help="log(1 + x)"),
    unary("expm1", worth.expm1, lambda g, y, a: g * (y + 1), np.expm1, help="exp(x) - 1"),
    unary("sin", worth.sin, lambda g, y, a: g * np.cos(a), np.sin, latex=r"\sin", raised=True),
    unary("cos", worth.cos, lambda g, y, a: -(g * np.sin(a)), np.cos, latex=r"\cos", raised=True),
    unary("tan", worth.tan, lambda g, y, a: g * (1 + y * y), np.tan, latex=r"\tan", raised=True),
    unary("arcsin", worth.arcsin, lambda g, y, a: g / np.sqrt(1 - a * a), np.arcsin, latex=r"\arcsin"),
    unary("arccos", worth.arccos, lambda g, y, a: -(g / np.sqrt(1 - a * a)), np.arccos, latex=r"\arccos"),
    unary("arctan", worth.arctan, lambda g, y, a: g / (1 + a * a), np.arctan, latex=r"\arctan"),
    unary("sinh", worth.sinh, lambda g, y, a: g * np.cosh(a), np.sinh, latex=r"\sinh", raised=True),
    unary("cosh", worth.cosh, lambda g, y, a: g * np.sinh(a), np.cosh, latex=r"\cosh", raised=True),
    unary("tanh", worth.tanh, lambda g, y, a: g * (1 - y * y), np.tanh, latex=r"\tanh", raised=True),
    unary("sigmoid", worth.sigmoid, lambda g, y, a: g * y * (1 - y), latex=r"\sigma", help="1 / (1 + exp(-x))"),
    unary("erf", worth.erf, lambda g, y, a: g * (2 / math.sqrt(math.pi) * np.exp(-(a * a))), help="error function"),
    unary("softplus", worth.softplus, lambda g, y, a: g * a.apply("sigmoid", a), help="log(1 + exp(x))"),
    # ---- between shapes
    *SHAPES,
    # ---- what an update rule asks of the loss; the linker puts the loss's own program there
    Operation("gradient", 1, worth.unlinked, None, "CALL_GRADIENT", (), "gradient({0})", r"\nabla L\left({0}\right)"),
    Operation(
        "hessian",
        1,
        worth.unlinked,
        None,
        "CALL_HESSIAN",
        (),
        "hessian({0})",
        r"\nabla^2 L\left({0}\right)",
        shape=lambda shapes, _: (shapes[0][0] ** 2,),
    ),
)


OPERATIONS: dict[str, Operation] = {row.name: row for row in TABLE}
NUMPY_FUNCTIONS: dict[Any, str] = {function: row.name for row in TABLE for function in row.numpy}
