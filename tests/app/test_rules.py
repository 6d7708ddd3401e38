"""Rules of one's own through HTTP: the same paths as the built-in ones, or refused with line and column."""

import json

import numpy as np
import pytest

from engine.catalog import load_catalog
from engine.rule_text.custom import CUSTOM

from .asking import answered, decode_planes, error_of, path_of, post

MOMENTUM = "m = beta*m + (1 - beta)*g\nphi = phi - eta*m"
BOWL = {"formula": "x**2 + 5*y**2 + sin(3*x)", "x": [-2, 2], "y": [-2, 2]}
START = [1.5, -1]
RECORD = ("phi", "loss", "gradient", "state", "gradient_evaluations", "status")


def own(rule: str, **parameters: float) -> dict[str, object]:
    return {"name": CUSTOM, "rule": rule, "parameters": parameters}


def body(*optimizers: dict[str, object], steps: int = 20) -> dict[str, object]:
    return {"surface": BOWL, "start": START, "optimizers": list(optimizers), "steps": steps}


@pytest.mark.parametrize("name", load_catalog().optimizers)
def test_a_shown_rule_takes_the_path_of_its_optimiser(client, name):
    built_in = {"name": name, "learning_rate": 0.03}
    shown = answered(client, "/api/rules", {"optimizer": built_in})
    assert shown["values"]["learning_rate"] == 0.03
    first = path_of(client, BOWL, built_in, START, 100)
    second = path_of(client, BOWL, own(shown["rule"], **shown["values"]), START, 100)
    assert [first[key] for key in RECORD] == [second[key] for key in RECORD]
    assert second["optimizer"] == own(shown["rule"], **shown["values"])


def test_the_answer_names_all_values_of_a_rule(client):
    found = path_of(client, BOWL, {"name": CUSTOM, "rule": MOMENTUM, "parameters": {"beta": 0.5}}, START, 3)
    assert found["optimizer"] == own(MOMENTUM, learning_rate=0.01, beta=0.5)
    assert set(found["state"]) == {"m"}


def test_a_schedule_moves_the_learning_rate_of_a_rule(client):
    schedule = {"name": "step", "factor": 0.5, "every": 10}
    built_in = path_of(client, BOWL, {"name": "momentum", "learning_rate": 0.1, "schedule": schedule}, START, 40)
    found = path_of(client, BOWL, own(MOMENTUM, learning_rate=0.1) | {"schedule": schedule}, START, 40)
    assert found["phi"] == built_in["phi"]
    assert found["learning_rate"][:11] == [0.1] * 10 + [0.05]
    assert found["optimizer"]["schedule"] == built_in["optimizer"]["schedule"]
    fixed = own("phi = phi - 0.1*g") | {"schedule": schedule}
    error = error_of(post(client, "/api/trajectories", body(fixed)), 422)
    assert error["field"] == "optimizers[0].schedule"


def test_every_form_of_the_answer_knows_rules(client):
    asked = body({"name": "momentum", "learning_rate": 0.01}, own(MOMENTUM))
    planes = post(client, "/api/trajectories", asked, Accept="application/octet-stream")
    header, plane = decode_planes(planes.content)
    first, second = ({p["name"]: plane(p) for p in t["planes"]} for t in header["trajectories"])
    assert all(np.array_equal(first[name], second[name]) for name in first)
    table = post(client, "/api/trajectories", asked, Accept="text/csv").text.splitlines()
    assert table[1].removeprefix("0,momentum") == table[22].removeprefix("1,custom")
    lines = post(client, "/api/trajectories", asked, Accept="application/x-ndjson").text.splitlines()
    assert json.loads(lines[-1])["optimizer"]["rule"] == MOMENTUM
    events = post(client, "/api/trajectories", asked, Accept="text/event-stream").text
    assert json.loads(events.split("data: ")[-1])["trajectories"][1]["optimizer"]["rule"] == MOMENTUM


def test_an_ensemble_runs_rules_that_keep_gradients(client):
    noisy = {"surface": BOWL, "start": START, "steps": 30, "gradient_noise": {"standard_deviation": 0.3}, "draws": 5}
    plain = own("phi = phi - eta*g", learning_rate=0.05)
    keeping = own("q = p; p = phi; m = g; phi = phi - eta*m + 0*(q + k); k = gradient(phi)*0", learning_rate=0.05)
    built_in = {"name": "gd", "learning_rate": 0.05}
    found = answered(client, "/api/ensembles", noisy | {"optimizers": [built_in, plain, keeping]})
    first, *others = ({k: v for k, v in e.items() if k != "optimizer"} for e in found["ensembles"])
    for other in others:
        assert first["phi"] == other["phi"]


@pytest.mark.parametrize(
    ("rule", "line", "column"),
    [("phi = phi - eta*(g", 1, 19), ("m = g\nphi = phi m", 2, 11), ("", 1, 1), ("m = g", 1, 1), ("phi = g = 3", 1, 9)],
)
def test_a_refused_rule_names_field_line_and_column(client, rule, line, column):
    if rule:
        error = error_of(post(client, "/api/rules", {"rule": rule}), 422)
        assert (error["code"], error["field"], error["line"], error["position"]) == ("formula", "rule", line, column)
        error = error_of(post(client, "/api/trajectories", body({"name": "gd"}, own(rule))), 422)
        assert (error["field"], error["line"], error["position"]) == ("optimizers[1].rule", line, column)
    else:
        error_of(post(client, "/api/rules", {"rule": rule}), 422)


@pytest.mark.parametrize(
    ("optimizer", "field"),
    [
        (own(MOMENTUM, alpha=1), "optimizers[0].parameters.alpha"),
        (own(MOMENTUM, beta=1), "optimizers[0].parameters.beta"),
        (own(MOMENTUM, beta=[1]), "optimizers[0].parameters.beta"),
        (own(MOMENTUM) | {"beta": 0.5}, "optimizers[0].beta"),
        ({"name": CUSTOM}, "optimizers[0].rule"),
        ({"name": CUSTOM, "rule": 3}, "optimizers[0].rule"),
        ({"name": CUSTOM, "rule": MOMENTUM, "parameters": 3}, "optimizers[0].parameters"),
        (own(MOMENTUM) | {"schedule": {"name": "nothing"}}, "optimizers[0].schedule.name"),
        ({"name": "gd", "rule": MOMENTUM}, "optimizers[0].rule"),
        (own("phi = phi\n" * 200), "optimizers[0].rule"),
    ],
)
def test_a_wrong_value_names_its_field(client, optimizer, field):
    error = error_of(post(client, "/api/trajectories", body(optimizer)), 422)
    assert error["field"] == field
    assert "line" not in error or error["field"].endswith(".rule")


def test_the_move_of_a_rule_is_shown_where_it_is_asked_for(client):
    asked = body({"name": "momentum", "learning_rate": 0.01}, own(MOMENTUM)) | {"internals": True}
    first, second = answered(client, "/api/trajectories", asked)["trajectories"]
    assert second["internals"]["move"] == first["internals"]["move"]
    assert second["phi"] == first["phi"]


def test_a_rule_or_an_optimiser_is_asked_for_not_both(client):
    for asked in ({}, {"rule": MOMENTUM, "optimizer": {"name": "gd"}}):
        error_of(post(client, "/api/rules", asked), 422)
    error = error_of(post(client, "/api/rules", {"optimizer": {"name": "gd", "beta": 1}}), 422)
    assert error["field"] == "optimizer.beta"


def test_a_rule_declares_what_it_reads_as_the_catalogue_does(client):
    found = answered(client, "/api/rules", {"rule": "v = max(v, k*g**2)\nphi = phi - eta*g/sqrt(v + epsilon)"})
    assert [p["name"] for p in found["parameters"]] == ["learning_rate", "k", "epsilon"]
    assert {p["name"]: p["scale"] for p in found["parameters"]} == dict.fromkeys(
        ("learning_rate", "k", "epsilon"), "log"
    )
    assert found["values"] == {"learning_rate": 0.01, "k": 1.0, "epsilon": 1e-8}
    assert [quantity["name"] for quantity in found["state"]] == ["v"]
    assert len(found["mathml"]) == len(found["latex"]) == 2
    assert all(text.startswith("<math") for text in found["mathml"])
    known = answered_get(client, "/api/catalog")
    assert set(found) == {"rule", "values", *known["optimizers"][0]}
    assert known["rule"]["name"] == CUSTOM == found["name"]


def answered_get(client, path):
    return client.get(path).json()


def test_typed_text_cannot_become_markup(client):
    for rule in ("phi = <b>", 'phi = g" onload="', "phi = g</math><script>", "<script> = g"):
        error_of(post(client, "/api/rules", {"rule": rule}), 422)
    found = answered(client, "/api/rules", {"rule": "script_b = g # <script>\nphi = phi - script_b"})
    assert "script>" not in "".join(found["mathml"])
