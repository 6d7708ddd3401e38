"""What SECURITY.md promises of the packages: the floors it lists are in force, and what must be absent is."""

import importlib.metadata
import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

from app.commands.arguments import understood

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| ([a-z0-9-]+) \| ([\d.]+) \| (.+) \|$", re.MULTILINE)


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(text) for text in project["dependencies"]]


def test_security_lists_every_package_with_its_floor_and_a_reason() -> None:
    listed = {name: floor for name, floor, reason in ROW.findall((ROOT / "SECURITY.md").read_text()) if len(reason) > 9}
    assert listed == {wanted.name: str(wanted.specifier).removeprefix(">=") for wanted in requirements()}


def test_what_is_installed_is_not_older_than_the_floors() -> None:
    for wanted in requirements():
        if wanted.marker is None or wanted.marker.evaluate():
            assert wanted.specifier.contains(Version(importlib.metadata.version(wanted.name))), wanted


def test_the_pinned_versions_are_those_of_the_floors_or_newer() -> None:
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text().split())
    pinned = {name.lower().replace("_", "-"): Version(version) for name, version in pins.items()}
    for wanted in requirements():
        assert wanted.specifier.contains(pinned[wanted.name]), wanted


def test_there_is_no_parser_of_forms() -> None:
    names = {
        distribution.metadata["Name"].lower().replace("_", "-") for distribution in importlib.metadata.distributions()
    }
    assert "numpy" in names
    assert "python-multipart" not in names and "multipart" not in names


def test_the_commands_of_the_containers_are_commands() -> None:
    lines = [(ROOT / "Dockerfile").read_text(), (ROOT / "deploy" / "compose.yaml").read_text()]
    commands = [json.loads(found) for text in lines for found in re.findall(r'(\["fallline".*\])', text)]
    assert len(commands) == 2
    for name, *arguments in commands:
        options = understood(arguments)
        assert name == "fallline" and (options.host, options.port) == ("0.0.0.0", 8000)
