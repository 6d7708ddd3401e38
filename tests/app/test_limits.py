"""Every limit of a request, from both sides: what is just allowed is answered, one more is refused by its name."""

import json
import time

import numpy as np
import pytest

from .asking import BODIES, error_of, post

LONG = -1.2345678901234567e-300
"""As many characters as a number in double precision can have, but one."""


def points(count):
    return BODIES["/api/evaluations"] | {"points": [[LONG, LONG]] * count, "order": 0}


def data(count):
    return {"name": "line", "data": {"x": [LONG] * count, "y": [LONG] * count}}


def evaluation(formula):
    return {"surface": {"formula": formula, "x": [-1, 1], "y": [-1, 1]}, "points": [[1, 1]]}


def race(count, steps):
    return BODIES["/api/trajectories"] | {"optimizers": [{"name": "gd"}] * count, "steps": steps}


def given(count):
    return race(1, 10) | {"surface": data(2000), "batches": {"indices": [[1999] * (count - 9), *[[0]] * 9]}}


def cloud(samples):
    return {"surface": data(samples), "phi": [LONG, LONG], "batches": {"size": 2}, "count": 3}


def draws(samples):
    return race(1, 3) | {"surface": data(samples), "batches": {"size": 2}, "draws": 2}


def curves(count, resolution, samples):
    body = BODIES["/api/predictions"] | {"surface": data(samples)}
    return body | {"phi": [[LONG, LONG]] * count, "resolution": resolution}


def trained(runs=1, steps=1, **more):
    own = {"x": [[0, 1], [1, 0]], "y": [0.5, 1]}
    return {
        "dataset": own,
        "network": {"hidden": [2]},
        "optimizer": {"name": "gd"},
        "steps": steps,
        "ensemble": runs,
        **more,
    }


def opened(nx, ny, hidden=(2,)):
    grid = {"x": [-1, 1], "y": [-1, 1], "resolution": [nx, ny]}
    return trained(steps=1, step=1, frames={"grid": grid}, network={"hidden": hidden})


MANY = {"dataset": {"name": "moons", "n": 1400}}
LIMITS = {
    "runs": ("/api/training", trained(32), trained(33), "ensemble"),
    "steps times members": ("/api/training", trained(32, 625), trained(32, 626), "steps"),
    "points of a frame": ("/api/training/states", opened(100, 100), opened(100, 101), "frames.grid.resolution"),
    "work of a frame": ("/api/training/states", opened(100, 100, [64] * 4) | MANY | {"ensemble": 3}, opened(100, 100, [64] * 4) | MANY | {"ensemble": 4}, "frames.grid.resolution"),
    "points": ("/api/evaluations", points(10_000), points(10_001), "points"),
    "points and data": ("/api/evaluations", points(10_000) | {"surface": data(2000)}, points(10_000) | {"surface": data(2001)}, "surface.data"),
    "data of a path": ("/api/trajectories", race(1, 3) | {"surface": data(2000)}, race(1, 3) | {"surface": data(2001)}, "surface.data"),
    "data of a grid": ("/api/grids", BODIES["/api/grids"] | {"surface": data(2000)}, BODIES["/api/grids"] | {"surface": data(2001)}, "surface.data"),
    "resolution": ("/api/grids", BODIES["/api/grids"] | {"resolution": [400, 400]}, BODIES["/api/grids"] | {"resolution": [400, 401]}, "resolution[1]"),
    "evaluations": ("/api/grids", {**BODIES["/api/grids"], "surface": data(125), "resolution": [400, 400]}, {**BODIES["/api/grids"], "surface": data(126), "resolution": [400, 400]}, "surface.data"),
    "curves": ("/api/predictions", curves(32, 400, 2000), curves(33, 400, 2000), "phi"),
    "points of a curve": ("/api/predictions", curves(1, 400, 2), curves(1, 401, 2), "resolution"),
    "steps": ("/api/trajectories", race(1, 20_000), race(1, 20_001), "steps"),
    "steps times optimisers": ("/api/trajectories", race(16, 1250), race(16, 1251), "steps"),
    "optimisers": ("/api/trajectories", race(16, 3), race(17, 3), "optimizers"),
    "characters of a formula": ("/api/evaluations", evaluation("x" + " " * 511), evaluation("x" + " " * 512), "surface.formula"),
    "parentheses of a formula": ("/api/evaluations", evaluation("(" * 128 + "x" + ")" * 128), evaluation("(" * 129 + "x" + ")" * 129), "surface.formula"),
    "nodes of a formula": ("/api/evaluations", evaluation("+".join("x" * 100)), evaluation("+".join("x" * 101)), "surface.formula"),
    "indices": ("/api/trajectories", given(20_000), given(20_001), "batches.indices"),
    "data of a cloud": ("/api/gradients", cloud(2000), cloud(2001), "surface.data"),
    "data of an ensemble": ("/api/ensembles", draws(2000), draws(2001), "surface.data"),
    "seed": ("/api/trajectories", race(1, 1) | {"seed": 2**53 - 1}, race(1, 1) | {"seed": 2**53}, "seed"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "below", "above", "field"), LIMITS.values(), ids=LIMITS)
def test_what_is_just_below_a_limit_is_answered_and_what_is_just_above_refused(client, path, below, above, field):
    assert post(client, path, below).status_code == 200
    assert error_of(post(client, path, above), 422)["field"] == field


def test_every_limit_is_tried_by_the_soak_from_both_sides_and_from_far_above(client):
    from tests.soak.limits import CASES

    assert {limit["name"] for limit in client.get("/api/limits").json()["limits"]} == CASES


@pytest.mark.parametrize("path", ["/api/evaluations", "/api/training"])
def test_a_body_of_more_numbers_than_a_request_may_list_is_refused_before_they_are_read(client, path):
    """As many short ones have room where fewer long ones are allowed: reading them would take a tenth of a second."""
    listed = ",".join(["1"] * 400_000)
    body = f'{{"surface": {{"name": "booth"}}, "points": [{listed}]}}'
    assert "numbers" in error_of(post(client, path, body), 413)["message"]


def test_a_body_may_be_as_long_as_its_limit_and_no_longer(client):
    body = json.dumps(BODIES["/api/formulas"])
    limits = {limit["name"]: limit["value"] for limit in client.get("/api/limits").json()["limits"]}
    longest = limits["max_body_bytes"]
    assert post(client, "/api/formulas", body.ljust(longest)).status_code == 200
    assert str(longest) in error_of(post(client, "/api/formulas", body.ljust(longest + 1)), 413)["message"]
    longest += limits["number_bytes"] * 2 * (limits["max_points"] + limits["max_data_points"])
    body = json.dumps(BODIES["/api/evaluations"])
    assert post(client, "/api/evaluations", body.ljust(longest)).status_code == 200
    assert str(longest) in error_of(post(client, "/api/evaluations", body.ljust(longest + 1)), 413)["message"]


def test_only_numbers_make_a_body_longer(client):
    names = {f"unknown {number}": 0 for number in range(10_000)}
    assert "besides" in error_of(post(client, "/api/evaluations", BODIES["/api/evaluations"] | names), 413)["message"]


@pytest.mark.alone
def test_a_long_list_of_faults_of_any_kind_is_refused_at_the_first(client):
    for entry in ("0", "[]", "{}", '""', "[1e999,0]", "null", "[[[]]]"):
        body = f'{{"surface": {{"name": "booth"}}, "points": [{",".join([entry] * 30_000)}]}}'
        began = time.monotonic()
        response = post(client, "/api/evaluations", body)
        assert time.monotonic() - began < 0.3, entry
        error_of(response, 413, 422)


def test_a_list_of_the_largest_size_keeps_its_digits(client):
    rows = np.random.default_rng(5).normal(size=(10_000, 2)).tolist()
    surface = {"formula": "x", "x": [-1, 1], "y": [-1, 1]}
    found = post(client, "/api/evaluations", {"surface": surface, "points": rows})
    assert found.json()["loss"] == [x for x, _ in rows]
