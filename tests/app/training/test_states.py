"""Networks opened up at one step, and frames in streams: both show the very same numbers."""

import base64
import json

import numpy as np
import pytest

from tests.app.asking import answered, error_of, post

TRAINING, STATES = "/api/training", "/api/training/states"
ADAM = {"name": "adam", "learning_rate": 0.03}
MOONS = {"name": "moons", "n": 100, "noise": 0.1, "seed": 0}
GRID = {"x": [-2, 3], "y": [-1, 1], "resolution": [7, 5]}
SMALL = {
    "dataset": MOONS, "network": {"hidden": [8, 4], "seed": 1}, "batches": {"size": 8}, "steps": 45, "seed": 2,
    "optimizers": [ADAM, {"name": "sgd", "learning_rate": 0.1}], "frames": {"grid": GRID, "sample": 5},
}  # fmt: skip
CHANGES = [{"step": 0, "learning_rate": 0.02}, {"step": 19, "learning_rate": 0.01}, {"step": 20, "batch_size": 30}]


def numbers(plane, kind="float32"):
    return np.frombuffer(base64.b64decode(plane[kind]), "<f4" if kind == "float32" else "<f8").reshape(plane["shape"])


def events_of(client, body, **headers):
    found = []
    with client.stream("POST", TRAINING, json=body, headers=headers | {"accept": "text/event-stream"}) as answer:
        assert answer.status_code == 200
        for block in "".join(answer.iter_text()).split("\n\n"):
            fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
            if "event" in fields:
                found.append((fields["event"], json.loads(fields["data"])))
    return found


@pytest.mark.parametrize("batches", [{"size": 8}, {"size": 15, "sampling": "fresh"}, None])
@pytest.mark.parametrize("standardize", [True, False])
def test_a_state_and_the_stream_agree_to_the_bit(client, batches, standardize):
    changes = CHANGES if batches else CHANGES[:2]
    body = SMALL | {"batches": batches, "changes": changes, "standardize": standardize}
    steps = [data for kind, data in events_of(client, body) if kind == "steps"]
    assert [data["runs"][0]["frame"]["step"] for data in steps] == [19, 39, 44, 45]
    for data in steps:
        shown = [run["frame"] for run in data["runs"]]
        state = answered(client, STATES, body | {"step": shown[0]["step"]})
        assert [run["frame"] for run in state["runs"]] == shown
        for run, told in zip(state["runs"], data["runs"], strict=True):
            for name in ("step", "epoch", "loss", "validation_loss", "batch_loss", "learning_rate"):
                assert run[name] == told[name][-1]
            assert run["frame"]["scores"]["training"]["loss"] == run["loss"]
            assert run["frame"]["scores"]["validation"]["loss"] == run["validation_loss"]


def test_a_resumed_stream_has_the_frames_of_the_whole_one(client):
    whole, rest = events_of(client, SMALL), events_of(client, SMALL, **{"last-event-id": "19"})
    assert rest == whole[1:]


def test_without_frames_a_stream_is_as_it_was(client):
    body = {name: value for name, value in SMALL.items() if name != "frames"}
    assert all("frame" not in run for kind, data in events_of(client, body) if kind == "steps" for run in data["runs"])


def test_the_end_is_that_of_the_training(client):
    body = {name: value for name, value in SMALL.items() if name != "frames"}
    told = answered(client, TRAINING, body)
    state = answered(client, STATES, body | {"step": 45})
    assert state["data"] == told["data"] and state["network"] == told["network"]
    for run, known in zip(state["runs"], told["runs"], strict=True):
        for name in ("optimizer", "status", "reason", "diverged_at", "parameters", "likelihood_parameters"):
            assert run[name] == known[name]
        assert run["loss"] == known["loss"][-1]
        assert (run["gradient_of"], run["batch"]) == ("all", None)


def test_the_gradient_is_that_of_the_batch_which_the_step_sees(client):
    """SGD's next state lies a step along it, and its samples alone make the same gradient."""
    sgd = {"name": "sgd", "learning_rate": 0.1}
    body = {**SMALL, "optimizers": [sgd]}
    now, then = (answered(client, STATES, body | {"step": step})["runs"][0] for step in (11, 12))
    assert (now["gradient_of"], len(now["batch"]), now["status"]) == ("batch", 8 if 11 % 8 != 7 else 4, "running")
    for layer, slope, after in zip(now["parameters"], now["gradients"], then["parameters"], strict=True):
        for name in ("weights", "biases"):
            expected = np.array(layer[name]) - 0.1 * np.array(slope[name])
            np.testing.assert_allclose(expected, after[name], rtol=1e-12, atol=1e-14)
    data = answered(client, STATES, body | {"step": 11})["data"]["training"]
    own = {"x": [data["x"][k] for k in now["batch"]], "y": [data["y"][k] for k in now["batch"]]}
    alone = {"dataset": own, "likelihood": {"name": "bernoulli"}, "network": {"hidden": [8, 4]}, "optimizer": sgd,
             "steps": 1, "step": 0, "initial_parameters": now["parameters"]}  # fmt: skip
    (run,) = answered(client, STATES, alone)["runs"]
    assert run["loss"] == pytest.approx(now["batch_loss"], rel=1e-12)
    for mine, theirs in zip(run["gradients"], now["gradients"], strict=True):
        np.testing.assert_allclose(mine["weights"], theirs["weights"], rtol=1e-10, atol=1e-14)


def test_planes_hold_what_the_network_computes(client):
    """The page's own forward pass, in NumPy, from the parameters that were answered."""
    answer = answered(client, STATES, SMALL | {"step": 30, "standardize": True, "unit": {"layer": 0, "unit": 3}})
    run, scale = answer["runs"][0], answer["data"]["standardization"]["inputs"]
    x, y = (np.linspace(*GRID[axis], count) for axis, count in zip("xy", GRID["resolution"], strict=True))
    assert (answer["grid"]["x"], answer["grid"]["y"]) == (x.tolist(), y.tolist())
    points = np.array([[u, v] for v in y for u in x])
    values = (points - scale["mean"]) / scale["standard_deviation"]
    for k, layer in enumerate(run["parameters"]):
        values = values @ np.array(layer["weights"]) + layer["biases"]
        if k < 2:
            values = np.tanh(values)
        if k == 0:
            np.testing.assert_allclose(numbers(run["unit"])[0], values[:, 3], rtol=1e-6)
    probability = 1 / (1 + np.exp(-values[:, 0]))
    found = run["frame"]["predictions"]
    np.testing.assert_allclose(numbers(found["mean"])[0], probability, rtol=1e-6)
    np.testing.assert_allclose(numbers(found["probabilities"]), [1 - probability, probability], rtol=1e-5)
    assert set(numbers(found["sample"]).ravel()) <= {0.0, 1.0}
    assert found["standard_deviation"] is None
    phi = numbers(run["frame"]["phi"], "float64")
    assert phi[: 2 * 8].reshape(8, 2).T.tolist() == run["parameters"][0]["weights"]


def test_a_learnt_sigma_and_the_truth_come_along(client):
    grid = {"x": [0, 6], "resolution": [9]}
    body = {"dataset": {"name": "heteroscedastic", "n": 50}, "likelihood": {"name": "gaussian_learnt"}, "steps": 9,
            "optimizer": ADAM, "step": 4, "frames": {"grid": grid, "layers": False, "parameters": False}}  # fmt: skip
    answer = answered(client, STATES, body)
    run, x = answer["runs"][0], np.linspace(0, 6, 9)
    np.testing.assert_allclose(numbers(answer["truth"]["mean"])[0], np.sin(2 * x), atol=1e-6)
    np.testing.assert_allclose(numbers(answer["truth"]["standard_deviation"])[0], 0.2 * (0.2 + x), rtol=1e-6)
    assert answer["grid"]["y"] is None
    frame, (log_sigma,) = run["frame"], run["likelihood_parameters"]["log_sigma"]
    assert frame["likelihood_parameters"] == {"log_sigma": [log_sigma]}
    np.testing.assert_allclose(numbers(frame["predictions"]["standard_deviation"])[0], np.exp(log_sigma), rtol=1e-6)
    assert run["likelihood_gradients"]["log_sigma"] != [0.0]
    assert frame["layers"] is None and frame["phi"] is None
    assert frame["scores"]["training"]["accuracy"] is None and frame["scores"]["training"]["rmse"] > 0


def test_calibration_is_told_for_each_kind_of_targets(client):
    def told(dataset, **more):
        body = {"dataset": {"name": dataset, "n": 100}, "optimizer": ADAM, "steps": 60, "step": 50, **more}
        answer = answered(client, STATES, body)
        return answer["runs"][0]["calibration"], answer

    band, answer = told("sine", likelihood={"name": "gaussian", "sigma": 0.3}, frames={"grid": None})
    assert band["kind"] == "band" and band["nominal"][-2:] == [0.95, 0.9545]
    weights = [(np.array(layer["weights"]), np.array(layer["biases"])) for layer in answer["runs"][0]["parameters"]]
    for part in ("training", "validation", "test"):
        values = np.array(answer["data"][part]["x"])
        for k, (w, b) in enumerate(weights):
            values = np.tanh(values @ w + b) if k < len(weights) - 1 else values @ w + b
        inside = np.abs(values - answer["data"][part]["y"]) <= 0.3 * 2
        assert band[part][-1] == inside.mean()
        assert band[part] == sorted(band[part])
    probability, answer = told("blobs")
    assert probability["kind"] == "probability" and len(probability["edges"]) == 11
    scores = answer["runs"][0]["frame"]["scores"]
    for part in ("training", "validation", "test"):
        bins = probability[part]
        assert sum(bins["count"]) == len(answer["data"][part]["x"])
        right = sum(n * a for n, a in zip(bins["count"], bins["accuracy"], strict=True) if n)
        assert right / sum(bins["count"]) == pytest.approx(scores[part]["accuracy"])
        assert all((n == 0) == (c is None) for n, c in zip(bins["count"], bins["confidence"], strict=True))
    both, answer = told("combined")
    assert both["kind"] == answer["data"]["kind"] == "combined"
    assert (both["band"]["kind"], both["probability"]["kind"]) == ("band", "probability")
    assert told("sine", likelihood={"name": "squared_error"})[0] is None
    own = {"x": [[0], [1], [0.5]], "y": [0, 1, 1]}
    alone = {"dataset": own, "likelihood": {"name": "bernoulli"}, "optimizer": ADAM, "steps": 0, "step": 0}
    assert answered(client, STATES, alone)["runs"][0]["calibration"]["test"] is None


def test_a_diverged_run_is_shown_at_its_last_finite_step(client):
    data = {"x": [[k] for k in range(10)], "y": [k * 1.5 for k in range(10)]}
    body = {"dataset": data, "network": {"hidden": [4]}, "optimizer": {"name": "gd", "learning_rate": 900},
            "steps": 99, "likelihood": {"name": "squared_error"}}  # fmt: skip
    (told,) = answered(client, TRAINING, body)["runs"]
    frames = {"grid": {"x": [-1, 10], "resolution": [5]}}
    (run,) = answered(client, STATES, body | {"step": 90, "frames": frames})["runs"]
    assert (run["status"], run["diverged_at"]) == ("diverged", told["diverged_at"])
    assert run["step"] == run["frame"]["step"] == told["step"][-1] == told["diverged_at"] - 1
    assert run["loss"] == told["loss"][-1]
    (before,) = answered(client, STATES, body | {"step": 1})["runs"]
    assert (before["status"], before["diverged_at"]) == ("running", None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"step": 46}, "step"),
        ({"step": -1}, "step"),
        ({"unit": {"layer": 3, "unit": 0}}, "unit.layer"),
        ({"unit": {"layer": 1, "unit": 4}}, "unit.unit"),
        ({"unit": {"layer": 1, "unit": 0}, "frames": {}}, "unit"),
        ({"frames": {"grid": GRID | {"y": None}}}, "frames.grid.y"),
        ({"frames": {"grid": GRID | {"resolution": [7]}}}, "frames.grid.resolution"),
        ({"frames": {"grid": GRID | {"resolution": [7, 1]}}}, "frames.grid.resolution"),
        ({"frames": {"grid": GRID | {"resolution": [400, 400]}}}, "frames.grid.resolution"),
        ({"frames": {"grid": GRID | {"x": [1, 1]}}}, "frames.grid.x"),
        ({"frames": {"grid": GRID}, "dataset": {"x": [[1, 2, 3], [3, 2, 1]], "y": [0.5, 1]}}, "frames.grid"),
        ({"frames": {"grid": GRID}, "dataset": {"x": [[1], [3]], "y": [0.5, 1]}}, "frames.grid.y"),
        ({"frames": {"colour": 1}}, "frames.colour"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(client, change, field):
    change = {"batches": None} | change if "dataset" in change else change
    assert error_of(post(client, STATES, SMALL | {"step": 3} | change), 422)["field"] == field


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
def test_whole_histories_have_no_frames(client, accept):
    assert error_of(post(client, TRAINING, SMALL, accept=accept), 422)["field"] == "frames"


@pytest.mark.parametrize("steps", [0, 3])
def test_batches_that_are_given_are_shown_as_given(client, steps):
    indices = [[0, 1, 2], [4], [7, 7]]
    data = {"x": [[k / 8] for k in range(8)], "y": [k % 3 - 0.5 for k in range(8)]}
    body = {"dataset": data, "optimizer": {"name": "gd"}, "steps": steps, "batches": {"indices": indices}}
    for step in range(steps + 1):
        (run,) = answered(client, STATES, body | {"step": step})["runs"]
        assert run["batch"] == (indices[step] if step < steps else None)
        assert run["step"] == step and run["frame"]["phi"]["shape"] == [2 * 8 + 9 * 8 + 9]


def test_what_each_target_adds_to_the_loss_is_told_of_each_part_and_step(client):
    body = {"dataset": {"name": "combined", "n": 90}, "network": {"hidden": [6]}, "optimizer": {"name": "adam"}, "batches": {"size": 20},
            "steps": 40, "step": 25, "frames": {"grid": None}}  # fmt: skip
    (run,) = answered(client, STATES, body)["runs"]
    scores = run["frame"]["scores"]
    for part in ("training", "validation", "test"):
        assert len(scores[part]["loss_parts"]) == 3
        assert sum(scores[part]["loss_parts"]) == pytest.approx(scores[part]["loss"], rel=1e-12)
    assert scores["training"]["loss"] == run["loss"] and scores["validation"]["loss"] == run["validation_loss"]
    events = events_of(client, {key: value for key, value in body.items() if key != "step"})
    frames = [frame for kind, data in events if kind == "steps" for frame in [data["runs"][0]["frame"]]]
    for frame in frames:
        assert sum(frame["scores"]["training"]["loss_parts"]) == pytest.approx(frame["scores"]["training"]["loss"])
    one = answered(client, STATES, body | {"dataset": {"name": "sine"}})["runs"][0]["frame"]["scores"]
    assert one["training"]["loss_parts"] is None


def test_a_loss_that_is_not_finite_from_the_start_is_null(client):
    data = {"x": [[1e100], [2]], "y": [1e100, 0.5]}
    weights = [{"weights": [[1e250]], "biases": [0]}]
    body = {"dataset": data, "network": {"hidden": []}, "optimizer": {"name": "gd"}, "steps": 5, "step": 3,
            "initial_parameters": weights, "frames": {"grid": {"x": [0, 1e100], "resolution": [3]}}}  # fmt: skip
    (run,) = answered(client, STATES, body)["runs"]
    assert (run["status"], run["diverged_at"], run["step"], run["loss"]) == ("diverged", 0, 0, None)
    assert run["frame"]["layers"][0]["activations"] is None
    assert run["frame"]["layers"][0]["weights"]["mean"] == 1e250
    assert np.isnan(numbers(run["frame"]["predictions"]["mean"])).tolist() == [[False, True, True]]
    assert run["frame"]["scores"]["training"] == {
        "loss": None, "loss_parts": None, "accuracy": None, "rmse": None,
    }  # fmt: skip


def test_the_optimiser_is_shown_as_it_is_at_the_step(client):
    changes = [{"step": 0, "learning_rate": 0.02}, {"step": 20, "learning_rate": 0.01}]
    rates = [
        answered(client, STATES, SMALL | {"changes": changes, "step": step})["runs"][0]["optimizer"]["learning_rate"]
        for step in (0, 19, 20, 45)
    ]
    assert rates == [0.02, 0.02, 0.01, 0.01]


def test_only_the_predictions_that_are_wanted_are_sent(client):
    wanted = SMALL | {"frames": SMALL["frames"] | {"predictions": ["probabilities"]}}
    whole, found = (answered(client, STATES, body | {"step": 9})["runs"][0]["frame"] for body in (SMALL, wanted))
    nothing = {"mode": None, "mean": None, "standard_deviation": None}
    assert found == whole | {"predictions": whole["predictions"] | nothing}
    sent = events_of(client, wanted)[0][1]["runs"][0]["frame"]["predictions"]
    assert [name for name, plane in sent.items() if plane] == ["probabilities", "sample"]


def test_where_no_grid_is_possible_the_predictions_for_the_samples_are_told(client):
    rows = [[0.1 * k, k * k % 7, k % 3] for k in range(20)]
    own = {"x": rows, "y": [sum(row) for row in rows], "validation": {"x": rows[:4], "y": [1, 2, 3, 4]}}
    body = {"dataset": own, "network": {"hidden": [3]}, "steps": 9, "step": 7, "optimizer": ADAM}
    run = answered(client, STATES, body | {"frames": {"samples": True, "predictions": ["mean"]}})["runs"][0]
    for part, x in (("training", rows), ("validation", rows[:4])):
        values = np.array(x)
        for k, layer in enumerate(run["parameters"]):
            values = values @ np.array(layer["weights"]) + layer["biases"]
            values = np.tanh(values) if k == 0 else values
        np.testing.assert_allclose(numbers(run["frame"]["samples"][part]["mean"])[0], values[:, 0], rtol=1e-5)
    assert "test" not in run["frame"]["samples"] and run["frame"]["samples"]["training"]["mode"] is None


def test_a_rule_of_ones_own_that_looks_twice_counts_two_gradient_evaluations_a_step(client):
    twice = {"name": "custom", "rule": "phi = phi - eta * gradient(phi - eta * g)"}
    state = answered(client, STATES, SMALL | {"optimizers": [ADAM, twice], "step": 9})
    assert [run["gradient_evaluations_per_step"] for run in state["runs"]] == [1, 2]
