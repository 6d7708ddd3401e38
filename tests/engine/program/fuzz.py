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
from typing import Any

import numpy as np
from latex2mathml.converter import convert

from engine.errors import FormulaError
from engine.landscape import evaluate
from engine.objective import objective_of_formula
from engine.program.formula import parse
from engine.program.printing import to_formula, to_latex

from .arithmetic import NotPythonError, Number, UndecidedError, expected, parsed
from .grammar import Grammar, spelling

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


def attempt(text: str, points: list[tuple[float, float]], k: int, report: Report) -> None:
    """Parse, derive and evaluate one formula, and compare all of it."""
    order = 1 if k % DERIVED == 0 else 0
    program = parse(text)
    found, seconds = computed(text, points)
    for blanks in (1, 2, 3):  # more blanks make it another formula to the cache
        seconds = min(seconds, computed(text + blanks * " ", points)[1]) if seconds > SLOWEST / 5 else seconds
    report.slowest = max(report.slowest, (seconds, text))
    if seconds > SLOWEST:
        report.fail(text, f"took {1000 * seconds:.0f} ms")
    report.counts["accepted"] += 1
    latex = to_latex(program)
    if k % TYPESET == 0:
        convert(latex)
    try:
        tree = parsed(spelling(text))
    except NotPythonError:
        report.fail(text, "is accepted, but is not arithmetic to Python")
        return
    columns = np.array(points).T
    oracle = np.broadcast_to(program(x=columns[0], y=columns[1])["loss"], len(points))
    printed = to_formula(program)
    again = parse(printed)
    if to_formula(again) != printed or not np.array_equal(
        again(x=columns[0], y=columns[1])["loss"], program(x=columns[0], y=columns[1])["loss"], equal_nan=True
    ):
        report.fail(text, f"prints as {printed!r}, which is another program")
    for i, point in enumerate(points):
        machine = [float(found["loss"][i]), *map(float, found["gradient"][i])]
        compare(text, "oracle", tree, point, [float(oracle[i])], report)
        compare(text, "machine", tree, point, machine if order else machine[:1], report)


def computed(text: str, points: list[tuple[float, float]]) -> tuple[dict[str, Any], float]:
    """Values and derivatives on the machine, and the seconds from the text to them."""
    begin = time.perf_counter()
    found = evaluate(objective_of_formula(text, (-5.0, 5.0), (-5.0, 5.0)), points, 1)
    return found, time.perf_counter() - begin


def compare(
    text: str, where: str, tree: ast.expr, point: tuple[float, float], got: list[float], report: Report
) -> None:
    """Each number found must be Python's, as far as it can be said."""
    for order in range(2 if len(got) > 1 else 1):
        try:
            wanted = expected(tree, *point, order)
        except NotPythonError:
            report.fail(text, "is accepted, but is not arithmetic to Python")
            return
        except UndecidedError:
            report.counts[f"undecided {where} order {order}"] += 1
            return
        if order == 1 and not (math.isfinite(wanted[0].value) and math.isfinite(got[0])):
            return  # where there is no value there is no derivative
        report.counts[f"compared {where} order {order}"] += 1
        for name, value, bound in list(zip(("loss", "dx", "dy"), got, wanted, strict=False))[order:]:
            if not agrees(value, bound, derivative=order == 1):
                report.fail(text, f"{name} at {point} is {value!r} on the {where}, {bound} in Python")


def agrees(value: float, wanted: Number, *, derivative: bool) -> bool:
    """Equal within the tolerance; infinite where infinite. A derivative that does not exist may be any."""
    if not math.isfinite(wanted.value) or not math.isfinite(value):
        same = value == wanted.value or (math.isnan(value) and math.isnan(wanted.value))
        return same or derivative
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
