"""The command `fallline train`: the server's training without a server, with a bar where there is a terminal."""

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from app.cli import main
from tests.app.asking import answered, post

ROOT = Path(__file__).parents[3]
PATH = "/api/training"
WORDS = (
    "train", "--dataset", "moons,n=80,noise=0.15", "--hidden", "8", "4", "--activation", "leaky_relu,slope=0.05",
    "--initializer", "he", "--likelihood", "bernoulli", "--reduction", "sum", "--standardize", "--steps", "30",
    "--optimizer", "gd", "--optimizer", "adam,learning_rate=0.1,schedule=step,schedule.every=5",
    "--learning-rate", "0.02", "--batch-size", "7", "--sampling", "fresh", "--seed", "3", "--record-every", "4",
    "--change", "10,learning_rate=0.01", "--change", "20,batch_size=9", "--split", "0.5", "0.25", "0.25",
)  # fmt: skip
ASKED = {
    "dataset": {"name": "moons", "n": 80, "noise": 0.15, "seed": 3, "split": [0.5, 0.25, 0.25]},
    "network": {
        "hidden": [8, 4], "activation": {"name": "leaky_relu", "slope": 0.05}, "initializer": {"name": "he"}, "seed": 3,
    },
    "likelihood": {"name": "bernoulli"},
    "reduction": "sum",
    "standardize": True,
    "optimizers": [
        {"name": "gd", "learning_rate": 0.02},
        {"name": "adam", "learning_rate": 0.1, "schedule": {"name": "step", "every": 5.0}},
    ],
    "steps": 30,
    "batches": {"size": 7, "sampling": "fresh"},
    "seed": 3,
    "record_every": 4,
    "changes": [{"step": 10, "learning_rate": 0.01}, {"step": 20, "batch_size": 9}],
}  # fmt: skip
SHORT = ("--optimizer", "adam", "--steps", "20", "--hidden", "4")


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The one line that a wrong command prints."""

    def line(*arguments: str) -> str:
        assert main(["train", *arguments]) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("fallline: ") and printed.err.count("\n") == 1
        return printed.err

    return line


@pytest.mark.parametrize(
    ("name", "kind"), [("csv", "text/csv"), ("json", "application/json"), ("ndjson", "application/x-ndjson")]
)
def test_train_takes_what_the_server_takes_and_prints_its_bytes(
    client: httpx.Client, capfdbinary: pytest.CaptureFixture[bytes], name: str, kind: str
) -> None:
    assert main([*WORDS, "--format", name]) == 0
    served = post(client, PATH, ASKED, accept=kind)
    assert served.status_code == 200, served.text
    printed = capfdbinary.readouterr()
    assert printed.out.removesuffix(b"\n") == served.content.removesuffix(b"\n")
    assert printed.err == b""  # no terminal, no bar


def test_a_table_of_ones_own_is_read_from_its_file(
    client: httpx.Client, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    table = "\ufeffu;v\r\n" + "".join(f"{k / 7};{k % 5}\r\n" for k in range(30))
    (tmp_path / "own.csv").write_bytes(table.encode())
    words = ("--data", str(tmp_path / "own.csv"), "--kind", "regression", "--targets", "1", "--format", "json")
    assert main(["train", *words, *SHORT, "--hidden"]) == 0
    dataset = {"csv": table.removeprefix("\ufeff"), "kind": "regression", "targets": 1}
    body = {"dataset": dataset, "network": {"hidden": []}, "optimizers": [{"name": "adam"}], "steps": 20}
    printed, served = json.loads(capfdbinary.readouterr().out), answered(client, PATH, body)
    assert {**printed, "request": None} == {**served, "request": None}


def test_what_was_learnt_is_written_and_goes_on_where_it_ended(
    client: httpx.Client, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "learnt.json"
    words = ("train", "--dataset", "moons", *SHORT, "--format", "json")
    assert main([*words, "--parameters", str(file), "--ensemble", "2"]) == 0
    first = json.loads(capfd.readouterr().out)
    learnt = json.loads(file.read_text())["runs"]
    assert [run["parameters"] for run in learnt] == [run["parameters"] for run in first["runs"]]
    assert main([*words, "--initial-parameters", str(file)]) == 0
    assert json.loads(capfd.readouterr().out)["runs"][0]["loss"][0] == first["runs"][0]["loss"][-1]
    body = {"dataset": {"name": "moons"}, "network": {"hidden": [4]}, "optimizer": {"name": "adam"}, "steps": 0}
    again = answered(client, PATH, body | {"initial_parameters": learnt[0]["parameters"]})
    assert again["runs"][0]["loss"] == first["runs"][0]["loss"][-1:]
    layers = tmp_path / "layers.json"
    layers.write_text(json.dumps(learnt[0]["parameters"]))
    assert main([*words, "--initial-parameters", str(layers)]) == 0


def test_a_training_that_diverges_is_an_answer(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "line.csv").write_text("".join(f"{k},{2.5 * k}\n" for k in range(10)))
    words = ("--data", str(tmp_path / "line.csv"), "--optimizer", "gd,learning_rate=900", "--steps", "99")
    assert main(["train", *words, "--hidden", "4", "--likelihood", "squared_error"]) == 0
    assert ",diverged," in capfd.readouterr().out


def test_on_a_terminal_a_bar_shows_the_steps_and_the_loss() -> None:
    terminal, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    command = [
        sys.executable,
        "-m",
        "app.cli",
        "train",
        "--dataset",
        "moons",
        *SHORT,
        "--steps",
        "3000",
        "--record-every",
        "100",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=end) as running:
        os.close(end)
        shown = b""
        while True:
            try:
                shown += os.read(terminal, 4096)
            except OSError:  # the other end is closed
                break
        assert running.stdout is not None
        printed = running.stdout.read()
    os.close(terminal)
    assert running.returncode == 0
    assert b"/3000 [" in shown and b"adam, loss " in shown
    assert len(printed.splitlines()) == 32  # and none of it in the history


def test_a_wrong_training_says_in_one_line_what_is_wrong(refused: Callable[..., str], tmp_path: Path) -> None:
    moons, file = ("--dataset", "moons"), tmp_path / "own.csv"
    assert "no such dataset" in refused("--dataset", "suns", *SHORT)
    assert "no such activation" in refused(*moons, *SHORT, "--activation", "step")
    assert "must be between" in refused(*moons, *SHORT, "--learning-rate", "-1")
    assert "has no parameter" in refused("--dataset", "moons,colour=3", *SHORT)
    assert "at most" in refused(*moons, *SHORT, "--hidden", "1000")
    assert "a batch has from 1 to 120" in refused(*moons, *SHORT, "--batch-size", "1000")
    assert "begins with a step" in refused(*moons, *SHORT, "--change", "learning_rate=0.01")
    assert "no number" in refused(*moons, *SHORT, "--change", "5,omega=0.01")
    assert "describe a table" in refused(*moons, *SHORT, "--targets", "2")
    assert "No such file" in refused("--data", str(file), *SHORT)
    assert "cannot write" in refused(*moons, *SHORT, "--parameters", str(tmp_path))
    file.write_bytes(b"\xff\xfe1\x00,\x00")
    assert "no text in UTF-8" in refused("--data", str(file), *SHORT)
    file.write_text("x,y\n1,2\n3,four")
    assert "line 3, column 2" in refused("--data", str(file), *SHORT, "--kind", "regression")
    file.write_text('{"runs": []}')
    assert "holds no parameters" in refused(*moons, *SHORT, "--initial-parameters", str(file))
    file.write_text('[{"weights": [[1]], "biases": [1]}]')
    assert "layers" in refused(*moons, *SHORT, "--initial-parameters", str(file))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (SHORT, "--dataset"),
        (("--dataset", "moons", "--steps", "5"), "--optimizer"),
        (("--dataset", "moons", "--data", "own.csv", *SHORT), "not allowed with"),
        (("--dataset", "moons", *SHORT, "--steps", "many"), "--steps"),
        (("--dataset", "moons,n", *SHORT), "NAME=VALUE"),
        (("--dataset", "moons", *SHORT, "--format", "xml"), "--format"),
    ],
)
def test_a_command_that_is_not_understood_ends_with_two(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], what: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", *words])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == "" and what in printed.err
