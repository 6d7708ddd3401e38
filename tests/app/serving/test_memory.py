"""What a server holds: the compiler's code goes after the start, and comes back where it is needed."""

import sys
from pathlib import Path

import numba
import pytest

from app.serving.memory import give_back
from engine import evaluate, objective_of_formula

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is resident")


def resident_megabytes(process: int | str = "self") -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


@linux
def test_memory_that_is_given_back_is_no_longer_held() -> None:
    numba.njit(lambda x: x + 1)(1)
    before = resident_megabytes()
    give_back()
    assert resident_megabytes() < before - 20


def test_the_engine_and_its_compiler_work_on_without_it() -> None:
    objective = objective_of_formula("sin(x)*y", (-1, 1), (-1, 1))
    expected = evaluate(objective, [(0.5, 2.0)], 2)
    give_back()
    found = evaluate(objective, [(0.5, 2.0)], 2)
    assert {name: rows.tolist() for name, rows in found.items()} == {n: rows.tolist() for n, rows in expected.items()}
    assert numba.njit(lambda x: 2 * x)(21) == 42
