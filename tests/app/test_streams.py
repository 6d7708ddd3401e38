"""Server-sent events: the record in pieces, at a pace, resumed, and ended when nobody listens."""

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from .asking import BODIES, JSON, answered, error_of, post

PATH = "/api/trajectories"
RACE = BODIES[PATH] | {
    "optimizers": [{"name": "gd"}, {"name": "momentum", "nesterov": True}, {"name": "adam"}],
    "steps": 90,
}
EVENTS = "text/event-stream"


def events_of(text):
    """(event, id, data) of each event; comments are left out."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
        if "data" in fields:
            found.append((fields["event"], fields.get("id"), json.loads(fields["data"])))
    return found


def stream(client, body, query="", **headers):
    response = post(client, PATH + query, body, accept=EVENTS, **headers)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(EVENTS)
    return events_of(response.text)


def joined(events, index, key):
    return [entry for name, _, data in events if name == "steps" for entry in data["trajectories"][index][key]]


def test_the_pieces_together_are_the_whole_record(client):
    expected = answered(client, PATH, RACE)
    events = stream(client, RACE)
    assert len(events) > 3
    for index, trajectory in enumerate(expected["trajectories"]):
        for key in ("phi", "loss", "gradient", "gradient_evaluations"):
            assert joined(events, index, key) == trajectory[key]
        for name, rows in trajectory["state"].items():
            assert [r for e, _, d in events if e == "steps" for r in d["trajectories"][index]["state"][name]] == rows


@pytest.mark.parametrize("batches", [{"size": 7}, {"size": 5, "sampling": "fresh"}, None])
def test_events_tell_the_batches_and_how_often_the_data_were_seen(client, batches):
    ahead = {"name": "momentum", "nesterov": True, "learning_rate": 0.01}
    body = {"surface": {"name": "gabor"}, "optimizers": [{"name": "gd"}, ahead], "steps": 45, "batches": batches}
    known = answered(client, PATH, body)["trajectories"]
    lines = [json.loads(line) for line in post(client, PATH, body, accept="application/x-ndjson").text.splitlines()]
    for seen in (-1, 17):
        found = [data for kind, _, data in stream(client, body, **{"last-event-id": str(seen)}) if kind == "steps"]
        for k, trajectory in enumerate(known):
            told = [value for data in found for value in data["trajectories"][k]["epoch"]]
            assert told == [line["epoch"] for line in lines if line["index"] == k and "epoch" in line][seen + 1 :]
            if batches is not None:
                drawn = [batch for data in found for batch in data["trajectories"][k]["batches"]]
                assert drawn == trajectory["batches"][seen + 1 :]


def test_each_event_has_the_last_of_its_steps_as_id_and_the_end_comes_last(client):
    events = stream(client, RACE)
    first = 0
    for name, number, data in events[:-1]:
        assert name == "steps"
        assert data["first"] == first
        first += len(data["trajectories"][0]["loss"])
        assert int(number) == first - 1
    assert first == 91
    name, number, data = events[-1]
    assert (name, number) == ("end", None)
    assert [t["status"] for t in data["trajectories"]] == ["running"] * 3
    assert data["trajectories"][2]["optimizer"]["beta"] == 0.9


def test_a_stream_resumes_behind_the_last_event_that_was_seen(client):
    whole = stream(client, RACE)
    rest = stream(client, RACE, Last_Event_Id="59")
    assert rest[0][2]["first"] == 60
    for index in range(3):
        assert joined(rest, index, "phi") == joined(whole, index, "phi")[60:]
    assert rest[-1] == whole[-1]


def test_the_tag_of_a_stream_names_its_record_and_nothing_is_stored(client):
    asked = [("", {}, 0), ("?pace=1000", {}, 0), ("", {"Last_Event_Id": "59"}, 0), ("", {}, 1)]
    answers = [post(client, PATH + query, RACE | {"seed": seed}, accept=EVENTS, **more) for query, more, seed in asked]
    plain, paced, resumed, other = (answer.headers["etag"] for answer in answers)
    assert plain == paced == resumed != other
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert post(client, PATH, RACE, accept=EVENTS, If_None_Match=plain).status_code == 200


def test_others_are_answered_while_a_stream_finds_its_way_back(client):
    x = np.linspace(-10, 10, 2000).tolist()
    body = RACE | {"surface": {"name": "gabor", "data": {"x": x, "y": x}}, "start": None, "steps": 6000}
    with ThreadPoolExecutor(1) as threads:
        began = time.monotonic()
        resumed = threads.submit(stream, client, body, Last_Event_Id="5999")
        waits = []
        while not resumed.done():
            asked = time.monotonic()
            assert client.get("/health/live").status_code == 200
            waits.append(time.monotonic() - asked)
        whole = time.monotonic() - began
        assert [data["first"] for name, _, data in resumed.result() if name == "steps"] == [6000]
    assert max(waits) < whole / 2  # who is kept waiting waits for all of it


@pytest.mark.parametrize("seen", ["999999999999", "90"])
def test_a_stream_that_was_seen_to_the_end_sends_the_end_alone(client, seen):
    assert [name for name, _, _ in stream(client, RACE, Last_Event_Id=seen)] == ["end"]


@pytest.mark.parametrize("seen", ["éé; DROP", "-5", "1e3", "²"])
def test_an_id_that_is_none_begins_at_the_start(client, seen):
    headers = JSON | {"Accept": EVENTS, "Last-Event-ID": seen.encode()}
    response = client.post(PATH, content=json.dumps(RACE), headers=headers)
    assert events_of(response.text)[0][2]["first"] == 0


def test_a_path_that_diverges_says_so_at_its_end(client):
    body = {"surface": {"name": "bowl"}, "start": [1, 1], "steps": 600}
    body["optimizers"] = [{"name": "gd", "learning_rate": 10}, {"name": "gd", "learning_rate": 0.01}]
    expected = answered(client, PATH, body)["trajectories"]
    events = stream(client, body)
    for index, trajectory in enumerate(expected):
        assert joined(events, index, "phi") == trajectory["phi"]
        assert joined(events, index, "gradient") == trajectory["gradient"]
        assert events[-1][2]["trajectories"][index]["status"] == trajectory["status"]


def test_a_start_that_is_not_finite_ends_at_once(client):
    surface = {"formula": "log(x)", "x": [-1, 1], "y": [-1, 1]}
    body = {"surface": surface, "start": [-1, 0], "optimizers": [{"name": "gd"}], "steps": 5}
    ((name, _, data),) = stream(client, body)
    assert (name, data["trajectories"][0]["diverged_at"]) == ("end", 0)


@pytest.mark.alone
def test_a_pace_is_kept(client):
    began = time.monotonic()
    events = stream(client, RACE | {"steps": 30}, "?pace=60")
    seconds = time.monotonic() - began
    assert 0.4 < seconds < 1.5
    assert len(events) >= 15


@pytest.mark.parametrize("pace", ["0", "-1", "nan", "inf", "fast", "1e9", "", "1_0", "%EF%BC%91", "%201", "0x10"])
def test_a_pace_that_is_none_is_refused(client, pace):
    assert error_of(post(client, f"{PATH}?pace={pace}", RACE, accept=EVENTS), 422)["field"] == "pace"


def test_a_wrong_request_is_refused_before_a_stream_begins(client):
    assert error_of(post(client, PATH, RACE | {"steps": 0}, accept=EVENTS), 422)["field"] == "steps"


def open_streams(client):
    return client.get("/health/ready").json()["streams"]


def begin(server, body, query, times=1):
    """A raw connection that has asked for a stream, and for more of them ahead."""
    content = json.dumps(body).encode()
    head = f"POST {PATH}{query} HTTP/1.1\r\nHost: a\r\nAccept: {EVENTS}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    connection.sendall((head.encode() + content) * times)
    return connection


@pytest.mark.parametrize("times", [1, 3])
def test_a_client_that_goes_away_ends_its_stream_whatever_it_has_asked_for_ahead(server, client, times):
    before = open_streams(client)
    connections = [begin(server, RACE | {"steps": 5000}, "?pace=10", times) for _ in range(5)]
    for connection in connections:
        assert b"200" in connection.recv(100)
    assert open_streams(client) == before + 5
    for connection in connections:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
    end = time.monotonic() + 5
    while open_streams(client) > before:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_client_that_does_not_read_and_goes_ends_its_stream(server, client):
    before = open_streams(client)
    body = RACE | {"optimizers": [{"name": "adam"}], "steps": 20_000}
    connections = [begin(server, body, "") for _ in range(3)]
    time.sleep(0.5)
    for connection in connections:
        connection.close()
    end = time.monotonic() + 5
    while open_streams(client) > before:
        assert time.monotonic() < end
        time.sleep(0.05)
