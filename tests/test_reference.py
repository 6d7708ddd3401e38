"""Every case of the reference is replayed by some test, which reads what the case says."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
READERS = {"case", "cases", "CASES"}
"""What a test that replays a case has at hand: a fixture, or the cases as its module reads them."""
OF_NETWORKS = ("shallow_net_5x", "mlp_7_2", "nanograd_1d_data", "nanograd_1_8_1_init")
"""The data of the book's and the notebook's networks; the notebook's run on them has no case but the lecture's numbers."""


def functions():
    """Each test function of the engine and of the API: its names and its texts, its decorators included."""
    for path in sorted([*TESTS.glob("engine/**/test_*.py"), *TESTS.glob("app/test_*.py")]):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                inside = list(ast.walk(node))
                names = {part.id for part in inside if isinstance(part, ast.Name)} | {
                    part.arg for part in node.args.args
                }
                texts = {
                    part.value for part in inside if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
                yield names, texts


@pytest.fixture(scope="module")
def replayed():
    """The texts of the tests that read cases."""
    return set().union(*(texts for names, texts in functions() if names & READERS))


def test_no_case_of_the_reference_is_left_out(cases, replayed):
    assert len(cases) > 30
    assert set(cases) - replayed == set()


def test_a_case_that_nobody_replays_would_be_missed(replayed):
    assert "scalar-arch-sigmoid-relu" not in replayed and "scalar-arch-tanh-tanh" in replayed


def test_the_networks_and_the_notebooks_data_are_trained_on_and_looked_at(fixtures):
    known = {text for path in TESTS.rglob("test_*.py") if path != Path(__file__) for text in texts_of(path)}
    assert set(OF_NETWORKS) <= set(fixtures) and set(OF_NETWORKS) <= known


def texts_of(path):
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
