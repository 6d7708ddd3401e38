"""The command `fallline`: the same engine without a browser."""

import csv
import io
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

from app.cli import main
from app.settings import Settings
from tests.app.asking import path_of, post

ROOT = Path(__file__).parents[3]


def fallline(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """The one line that a wrong command prints."""

    def line(*arguments: str) -> str:
        assert main(list(arguments)) == 1
        printed = capsys.readouterr()
        assert printed.out == ""
        assert printed.err.startswith("fallline: ") and printed.err.count("\n") == 1
        return printed.err

    return line


def test_run_prints_the_path_that_the_server_gives(client: httpx.Client) -> None:
    done = fallline(
        "run", "--surface", "rosenbrock", "--optimizer", "adam", "--steps", "500", "--learning-rate", "0.02"
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    served = path_of(client, {"name": "rosenbrock"}, {"name": "adam", "learning_rate": 0.02}, None, 500)
    assert [[float(row["x"]), float(row["y"])] for row in rows] == served["phi"]
    assert [float(row["loss"]) for row in rows] == served["loss"]
    assert [[float(row["m_x"]), float(row["m_y"])] for row in rows] == served["state"]["m"]


def test_run_takes_a_formula_a_start_and_hyperparameters() -> None:
    start, switches = ("--start", "1", "-2"), ("--set", "beta=0", "--set", "nesterov=true", "--set", "form=heavy_ball")
    done = fallline("run", "--surface", "x^2 + y^2", "--optimizer", "momentum", "--steps", "2",
                    "--learning-rate", "0.25", *start, *switches)  # fmt: skip
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(float(row["x"]), float(row["y"])) for row in rows] == [(1, -2), (0.5, -1), (0.25, -0.5)]


def test_the_seconds_of_the_engine_begin_when_its_kernels_are_there(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To compile them may take longer than the limit: what is short is computed all the same, and a long run refused."""
    monkeypatch.setenv("FALLLINE_ENGINE_SECONDS", "0.5")
    monkeypatch.setenv("FALLLINE_MAX_STEPS", "10000000")
    monkeypatch.setattr("app.commands.run.warm_up", lambda: time.sleep(0.6))
    run = ("run", "--surface", "booth", "--optimizer", "gd", "--optimizer", "adam", "--steps")
    assert "the time allowed was used up" in refused(*run, "5000000")
    assert main([*run, "5"]) == 0


RACE = (
    "run", "--surface", "gabor", "--reduction", "mean", "--start", "-1e-1", "7.5", "--steps", "12",
    "--optimizer", "gd", "--optimizer", "adam,learning_rate=0.1,bias_correction=false,schedule=step,schedule.every=5",
    "--learning-rate", "0.02", "--batch-size", "7", "--sampling", "fresh", "--seed", "3",
)  # fmt: skip
ASKED = {
    "surface": {"name": "gabor", "reduction": "mean"},
    "start": [-0.1, 7.5],
    "optimizers": [
        {"name": "gd", "learning_rate": 0.02},
        {
            "name": "adam", "learning_rate": 0.1, "bias_correction": False, "schedule": {"name": "step", "every": 5},
        },
    ],
    "steps": 12,
    "batches": {"size": 7, "sampling": "fresh"},
    "seed": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"), [("csv", "text/csv"), ("json", "application/json"), ("ndjson", "application/x-ndjson")]
)
def test_run_takes_all_that_the_server_takes_and_prints_its_bytes(
    client: httpx.Client, capsysbinary: pytest.CaptureFixture[bytes], name: str, kind: str
) -> None:
    assert main([*RACE, "--format", name]) == 0
    served = post(client, "/api/trajectories", ASKED, accept=kind).content
    assert capsysbinary.readouterr().out.removesuffix(b"\n") == served.removesuffix(b"\n")


def test_run_takes_parameters_ranges_a_common_setting_and_noise(
    client: httpx.Client, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    optimizers = ("--optimizer", "adam", "--optimizer", "momentum,beta=0.5", "--set", "beta=0.8", "--steps", "3")
    body: dict[str, object] = {
        "optimizers": [{"name": "adam", "beta": 0.8}, {"name": "momentum", "beta": 0.5}],
        "steps": 3,
    }
    cases: list[tuple[tuple[str, ...], dict[str, object]]] = [
        (("--surface", "rosenbrock", "--parameter", "b=10"), {"surface": {"name": "rosenbrock", "parameters": {"b": 10}}}),
        (("--surface=-x**2", "--x", "-2", "-1e-3", "--y", "0", "1"), {"surface": {"formula": "-x**2", "x": [-2, -0.001], "y": [0, 1]}}),
        (("--surface", "x*y", "--noise", "0.5"), {"surface": {"formula": "x*y", "x": [-5, 5], "y": [-5, 5]}, "gradient_noise": {"standard_deviation": 0.5}}),
    ]  # fmt: skip
    for words, more in cases:
        assert main(["run", *words, *optimizers, "--format", "json"]) == 0
        served = post(client, "/api/trajectories", body | more).content
        assert capsysbinary.readouterr().out == served + b"\n"


MOMENTUM = "m = beta*m + (1 - beta)*g\nphi = phi - eta*m  # as in the lecture\n"


def test_run_takes_rules_of_ones_own_as_text_and_from_a_file(
    client: httpx.Client, capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    (tmp_path / "rule.txt").write_text(MOMENTUM)
    words = ("--rule", str(tmp_path / "rule.txt"), "--optimizer", "momentum", "--rule", "phi = phi - eta*beta*g")
    common = ("--set", "beta=0.8", "--learning-rate", "0.001", "--schedule", "step,every=5")
    assert main(["run", "--surface", "beale", *words, *common, "--steps", "12", "--format", "json"]) == 0
    numbers, schedule = {"learning_rate": 0.001, "beta": 0.8}, {"schedule": {"name": "step", "every": 5}}
    rules = [{"name": "custom", "rule": text, "parameters": numbers, **schedule} for text in (MOMENTUM, words[-1])]
    asked = [rules[0], {"name": "momentum", **numbers, **schedule}, rules[1]]
    served = post(client, "/api/trajectories", {"surface": {"name": "beale"}, "optimizers": asked, "steps": 12})
    printed = capsysbinary.readouterr().out
    assert printed == served.content + b"\n"
    typed, known, _ = served.json()["trajectories"]
    assert typed["phi"] == known["phi"]


def test_a_wrong_rule_says_in_one_line_what_is_wrong(refused: Callable[..., str], tmp_path: Path) -> None:
    run = ("run", "--surface", "booth", "--steps", "5", "--rule")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\xff=")
    assert "such as phi = phi - eta*g, nor a file that can be read: No such file" in refused(*run, "rule.txt")
    assert "Is a directory" in refused(*run, str(tmp_path))
    assert "it is no text" in refused(*run, str(tmp_path / "picture.png"))
    assert "phi" in refused(*run, "m = g")
    assert "Line 2, column 17" in refused(*run, "m = g\nphi = phi - eta*")
    assert "has no parameter" in refused(*run, "phi = phi - 0.1*g", "--learning-rate", "0.1")
    assert "no learning rate for a schedule" in refused(*run, "phi = phi - 0.1*g", "--schedule", "step")


def test_a_wrong_run_says_in_one_line_what_is_wrong(refused: Callable[..., str]) -> None:
    run = ("run", "--surface", "booth", "--optimizer", "adam", "--steps")
    assert "at least 1" in refused(*run, "0")
    assert "must be between" in refused(*run, "5", "--learning-rate", "-1")
    assert "true or false" in refused(*run, "5", "--set", "bias_correction=perhaps")
    assert "has no parameter" in refused(*run, "5", "--optimizer", "gd,beta=0.9")
    assert "no such schedule" in refused(*run, "5", "--schedule", "stairs")
    assert "ranges of a formula" in refused(*run, "5", "--x", "0", "1")
    assert "has no parameter" in refused(*run, "5", "--parameter", "b=1")
    assert "leave reduction out" in refused(*run, "5", "--reduction", "sum")
    assert "batches" in refused(*run, "5", "--batch-size", "4")
    assert "size is missing" in refused(*run, "5", "--sampling", "fresh")
    assert "there are" in refused("run", "--surface", "rosenbrok", "--optimizer", "adam", "--steps", "5")
    assert "incomplete" in refused("run", "--surface", "x**2+", "--optimizer", "adam", "--steps", "5")
    assert "lower first" in refused("run", "--surface", "x*y", "--x", "1", "0", "--optimizer", "gd", "--steps", "5")


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((), "required"),
        (("--surface", "booth", "--steps", "5"), "an --optimizer or a --rule"),
        (("--surface", "booth", "--steps", "5", "--rule"), "--rule"),
        (("--surface", "booth", "--optimizer", "gd", "--steps", "many"), "--steps"),
        (("--surface", "booth", "--optimizer", "gd", "--steps", "5", "--set", "beta"), "NAME=VALUE"),
        (("--surface", "booth", "--optimizer", "gd,beta", "--steps", "5"), "NAME=VALUE"),
        (("--surface", "booth", "--optimizer", "gd", "--steps", "5", "--format", "xml"), "--format"),
        (("--surface", "booth", "--optimizer", "gd", "--steps", "5", "--start", "1"), "--start"),
    ],
)
def test_a_command_that_is_not_understood_ends_with_two(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], what: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", *words])
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == "" and what in printed.err


def test_list_prints_every_name_of_the_catalogue(client: httpx.Client) -> None:
    catalog = client.get("/api/catalog").json()
    printed = fallline("list").stdout.split()
    for entry in (*catalog["surfaces"], *catalog["optimizers"]):
        assert entry["name"] in printed


def test_run_into_a_pipe_that_closes_ends_quietly() -> None:
    command = f"{sys.executable} -m app.cli run --surface booth --optimizer adam --steps 20000 | head -n 1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("index,optimizer,step")
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [("FALLLINE_THREADS", "none"), ("FALLLINE_MAX_STEPS", "-1"), ("FALLLINE_FRAME_ANCESTORS", "a; script-src *")],
)
def test_a_setting_that_makes_no_sense_is_told_by_its_variable(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert variable in refused("list")


def test_settings_lists_every_variable_with_its_value_and_its_meaning(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FALLLINE_MAX_STEPS", "77")
    assert main(["settings"]) == 0
    lines = capsys.readouterr().out.splitlines()
    told = dict(line.split("=", 1) for line in lines[::2])
    assert told.keys() == {f"FALLLINE_{setting.name.upper()}" for setting in fields(Settings)}
    assert told["FALLLINE_MAX_STEPS"] == "77"
    assert "Default: 20000" in lines[lines.index("FALLLINE_MAX_STEPS=77") + 1]
    assert Settings.read(told) == Settings(max_steps=77)


def test_a_folder_of_definitions_that_does_not_exist_is_told(
    refused: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FALLLINE_DEFINITIONS", "/no/such/folder")
    assert "does not exist" in refused("list")
