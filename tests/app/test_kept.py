"""Paths that are kept: one slider computes one path, the bytes are those of a path computed anew, and room is bounded."""

import threading
import time

import httpx
import numpy as np
import pytest

from app import kept
from app.kept import Kept, size_of
from engine.catalog import load_catalog
from engine.objective import objective_of_formula
from engine.rule import Rule
from engine.trajectory import run

from .asking import BODIES, post

BOWL = objective_of_formula("x**2 + 3*y**2", (-2, 2), (-2, 2))
CATALOG = load_catalog()


def rule(name: str, rate: float) -> Rule:
    return Rule.of(CATALOG.optimizers[name], {"learning_rate": rate})


def asked(paths: Kept, rules: list[Rule], start: tuple[float, float] = (1.0, 1.0), steps: int = 10):
    return paths.paths(BOWL, start, rules, steps, time.monotonic() + 10)


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float]]:
    """What was computed, and not kept."""
    found: list[tuple[str, float]] = []

    def watched(objective, start, rules, steps, **more):
        found.extend((each.entry.name, each.hyperparameters["learning_rate"]) for each in rules)
        return run(objective, start, rules, steps, **more)

    monkeypatch.setattr(kept, "run", watched)
    return found


def test_a_slider_that_moves_computes_the_path_of_its_own_optimiser_alone(computed):
    paths = Kept(10**6)
    asked(paths, [rule("gd", 0.1), rule("adam", 0.1)])
    for rate in (0.11, 0.12, 0.13):
        found = asked(paths, [rule("gd", 0.1), rule("adam", rate)])
        (alone,) = run(BOWL, (1.0, 1.0), [rule("adam", rate)], 10)
        assert np.array_equal(found[1].phi, alone.phi) and found[1].rule.hyperparameters["learning_rate"] == rate
    assert computed == [("gd", 0.1), ("adam", 0.1), ("gd", 0.1), ("adam", 0.11), ("adam", 0.12), ("adam", 0.13)]


def test_a_path_is_kept_when_it_is_asked_for_again_and_where_a_slider_has_been_is_not(computed):
    paths = Kept(10**6)
    for k in range(50):
        asked(paths, [rule("adam", 0.1 + 0.001 * k)])
    assert not len(paths) and not paths.bytes
    kept = [asked(paths, [rule("adam", 0.1)])[0] for _ in range(3)]
    assert kept[0] is kept[1] is kept[2] and len(paths) == 1 and len(computed) == 51


def test_of_what_was_asked_for_once_only_the_latest_is_known(monkeypatch, computed):
    monkeypatch.setattr(kept, "COUNT", 5)
    paths = Kept(10**6)
    for _ in range(3):
        asked(paths, [rule("adam", 0.1 + 0.01 * k) for k in range(6)])
    assert not len(paths) and len(paths._asked) == 5 and len(computed) == 18


def test_whatever_decides_a_path_tells_it_from_others(computed):
    paths = Kept(10**6)
    asked(paths, [rule("gd", 0.1)])
    asked(paths, [rule("gd", 0.1)], steps=11)
    asked(paths, [rule("gd", 0.1)], start=(1.0, 1.5))
    asked(paths, [rule("sgd", 0.1)])
    first = asked(paths, [rule("gd", 0.1)], start=(0.0, 1.0))[0]
    second = asked(paths, [rule("gd", 0.1)], start=(-0.0, 1.0))[0]
    assert np.signbit(second.phi[0, 0]) and not np.signbit(first.phi[0, 0])
    assert len(computed) == 6


def test_the_room_is_bounded_and_what_was_not_asked_for_longest_leaves_first(computed):
    one = size_of(run(BOWL, (1.0, 1.0), [rule("gd", 0.1)], 10)[0])
    paths = Kept(kept.PART * one)
    asked(paths, [rule("gd", 0.01)] * 2)
    computed.clear()
    for k in range(1, 20):
        asked(paths, [*[rule("gd", 0.01 * (k + 1))] * 2, rule("gd", 0.01)])
        assert paths.bytes == one * len(paths) <= paths.most
    assert len(paths) == kept.PART
    assert ("gd", 0.01) not in computed, "what is asked for again and again stays"
    asked(paths, [rule("gd", 0.02)])
    assert computed[-1] == ("gd", 0.02) and len(computed) == 2 * 19 + 1
    asked(paths, [rule("gd", 0.3)] * 2, steps=11)
    assert all(path.steps == 10 for path in paths._paths.values()), "a path that takes too much room is not kept"


def test_many_small_paths_do_not_hold_on_to_their_programs_for_ever(monkeypatch):
    monkeypatch.setattr(kept, "COUNT", 5)
    paths = Kept(10**9)
    asked(paths, [rule("gd", 0.001 * (k + 1)) for k in range(50) for _ in range(2)], steps=1)
    assert len(paths) == 5 and paths.bytes == sum(map(size_of, paths._paths.values()))


def test_threads_that_ask_for_the_same_leave_one_of_each():
    paths = Kept(10**6)
    threads = [threading.Thread(target=lambda: asked(paths, [rule("gd", 0.01), rule("adam", 0.01)])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 2 and paths.bytes == sum(map(size_of, paths._paths.values()))


@pytest.mark.parametrize("accept", ["application/json", "application/octet-stream", "text/csv"])
def test_an_answer_has_the_same_bytes_whatever_was_asked_for_before(client: httpx.Client, accept: str) -> None:
    body = BODIES["/api/trajectories"] | {"optimizers": [{"name": "gd", "learning_rate": 0.0013}, {"name": "adam"}]}
    moved = body | {"optimizers": [{"name": "gd", "learning_rate": 0.0014}, {"name": "adam"}]}
    headers = {"Accept": accept}
    turns = (body, moved, body, body, moved, body)  # the third finds the paths of the first kept
    found = [post(client, "/api/trajectories", each, **headers) for each in turns]
    answers, tags = [each.content for each in found], [each.headers["etag"] for each in found]
    for of in (answers, tags):
        assert of[0] == of[2] == of[3] == of[5] != of[1] == of[4]
