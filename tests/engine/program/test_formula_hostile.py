"""Every formula of the hostile inputs behaves as listed, on a 64x64 grid, and touches nothing but memory."""

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
HOSTILE = json.loads((ROOT / "tests/reference/hostile_inputs.json").read_text(encoding="utf-8"))
CONTRACT, CASES = HOSTILE["contract"]["formula"], HOSTILE["formulas"]

WATCHED = """
import json, resource, sys, time, warnings
warnings.simplefilter("error")
from engine.errors import FormulaError
from engine.landscape import evaluate, grid
from engine.objective import objective_of_formula

cases = json.load(sys.stdin)
SQUARE = ((-5.0, 5.0), (-5.0, 5.0))
grid(objective_of_formula("x + y", *SQUARE), *SQUARE, (64, 64))  # the kernel's file is read before the watch begins
events = []
watching = True
sys.addaudithook(lambda event, arguments: watching and events.append(event))


def tried(case, k):
    begin = time.thread_time()
    try:
        objective = objective_of_formula(case["text"] + k * " ", *SQUARE)  # more blanks: another one to the cache
        loss = grid(objective, *SQUARE, (64, 64))[2]
        answer = {"finite": bool(abs(loss).min() < float("inf")), "seconds": time.thread_time() - begin}
        points = [point[:2] for point in case["check"]]
        return answer | {"values": evaluate(objective, points, 0)["loss"].tolist() if points else []}
    except FormulaError as error:
        return {"message": error.message, "position": error.position, "seconds": time.thread_time() - begin}


answers = []
for case in cases:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tries = [tried(case, k) for k in range(3)]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    answers.append(tries[0] | {"seconds": min(t["seconds"] for t in tries), "grown": grown})
watching = False
print(json.dumps({"answers": answers, "events": sorted(set(events))}))
"""
HARMLESS = {"object.__getattr__", "object.__setattr__", "sys._getframe"}


def text_of(case: dict[str, Any]) -> str:
    return case["formula"] if "formula" in case else "".join(piece * count for piece, count in case["gen"])


@pytest.fixture(scope="module")
def watched() -> dict[str, Any]:
    """The answers to all cases from a process of its own, with the events its interpreter reported."""
    cases = [{"text": text_of(case), "check": case.get("check", [])} for case in CASES]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED], input=json.dumps(cases), capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    result: dict[str, Any] = json.loads(done.stdout)
    result["answers"] = dict(zip([case["id"] for case in CASES], result["answers"], strict=True))
    return result


def agrees(value: float, wanted: float | str) -> bool:
    if isinstance(wanted, str):
        return not math.isfinite(value) or (wanted == "nonfinite_or_zero" and value == 0)
    return math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_hostile_formula_is_read_right_or_refused_with_a_sentence(
    case: dict[str, Any], watched: dict[str, Any]
) -> None:
    answer, expect = watched["answers"][case["id"]], case["expect"]
    refused = "message" in answer
    assert refused if expect == "reject" else not refused if expect == "accept" else True
    if refused:
        assert 0 < len(answer["message"]) <= 300
        assert answer["position"] is not None
        assert not any(word in answer["message"] for word in ("Traceback", "<class", "NoneType", "Error"))
    else:
        assert expect != "reject_or_nonfinite" or not answer["finite"]
        wanted = [point[2] for point in case.get("check", [])]
        assert all(agrees(got, want) for got, want in zip(answer["values"], wanted, strict=True))
    assert answer["seconds"] <= CONTRACT["max_ms"] / 1000
    assert answer["grown"] <= 50 * 1024


def test_reading_formulas_opens_no_file_starts_no_process_and_compiles_nothing(watched: dict[str, Any]) -> None:
    assert set(watched["events"]) <= HARMLESS


def test_an_unknown_variable_is_named_and_an_incomplete_formula_says_so(watched: dict[str, Any]) -> None:
    assert "z is not known" in watched["answers"]["F129"]["message"]
    assert "incomplete" in watched["answers"]["F162"]["message"]
