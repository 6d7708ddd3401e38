"""Ensembles of networks: each member is a run of its own seeds, in whatever form it is asked for."""

import csv
import io

import pytest

from tests.app.asking import answered, error_of, post

from .test_states import GRID, STATES, TRAINING, events_of

OPTIMIZERS = [{"name": "adam", "learning_rate": 0.03}, {"name": "sgd", "learning_rate": 0.1}]
ONE = {
    "dataset": {"name": "moons", "n": 60}, "network": {"hidden": [5], "seed": 3}, "seed": 8, "batches": {"size": 7},
    "optimizers": OPTIMIZERS, "steps": 25, "changes": [{"step": 5, "batch_size": 10}, {"step": 9, "learning_rate": 0.02, "optimizer": 0}],
}  # fmt: skip
THREE = ONE | {"ensemble": 3}
MEMBERS = [(place, member) for place in (0, 1) for member in (0, 1, 2)]


def test_each_member_is_the_run_of_its_own_seeds(client):
    found = answered(client, TRAINING, THREE)
    assert [(run["member"], run["seed"]) for run in found["runs"]] == [(m, 3 + m) for _, m in MEMBERS]
    for member in (0, 1, 2):
        alone = ONE | {"network": {"hidden": [5], "seed": 3 + member}, "seed": 8 + member}
        expected = answered(client, TRAINING, alone)
        assert found["data"] == expected["data"]
        for place, run in enumerate(expected["runs"]):
            assert found["runs"][3 * place + member] | {"member": 0} == run
    losses = [run["loss"][0] for run in found["runs"]]
    assert losses[:3] == losses[3:] and len(set(losses[:3])) == 3


def test_members_stand_in_events_tables_and_states_as_in_the_answer(client):
    told = answered(client, TRAINING, THREE)["runs"]
    steps = [data["runs"] for kind, data in events_of(client, THREE) if kind == "steps"]
    for runs in steps:
        assert [(run["index"], run["member"], run["seed"]) for run in runs] == [
            (k, m, 3 + m) for k, (_, m) in enumerate(MEMBERS)
        ]
    for k, run in enumerate(told):
        assert [loss for runs in steps for loss in runs[k]["loss"]] == run["loss"]
    rows = list(csv.DictReader(io.StringIO(post(client, TRAINING, THREE, accept="text/csv").text)))
    assert list(rows[0])[-2:] == ["member", "seed"]
    assert [(row["index"], row["member"], row["seed"]) for row in rows[::26]] == [
        (str(k), str(m), str(3 + m)) for k, (_, m) in enumerate(MEMBERS)
    ]
    assert [float(row["loss"]) for row in rows] == [loss for run in told for loss in run["loss"]]
    states = answered(client, STATES, THREE | {"step": 12, "frames": {"grid": GRID}})["runs"]
    for state, run in zip(states, told, strict=True):
        assert (state["member"], state["seed"], state["loss"]) == (run["member"], run["seed"], run["loss"][12])
    assert len({str(state["frame"]["predictions"]["mean"]) for state in states}) == 6


def test_given_weights_are_shared_and_only_the_batches_differ(client):
    given = answered(client, TRAINING, ONE)["runs"][0]["parameters"]
    found = answered(client, TRAINING, THREE | {"initial_parameters": given})["runs"]
    assert len({run["loss"][0] for run in found}) == 1
    assert len({run["loss"][-1] for run in found}) == 6
    assert {run["seed"] for run in found} == {None}
    rows = list(csv.DictReader(io.StringIO(post(client, TRAINING, THREE | {"initial_parameters": given}, accept="text/csv").text)))  # fmt: skip
    assert {row["seed"] for row in rows} == {""}


def test_the_largest_seed_is_followed_by_the_first(client):
    body = THREE | {"network": {"hidden": [5], "seed": 2**53 - 1}, "seed": 2**53 - 2}
    assert [run["seed"] for run in answered(client, TRAINING, body)["runs"][:3]] == [2**53 - 1, 0, 1]


@pytest.mark.parametrize(("change", "field"), [({"ensemble": 0}, "ensemble"), ({"ensemble": 17}, "ensemble"), ({"steps": 3334}, "steps")])  # fmt: skip
def test_too_many_members_are_refused(client, change, field):
    assert error_of(post(client, TRAINING, THREE | change), 422)["field"] == field


def test_one_member_can_be_opened_alone_as_it_is_among_all(client):
    asked = THREE | {"step": 12, "frames": {"grid": GRID}}
    everyone, alone = (answered(client, STATES, asked | more) for more in ({}, {"member": 2}))
    assert alone["runs"] == [everyone["runs"][2], everyone["runs"][5]]


def test_the_plane_around_the_path_of_a_member_is_that_of_its_run(client):
    plane = {"plane": {"directions": "principal", "resolution": [2, 2], "radius": 1}}
    everyone = answered(client, f"{TRAINING}/slices", THREE | plane | {"run": 4})
    alone = answered(client, f"{TRAINING}/slices", THREE | plane | {"run": 1, "member": 1})
    assert [(path["index"], path["member"], path["seed"]) for path in alone["paths"]] == [(0, 1, 4), (1, 1, 4)]
    names = ("loss", "centre", "a", "b", "variance_explained")
    assert [alone[name] for name in names] == [everyone[name] for name in names]
    for name in ("a", "b", "loss", "distance"):
        assert [path[name] for path in alone["paths"]] == [everyone["paths"][place][name] for place in (1, 4)]


@pytest.mark.parametrize(
    ("path", "more", "field"),
    [
        ("states", {"step": 0, "member": 3}, "member"),
        ("states", {"step": 0, "member": -1}, "member"),
        ("slices", {"member": 3}, "member"),
        ("slices", {"member": 1, "run": 2}, "run"),
    ],
)
def test_a_member_that_there_is_not_is_refused(client, path, more, field):
    assert error_of(post(client, f"{TRAINING}/{path}", THREE | more), 422)["field"] == field
