"""What the server tells of itself: counts, load, a log that cannot be traced to a person."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.app.asking import BODIES, JSON, post
from tests.conftest import Server


def samples(server: Server) -> dict[str, float]:
    """The numbers of /metrics by their names with labels."""
    answer = httpx.get(server.url + "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose log tells every request."""
    running = Server(tmp_path_factory.mktemp("own") / "log.txt", FALLLINE_LOGGED_SHARE="1")
    yield running
    running.stop()


def test_requests_refusals_and_engine_seconds_are_counted(own: Server) -> None:
    before = samples(own)
    with httpx.Client(base_url=own.url) as client:
        for _ in range(3):
            assert post(client, "/api/trajectories", BODIES["/api/trajectories"]).status_code == 200
        assert post(client, "/api/formulas", {"formula": "x+"}).status_code == 422
        assert client.get("/no/such/place/of-alice").status_code == 404
        assert client.get("/static/icon.svg").status_code == 200
    after = samples(own)
    more = {name: value - before.get(name, 0) for name, value in after.items()}
    assert more['fallline_requests_total{route="/api/trajectories",status="200"}'] == 3
    assert more['fallline_requests_total{route="/api/formulas",status="422"}'] == 1
    assert more['fallline_requests_total{route="other",status="404"}'] == 1
    assert more['fallline_requests_total{route="/static/",status="200"}'] == 1
    assert more['fallline_refusals_total{code="formula"}'] == 1
    assert more["fallline_engine_seconds_count"] >= 3
    assert 0 < more["fallline_engine_seconds_sum"] < 30
    assert after["fallline_streams"] == 0
    assert "alice" not in str(after)


def test_an_open_stream_is_counted_until_it_ends(own: Server) -> None:
    body = json.dumps(BODIES["/api/trajectories"] | {"steps": 1000})
    headers = JSON | {"Accept": "text/event-stream"}
    with httpx.stream("POST", own.url + "/api/trajectories?pace=5", content=body, headers=headers) as answer:
        received = answer.iter_raw()
        assert next(received)
        assert samples(own)["fallline_streams"] == 1
    end = time.monotonic() + 10
    while samples(own)["fallline_streams"]:
        assert time.monotonic() < end


def test_the_log_tells_routes_and_times_and_nothing_of_who_asked_what(own: Server) -> None:
    secret = "exp(-x^2)*1234567"
    headers = {"cookie": "fallline=abcdefghijklmnopqrst; other=mallory", "user-agent": "browser-of-mallory"}
    with httpx.Client(base_url=own.url, headers=headers) as client:
        assert post(client, "/api/formulas", {"formula": secret}).status_code == 200
        assert client.get("/mallory?q=mallory").status_code == 404

    def told() -> list[dict[str, Any]]:
        return [json.loads(line) for line in own.log.read_text().splitlines() if line.startswith("{")]

    expected = [("/api/formulas", "POST", 200), ("other", "GET", 404)]
    end = time.monotonic() + 10
    while [(line["route"], line["method"], line["status"]) for line in told()][-2:] != expected:
        assert time.monotonic() < end
    for line in told():
        assert line.keys() == {"at", "route", "method", "status", "ms", "bytes"}
        assert line["ms"] >= 0 and line["bytes"] > 0
    log = own.log.read_text()
    for trace in ("mallory", "abcdefghijklmnopqrst", "1234567"):
        assert trace not in log


def test_without_a_share_nothing_is_logged_and_metrics_can_be_switched_off(tmp_path: Path) -> None:
    running = Server(tmp_path / "log.txt", FALLLINE_LOGGED_SHARE="0", FALLLINE_METRICS="0")
    try:
        with httpx.Client(base_url=running.url) as client:
            for _ in range(200):
                client.get("/health/live")
            assert client.get("/metrics").status_code == 404
        assert running.log.read_text() == f"Fall Line: {running.url}\n"
    finally:
        running.stop()


def test_a_server_that_was_held_up_says_so_for_a_second_and_then_is_ready_again(own: Server) -> None:
    own.process.send_signal(signal.SIGSTOP)
    time.sleep(1.6)
    own.process.send_signal(signal.SIGCONT)
    statuses, end = [], time.monotonic() + 20
    while not statuses or statuses[-1] != 200 or 503 not in statuses:
        assert time.monotonic() < end, statuses
        answer = httpx.get(own.url + "/health/ready")
        if answer.status_code == 503:
            assert answer.json()["status"] == "late" and answer.json()["largest_loop_lag_ms"] > 1000
            assert answer.headers["retry-after"] == "1"
        statuses.append(answer.status_code)
        time.sleep(0.02)
    assert httpx.get(own.url + "/health/live").status_code == 200
