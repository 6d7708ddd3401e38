"""Learning-rate schedules through HTTP: in every form of the answer, and refused with the field that is wrong."""

import csv
import io

import numpy as np
import pytest

from app.cli import main

from .asking import BODIES, answered, decode_planes, error_of, path_of, post, strict
from .test_streams import events_of

PATH = "/api/trajectories"
BOWL = {"formula": "x**2 + 10*y**2", "x": [-2, 2], "y": [-2, 2]}
STEP = {"name": "step", "factor": 0.5, "every": 10}
PACED = {"name": "gd", "learning_rate": 0.04, "schedule": STEP}
RACE = {"surface": BOWL, "start": [1.5, 1], "optimizers": [PACED, {"name": "adam"}], "steps": 45}
RATES = [0.04 * 0.5 ** (t // 10) for t in range(46)]


def test_a_step_schedule_halves_the_rate_every_ten_steps(client):
    paced, plain = answered(client, PATH, RACE)["trajectories"]
    assert paced["learning_rate"] == RATES
    assert "learning_rate" not in plain
    x, y = 1.5, 1.0
    for rate, phi in zip(RATES, paced["phi"], strict=True):
        assert phi == pytest.approx([x, y], rel=1e-15)
        x, y = x - rate * 2 * x, y - rate * 20 * y


def test_the_answer_repeats_the_schedule_complete_and_takes_it_again(client):
    found = path_of(client, BOWL, PACED | {"schedule": {"name": "cosine", "steps": 20}}, [1.5, 1], 30)
    assert found["optimizer"]["schedule"] == {"name": "cosine", "final": 0.0, "steps": 20.0}
    assert found["learning_rate"][20:] == [0.0] * 11
    assert path_of(client, BOWL, found["optimizer"], [1.5, 1], 30) == found


def test_null_a_constant_schedule_and_none_are_the_same_path(client):
    without, null, constant = (
        path_of(client, BOWL, {"name": "adam", **more}, [1.5, 1], 30)
        for more in ({}, {"schedule": None}, {"schedule": {"name": "constant"}})
    )
    assert without == null
    assert "schedule" not in null["optimizer"]
    assert constant["phi"] == without["phi"]
    assert constant["learning_rate"] == [0.05] * 31
    (schedule,) = (s for s in client.get("/api/catalog").json()["schedules"] if s["name"] == "constant")
    assert client.get("/api/catalog").json()["defaults"]["schedule"] == schedule["name"]


def test_every_form_of_the_answer_has_the_rate_of_each_step(client):
    header, plane = decode_planes(post(client, PATH, RACE, accept="application/octet-stream").content)
    first, second = ({p["name"]: plane(p) for p in t["planes"]} for t in header["trajectories"])
    np.testing.assert_array_equal(first["learning_rate"], np.float32(RATES))
    assert "learning_rate" not in second
    assert header["trajectories"][0]["optimizer"]["schedule"] == STEP
    rows = list(csv.DictReader(io.StringIO(post(client, PATH, RACE, accept="text/csv").text)))
    assert [float(row["learning_rate"]) for row in rows[:46]] == RATES
    assert {row["learning_rate"] for row in rows[46:]} == {""}
    lines = [strict(line) for line in post(client, PATH, RACE, accept="application/x-ndjson").text.splitlines()]
    assert [line["learning_rate"] for line in lines[:46]] == RATES
    assert not any("learning_rate" in line for line in lines[47:])
    events = events_of(post(client, PATH, RACE, accept="text/event-stream").text)
    blocks = [data["trajectories"] for name, _, data in events if name == "steps"]
    assert [rate for paced, _ in blocks for rate in paced["learning_rate"]] == RATES
    assert not any("learning_rate" in plain for _, plain in blocks)
    assert events[-1][2]["trajectories"][0]["optimizer"]["schedule"] == STEP


def test_a_path_that_ends_early_has_as_many_rates_as_entries(client):
    found = path_of(client, BOWL, PACED | {"learning_rate": 50}, [1.5, 1], 500)
    assert found["status"] == "diverged"
    assert len(found["learning_rate"]) == len(found["loss"]) < 501


def test_the_catalogue_offers_every_schedule_and_its_defaults_are_accepted(client):
    schedules = client.get("/api/catalog").json()["schedules"]
    assert [schedule["name"] for schedule in schedules][:2] == ["constant", "step"]
    for schedule in schedules:
        assert schedule["label"] and schedule["summary"] and schedule["mathml"].startswith("<math")
        values = {parameter["name"]: parameter["default"] for parameter in schedule["parameters"]}
        chosen = {"name": schedule["name"], **values}
        optimizers = [{"name": o["name"], "schedule": chosen} for o in client.get("/api/catalog").json()["optimizers"]]
        for found in answered(client, PATH, BODIES[PATH] | {"optimizers": optimizers})["trajectories"]:
            assert found["optimizer"]["schedule"] == chosen
            assert len(found["learning_rate"]) == len(found["loss"])


@pytest.mark.parametrize(
    ("schedule", "field", "code"),
    [
        ({"name": "stair"}, ".name", "unknown_name"),
        ({"name": ["step"]}, ".name", "invalid_value"),
        ({}, ".name", "missing_field"),
        ({"name": "step", "factr": 0.5}, ".factr", "unknown_name"),
        ({"name": "step", "factor": 2}, ".factor", "out_of_range"),
        ({"name": "step", "factor": None}, ".factor", "out_of_range"),
        ({"name": "step", "factor": True}, ".factor", "out_of_range"),
        ({"name": "step", "factor": "0.5"}, ".factor", "out_of_range"),
        ({"name": "step", "factor": [0.5]}, ".factor", "out_of_range"),
        ({"name": "step", "every": 0}, ".every", "out_of_range"),
        ({"name": "step", "every": 2.5}, ".every", "out_of_range"),
        ({"name": "constant", "factor": 0.5}, ".factor", "unknown_name"),
        ({"name": "step", "learning_rate": 0.5}, ".learning_rate", "unknown_name"),
        ("step", "", "invalid_value"),
        ([], "", "invalid_value"),
        (True, "", "invalid_value"),
    ],
)
def test_a_wrong_schedule_is_refused_with_its_field(client, schedule, field, code):
    optimizers = [{"name": "adam"}, {"name": "gd", "schedule": schedule}]
    error = error_of(post(client, PATH, RACE | {"optimizers": optimizers}), 422)
    assert (error["field"], error["code"]) == (f"optimizers[1].schedule{field}", code)


def test_numbers_that_compare_equal_are_not_taken_for_each_other(client):
    for value, status in ((1, 200), (True, 422), (1.0, 200)):
        optimizer = {"name": "gd", "schedule": {"name": "step", "factor": value}}
        assert post(client, PATH, RACE | {"optimizers": [optimizer]}).status_code == status


def test_the_command_line_runs_and_lists_schedules(capsys):
    run = ["run", "--surface", "booth", "--optimizer", "gd", "--learning-rate", "0.04", "--steps", "45", "--schedule"]
    assert main([*run, "step,factor=0.5,every=10"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [float(row["learning_rate"]) for row in rows] == RATES
    assert main([*run, "step,factor=5"]) == 1
    assert "factor is 5; it must be between 0 and 1" in capsys.readouterr().err
    assert main(["list"]) == 0
    assert "Step decay: every so many steps" in capsys.readouterr().out
