"""The command `fallline serve`: an address of its own, several processes, a hall that finds it."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.commands import lan
from tests.app.asking import BODIES, post
from tests.conftest import ROOT, Server


def test_serve_refuses_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        for more in ((), ("--workers", "2"), ("--lan",)):
            assert main(["serve", "--port", port, *more]) == 1
            printed = capsys.readouterr()
            assert printed.out == ""
            assert port in printed.err and "in use" in printed.err and printed.err.count("\n") == 1


def prints_its_address_and_ends_on_a_signal(server: Server) -> None:
    assert server.url in server.log.read_text()
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(10) == 0
    assert time.monotonic() - began < 5
    assert "Traceback" not in server.log.read_text()


def test_serve_prints_its_address_and_ends_on_a_signal(tmp_path: Path) -> None:
    prints_its_address_and_ends_on_a_signal(Server(tmp_path / "log.txt"))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with two processes."""
    running = Server(tmp_path_factory.mktemp("two") / "log.txt", options=("--workers", "2"))
    yield running
    running.stop()


def workers_of(server: Server) -> set[int]:
    """The processes of a server that answer requests."""
    listed = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    return {int(pid) for pid, parent, command in rows if int(parent) == server.process.pid and "spawn_main" in command}


def fresh(server: Server, path: str) -> httpx.Response:
    """An answer on a connection of its own: whichever process takes it."""
    body = BODIES[path]
    with httpx.Client(base_url=server.url, timeout=30) as client:
        return post(client, path, body)


def test_two_processes_give_the_same_bytes_and_tags_as_one(two: Server, client: httpx.Client) -> None:
    for path, body in BODIES.items():
        single = post(client, path, body)
        found = [fresh(two, path) for _ in range(6)]
        assert {answer.content for answer in found} == {single.content}, path
        assert {answer.headers["etag"] for answer in found} == {single.headers["etag"]}, path


def test_the_counts_of_two_processes_are_added_up(two: Server) -> None:
    before = counted(two)
    for _ in range(20):
        fresh(two, "/api/formulas")
    assert counted(two) == before + 20


def counted(server: Server) -> float:
    name = 'fallline_requests_total{route="/api/formulas",status="200"}'
    lines = httpx.get(server.url + "/metrics").text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)


def test_a_process_that_dies_is_replaced_while_the_other_answers(two: Server) -> None:
    before = workers_of(two)
    assert len(before) == 2
    lost = min(before)
    os.kill(lost, signal.SIGKILL)
    end = time.monotonic() + 120  # a busy machine is slow to start a process
    while len(now := workers_of(two) - {lost}) < 2:
        assert time.monotonic() < end
        try:
            assert fresh(two, "/api/formulas").status_code == 200
        except httpx.TransportError:  # a connection that the dead process had not yet taken
            time.sleep(0.1)
    assert before - {lost} < now


def test_two_processes_print_their_address_and_end_on_a_signal(two: Server) -> None:
    """The last of those that ask them."""
    prints_its_address_and_ends_on_a_signal(two)


def test_the_limit_of_open_files_is_raised(tmp_path: Path) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= hard <= 256:
        pytest.fail("this machine lets nobody have more than 256 open files")
    command = [sys.executable, "-m", "app.cli", "serve", "--port", "0"]
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))  # noqa: E731
    with (tmp_path / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, preexec_fn=few, text=True)
    try:
        assert process.stdout is not None
        assert "http://127.0.0.1:" in process.stdout.readline()
        assert resource.prlimit(process.pid, resource.RLIMIT_NOFILE)[0] > 256
    finally:
        process.kill()
        process.communicate()


def test_in_a_hall_every_address_is_told_and_the_first_as_a_code_too() -> None:
    links = ["http://10.1.2.3:8000", "http://192.168.0.7:8000"]
    told = lan.announcement(8000, links)
    assert all(link in told for link in ("http://127.0.0.1:8000", *links))
    drawn = [line for line in told.splitlines() if set(line) <= set("█▀▄ ") and line.strip()]
    assert len(drawn) >= 15 and {len(line) for line in drawn} == {2 * len(drawn) - 1}  # a square: two rows to a line
    assert "no address" in lan.announcement(8000, [])


def test_the_addresses_are_those_at_which_this_machine_answers() -> None:
    for ip in lan.addresses():
        with socket.socket() as listening:
            listening.bind((ip, 0))
            listening.listen()
            with socket.create_connection(listening.getsockname(), timeout=5):
                pass
