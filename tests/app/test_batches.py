"""Minibatches and noise through HTTP: every format, the seed, and what is refused."""

import csv
import io
import json

import httpx
import numpy as np
import pytest

from .asking import answered, decode_planes, error_of

BODY = {
    "surface": {"name": "gabor"},
    "optimizers": [{"name": "gd", "learning_rate": 0.1}, {"name": "adam"}],
    "steps": 9,
    "seed": 4,
    "batches": {"size": 7},
}


def sent(client: httpx.Client, body: dict, accept: str) -> httpx.Response:
    response = client.post("/api/trajectories", json=body, headers={"Accept": accept})
    assert response.status_code == 200, response.text
    return response


def test_every_format_tells_the_same_batches(client):
    record = answered(client, "/api/trajectories", BODY)["trajectories"]
    batches = record[0]["batches"]
    assert [len(batch) for batch in batches] == [7, 7, 7, 7, 2, 7, 7, 7, 7]
    assert record[1]["batches"] == batches
    rows = list(csv.DictReader(io.StringIO(sent(client, BODY, "text/csv").text)))
    assert [row["batch"] for row in rows[:10]] == [*(" ".join(map(str, batch)) for batch in batches), ""]
    lines = [json.loads(line) for line in sent(client, BODY, "application/x-ndjson").text.splitlines()]
    assert [line["batch"] for line in lines[:9]] == batches
    assert [float(row["epoch"]) for row in rows[:10]] == record[0]["epoch"] == [line["epoch"] for line in lines[:10]]
    header, planes = decode_planes(sent(client, BODY, "application/octet-stream").content)
    named = {plane["name"]: planes(plane) for plane in header["planes"]}
    sizes = named["batch_sizes"].astype(int)
    assert [row[:size].astype(int).tolist() for row, size in zip(named["batches"], sizes, strict=True)] == batches


def test_the_same_seed_has_the_same_bytes_and_another_seed_others(client):
    first, again = (sent(client, BODY, "application/json") for _ in range(2))
    other = sent(client, BODY | {"seed": 5}, "application/json")
    assert first.content == again.content
    assert first.headers["etag"] == again.headers["etag"]
    assert first.json()["trajectories"][0]["batches"] != other.json()["trajectories"][0]["batches"]


GIVEN = {"indices": [[k % 30, *range(k % 4)] for k in range(50)]}


@pytest.mark.parametrize(
    "batches",
    [{"size": 7}, {"size": 7, "sampling": "fresh"}, {"size": 30}, GIVEN],
    ids=["epochs", "fresh", "all", "given"],
)
def test_a_stream_tells_the_batches_and_the_epochs_of_the_record(client, batches):
    body = BODY | {"batches": batches, "steps": 50, "optimizers": [*BODY["optimizers"], {"name": "newton"}]}
    record = answered(client, "/api/trajectories", body)["trajectories"]
    for begun in (0, 33, 50, 51):
        blocks = blocks_of(client, body, begun)
        for index, path in enumerate(record):
            for name in ("phi", "loss", "gradient", "batches", "epoch"):
                assert [entry for block in blocks for entry in block[index][name]] == path[name][begun:]


def test_a_stream_tells_the_batches_of_a_path_up_to_where_it_diverges(client):
    body = BODY | {"surface": {"name": "line"}, "optimizers": [{"name": "gd", "learning_rate": 1000}, {"name": "adam"}]}
    body |= {"steps": 400, "batches": {"size": 3}}
    record = answered(client, "/api/trajectories", body)["trajectories"]
    assert record[0]["status"] == "diverged" and len(record[0]["batches"]) < 400
    blocks = blocks_of(client, body)
    for index, path in enumerate(record):
        for name in ("batches", "epoch"):
            assert [entry for block in blocks for entry in block[index][name]] == path[name]


def test_where_nothing_is_drawn_a_stream_has_no_batches(client):
    for change in ({"batches": None}, {"batches": None, "gradient_noise": {"standard_deviation": 1}}):
        for block in blocks_of(client, BODY | change):
            assert "batches" not in block[0]


def blocks_of(client, body, begun=0):
    """The trajectories of each event of a stream from an entry on."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(begun - 1)}
    response = client.post("/api/trajectories", json=body, headers=headers)
    assert response.status_code == 200, response.text
    events = response.text.split("\n\n")
    steps = [json.loads(event.partition("data: ")[2]) for event in events if event.startswith("event: steps")]
    return [event["trajectories"] for event in steps]


def test_noise_on_the_gradient_is_that_of_the_seed_and_no_noise_is_none(client):
    body = {"surface": {"name": "beale"}, "optimizers": [{"name": "gd", "learning_rate": 0.001}], "steps": 50}
    noisy, same, other = (
        answered(client, "/api/trajectories", body | {"seed": seed, "gradient_noise": {"standard_deviation": 0.5}})
        for seed in (1, 1, 2)
    )
    assert noisy == same != other
    gradients = np.array(noisy["trajectories"][0]["gradient"])
    points = {"surface": body["surface"], "points": noisy["trajectories"][0]["phi"], "order": 1}
    exact = np.array(answered(client, "/api/evaluations", points)["gradient"])
    assert 0.35 < (gradients - exact)[:-1].std() < 0.65


def test_an_ensemble_begins_with_the_seed_asked_for(client):
    found = answered(client, "/api/ensembles", BODY | {"draws": 3})
    assert found["seeds"] == [4, 5, 6]
    record = answered(client, "/api/trajectories", BODY)["trajectories"]
    for ensemble, path in zip(found["ensembles"], record, strict=True):
        assert ensemble["phi"][0] == path["phi"]
        ends = np.array([phi[-1] for phi in ensemble["phi"]])
        np.testing.assert_allclose(ensemble["ends"]["mean"], ends.mean(axis=0), rtol=1e-12)
        np.testing.assert_allclose(ensemble["ends"]["standard_deviation"], ends.std(axis=0, ddof=1), rtol=1e-9)
        np.testing.assert_allclose(ensemble["ends"]["covariance"], np.cov(ends.T), rtol=1e-9)


def test_a_path_of_an_ensemble_that_diverges_is_shorter(client):
    body = BODY | {"optimizers": [{"name": "gd", "learning_rate": 1000}], "steps": 400, "draws": 2}
    body |= {"surface": {"name": "line"}, "batches": {"size": 3}}
    (found,) = answered(client, "/api/ensembles", body)["ensembles"]
    assert all(1 < len(phi) < 401 for phi in found["phi"])
    nothing = {"mean": [None] * 2, "standard_deviation": [None] * 2, "covariance": [[None] * 2] * 2}
    assert found["ends"] == {**nothing, "arrived": 0}


@pytest.mark.parametrize(
    ("path", "change", "field"),
    [
        ("trajectories", {"batches": {"size": 31}}, "batches.size"),
        ("trajectories", {"batches": {"size": 5, "sampling": "bootstrap"}}, "batches.sampling"),
        ("trajectories", {"batches": {"size": 5, "indices": [[1]]}}, "batches.size"),
        ("trajectories", {"batches": {"indices": [[0]] * 8}}, "batches.indices"),
        ("trajectories", {"batches": {"indices": [[30]] * 9}}, "batches.indices[0]"),
        ("trajectories", {"batches": {"indices": [[0]] * 8 + [[]]}}, "batches.indices[8]"),
        ("trajectories", {"surface": {"name": "beale"}}, "batches"),
        ("trajectories", {"gradient_noise": {"standard_deviation": 1}}, "gradient_noise"),
        ("ensembles", {"batches": None}, "batches"),
        ("ensembles", {"batches": {"indices": [[0]] * 9}}, "batches"),
        ("ensembles", {"draws": 101}, "draws"),
        ("ensembles", {"draws": 100, "steps": 5000}, "steps"),
    ],
)
def test_what_cannot_be_drawn_is_refused_where_it_stands(client, path, change, field):
    error = error_of(client.post(f"/api/{path}", json=BODY | change), 422)
    assert error["field"] == field
