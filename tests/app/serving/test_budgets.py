"""A budget for each browser: one tab cannot take the machine, and an address is nobody."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from app.errors import Problem
from app.serving import budgets
from app.serving.budgets import Budgets, name_of
from app.settings import Settings
from tests.app.asking import BODIES, JSON, error_of, post
from tests.conftest import Server

ANNA, BERT = b"a" * 22, b"b" * 22


def test_a_browser_spends_what_it_saved_then_waits_for_what_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    now, waiting = 0.0, True
    monkeypatch.setattr(budgets.time, "monotonic", lambda: now)
    held = Budgets(Settings(browser_cost=10, browser_savings=100), lambda browser: waiting)
    held.admit(ANNA, 150)  # with anything left, work of any size is paid for
    with pytest.raises(Problem) as refused:
        held.admit(ANNA, 1)
    assert (refused.value.status, refused.value.headers) == (429, {"Retry-After": "5"})
    held.admit(BERT, 250)
    held.admit(None, 1e12)
    held.admit(None, 1e12)
    now = 4.9
    assert held.wait(ANNA) == pytest.approx(0.1)
    now = 5.1
    held.admit(ANNA, 0.5)
    now = 1e6
    held.admit(ANNA, 101)  # savings do not grow beyond their most
    assert held.wait(ANNA) == pytest.approx(0.1)
    held.spend(ANNA, 1e12)  # nor do debts: nobody waits for an hour
    assert held.wait(ANNA) == pytest.approx(10)
    waiting = False
    held.admit(ANNA, 1e12)  # nobody is kept waiting


def test_forged_names_do_not_fill_the_memory() -> None:
    held = Budgets(Settings(), lambda browser: True)
    for number in range(budgets.MOST + 500):
        held.admit(b"%022d" % number, 1)
    assert len(held.known) == budgets.MOST


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"fallline=" + ANNA, ANNA),
        (b"other=1; fallline=" + ANNA + b"; more=2", ANNA),
        (b"notfallline=" + ANNA, None),
        (b"fallline=short", None),
        (b"fallline=" + b"a" * 65, None),
        (b"fallline=" + b"a" * 20 + b"\xff", None),
    ],
)
def test_a_browser_is_known_by_its_cookie_alone(header: bytes, name: bytes | None) -> None:
    assert name_of([(b"host", b"a"), (b"cookie", header)]) == name
    assert name_of([(b"host", b"a")]) is None


LONG = BODIES["/api/trajectories"] | {"steps": 15_000}
BUSY = {
    "dataset": {"name": "moons", "n": 200, "seed": 0},
    "network": {"hidden": [64, 64], "activation": {"name": "tanh"}, "initializer": {"name": "he"}, "seed": 0},
    "optimizers": [{"name": "adam", "learning_rate": 0.01}],
    "batches": {"size": 64},
    "steps": 150,
    "record_every": 150,
}
"""Long to compute and short to read: whoever asks for it again and again keeps the server's hand busy all the time."""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with one hand that gives a browser 60,000 units at once and 5,000 a second, and computes all anew."""
    budget = {"FALLLINE_BROWSER_COST": "5000", "FALLLINE_BROWSER_SAVINGS": "60000", "FALLLINE_KEPT_BYTES": "0"}
    running = Server(tmp_path_factory.mktemp("strict") / "log.txt", FALLLINE_THREADS="1", **budget)
    yield running
    running.stop()


@contextmanager
def crowd(server: Server) -> Iterator[list[int]]:
    """Programs without a cookie that keep the server's hand busy, and each other waiting; gives their answers' statuses."""
    statuses: list[int] = []
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=server.url, timeout=30) as client:
            while not over.is_set():
                statuses.append(post(client, "/api/training", BUSY).status_code)

    with ThreadPoolExecutor(4) as threads:
        for _ in range(4):
            threads.submit(ask)
        try:
            while len(statuses) < 4:
                time.sleep(0.01)
            yield statuses
        finally:
            over.set()


def asked(client: httpx.Client, seconds: float) -> Iterator[httpx.Response]:
    """What a browser is answered that asks all the time, for so long at most."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield post(client, "/api/trajectories", LONG)


def test_behind_one_address_one_browser_is_refused_and_all_others_are_answered(strict: Server) -> None:
    with httpx.Client(base_url=strict.url, timeout=30) as greedy, httpx.Client(base_url=strict.url) as other:
        for client in (greedy, other):
            cookie = client.get("/").headers["set-cookie"]
            assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Max-Age" not in cookie
            assert "set-cookie" not in client.get("/training").headers
        assert greedy.cookies["fallline"] != other.cookies["fallline"]
        with crowd(strict) as statuses:
            answers = asked(greedy, 40)
            assert next(answers).status_code == 200
            refused = next(answer for answer in answers if answer.status_code == 429)
            assert error_of(refused, 429)["code"] == "too_many"
            assert 1 <= int(refused.headers["retry-after"]) <= 12
            assert post(other, "/api/trajectories", LONG).status_code == 200
            assert greedy.get("/health/live").status_code == 200
        assert set(statuses) == {200}
        assert {answer.status_code for answer in asked(greedy, 0.5)} == {200}  # nobody is kept waiting any more


def test_a_stream_goes_on_no_faster_than_its_browser_s_budget_while_others_wait(strict: Server) -> None:
    content = json.dumps(BODIES["/api/trajectories"] | {"steps": 6_000})

    def seconds(**more: str) -> float | None:
        """How long the stream takes; None where it is refused."""
        began = time.monotonic()
        headers = JSON | {"Accept": "text/event-stream"} | more
        url = strict.url + "/api/trajectories"
        with httpx.stream("POST", url, content=content, headers=headers, timeout=60) as answer:
            if answer.status_code == 429:
                return None
            assert answer.status_code == 200
            assert "event: end" in list(answer.iter_lines())
        return time.monotonic() - began

    cookie = {"Cookie": "fallline=" + ANNA.decode()}
    end = time.monotonic() + 40
    with crowd(strict), httpx.Client(base_url=strict.url, timeout=30, headers=cookie) as client:
        while seconds(**cookie) is not None:  # until it is refused: its budget is spent
            assert post(client, "/api/trajectories", LONG | {"steps": 20_000}).status_code in (200, 429)
            assert time.monotonic() < end
        while (limited := seconds(**cookie)) is None:  # until there is a little of it again
            assert time.monotonic() < end
            time.sleep(0.02)
        free = min(filter(None, (seconds() for _ in range(3))))
    assert limited > 0.5 and limited > free
