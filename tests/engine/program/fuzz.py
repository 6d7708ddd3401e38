"""The formula fuzzer: python -m tests.engine.program.fuzz --count 100000

Formulas from the grammar, and broken ones, are parsed, differentiated and evaluated, at once and on the machine;
whatever is accepted must be worth what Python's own arithmetic says, and nothing but FormulaError may come out.
"""

import argparse
import ast
import math
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random

import numpy as np
from latex2mathml.converter import convert
from numpy.typing import NDArray

from engine.errors import FormulaError
from engine.landscape import evaluate
from engine.objective import objective_of_formula
from engine.program.formula import parse
from engine.program.printing import to_formula, to_latex
from engine.program.program import Program

from .arithmetic import Number, UndecidedError
from .calculus import NotPythonError, expected, parsed
from .grammar import Grammar, spelling

Point = tuple[float, float]
Points = list[Point]
Array = NDArray[np.float64]

POINTS = ((0.0, 0.0), (1.0, -1.0), (-2.0, 0.5), (3.0, 2.0), (1e-3, -40.0), (710.0, 1e10), (-0.0, 1e-200), (0.5, 0.25))
RELATIVE, ABSOLUTE = 1e-9, 1e-12
SLOWEST = 0.05
BROKEN, DERIVED, TYPESET = 4, 4, 20
"""One in so many formulas is broken, has its derivative compared, is turned into MathML."""


@dataclass
class Report:
    """What a run found: counts of what was compared, and every failure with the formula."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    def fail(self, formula: str, reason: str) -> None:
        self.failures.append(f"{formula!r}: {reason}")


def run(count: int, seed: int) -> Report:
    """Try so many formulas; the seed and the count tell all of them."""
    computed("x + y", [(1.0, 2.0)])  # the kernel is loaded before anything is timed
    grammar, random, report = Grammar(seed), Random(seed), Report()
    for k in range(count):
        broken = k % BROKEN == BROKEN - 1
        text = grammar.broken() if broken else grammar.formula()
        points = [*random.sample(POINTS, 2), (random.gauss(0, 3), random.gauss(0, 3))]
        try:
            attempt(text, points, k, report)
        except FormulaError as error:
            report.counts["refused"] += 1
            check_refusal(text, error, report, allowed=broken)
        except Exception as error:
            report.fail(text, f"{type(error).__name__}: {error}")
    return report


def attempt(text: str, points: Points, k: int, report: Report) -> None:
    """Parse, derive and evaluate one formula, and compare all of it."""
    program = parse(text)
    found, seconds = computed(text, points)
    for blanks in (1, 2, 3):  # more blanks make it another formula to the cache
        seconds = min(seconds, computed(text + blanks * " ", points)[1]) if seconds > SLOWEST / 2 else seconds
    report.slowest = max(report.slowest, (seconds, text))
    if seconds > SLOWEST:
        report.fail(text, f"took {1000 * seconds:.0f} ms")
    report.counts["accepted"] += 1
    latex = to_latex(program)
    if k % TYPESET == 0:
        convert(latex)
    x, y = np.array(points).T
    loss = np.broadcast_to(program(x=x, y=y)["loss"], len(points))
    check_printing(text, program, loss, points, report)
    try:
        tree = parsed(spelling(text))
        for i, point in enumerate(points):
            compare_value(text, tree, point, {"oracle": loss[i], "machine": found["loss"][i]}, report)
            if k % DERIVED == 0 and np.isfinite(loss[i]):  # where there is no value there is no derivative
                compare_derivative(text, tree, point, found["gradient"][i], report)
    except NotPythonError:
        report.fail(text, "is accepted, but is not arithmetic to Python")


def computed(text: str, points: Points) -> tuple[dict[str, Array], float]:
    """Values and derivatives on the machine, and the seconds of work from the text to them."""
    begin = time.thread_time()
    found = evaluate(objective_of_formula(text, (-5.0, 5.0), (-5.0, 5.0)), points, 1)
    return found, time.thread_time() - begin


def check_printing(text: str, program: Program, loss: Array, points: Points, report: Report) -> None:
    """What is printed parses again, prints the same again and is worth the same, to the bit."""
    printed = to_formula(program)
    x, y = np.array(points).T
    again = parse(printed)
    if to_formula(again) != printed or not np.array_equal(
        np.broadcast_to(again(x=x, y=y)["loss"], len(points)), loss, equal_nan=True
    ):
        report.fail(text, f"prints as {printed!r}, which is another program")


def compare_value(text: str, tree: ast.expr, point: Point, found: dict[str, float], report: Report) -> None:
    """The loss must be Python's, as far as it can be said."""
    try:
        (wanted,) = expected(tree, *point, 0)
    except UndecidedError:
        report.counts["values undecided"] += 1
        return
    report.counts["values compared"] += 1
    for where, value in found.items():
        if not agrees(float(value), wanted):
            report.fail(text, f"loss at {point} is {value!r} on the {where}, {wanted} in Python")


def compare_derivative(text: str, tree: ast.expr, point: Point, found: Array, report: Report) -> None:
    """The gradient must be what the rules of calculus give, or not finite: no value, never a wrong one."""
    try:
        wanted = expected(tree, *point, 1)[1:]
    except UndecidedError:
        report.counts["derivatives undecided"] += 1
        return
    for value, bound in zip(map(float, found), wanted, strict=True):
        if not math.isfinite(value) or not math.isfinite(bound.value):
            report.counts["derivatives not finite"] += 1
            continue
        report.counts["derivatives compared"] += 1
        if not agrees(value, bound):
            report.fail(text, f"a derivative at {point} is {value!r} on the machine, {bound} in Python")


def agrees(value: float, wanted: Number) -> bool:
    """Equal within the tolerance and the bound; infinite where infinite, with the same sign."""
    if not math.isfinite(wanted.value) or not math.isfinite(value):
        return value == wanted.value or (math.isnan(value) and math.isnan(wanted.value))
    return abs(value - wanted.value) <= wanted.error + RELATIVE * abs(wanted.value) + ABSOLUTE


def check_refusal(text: str, error: FormulaError, report: Report, *, allowed: bool) -> None:
    """A refusal is one short sentence with a column inside the text."""
    message, column = error.message, error.position
    if not allowed and "more than" not in message:
        report.fail(text, f"refused: {message}")
    if not 0 < len(message) <= 300 or "\n" in message or column is None or not 1 <= column <= len(text) + 1:
        report.fail(text, f"badly refused at {column}: {message!r}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    begin = time.perf_counter()
    report = run(given.count, given.seed)
    for name, count in sorted(report.counts.items()):
        print(f"{count:9,}  {name}")
    seconds = time.perf_counter() - begin
    print(f"{len(report.failures)} failures in {seconds:.0f} s; the slowest, {1000 * report.slowest[0]:.1f} ms, was")
    print(report.slowest[1])
    for failure in report.failures[:20]:
        print(failure)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
