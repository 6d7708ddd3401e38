"""The layout: imports point one way, files fit one sitting, names live in one place."""

import ast
import re
import sys
from pathlib import Path

import pytest

from engine.catalog import load_catalog

ROOT = Path(__file__).parents[1]
ENGINE_MAY = {"numpy", "numba", "llvmlite", "engine"} | set(sys.stdlib_module_names)  # llvmlite is a part of Numba


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_the_engine_imports_numpy_numba_and_the_standard_library_only(path):
    assert imports(path) <= ENGINE_MAY


def test_the_app_does_not_import_the_tests():
    for path in (ROOT / "app").rglob("*.py"):
        assert "tests" not in imports(path), path


def test_no_file_is_longer_than_three_hundred_lines():
    long = {
        str(path.relative_to(ROOT)): count
        for folder, pattern in (
            ("engine", "*.py"),
            ("app", "*.py"),
            ("tests", "*.py"),
            ("static", "*.js"),
            ("static", "*.css"),
        )
        for path in (ROOT / folder).rglob(pattern)
        if (count := len(path.read_text().splitlines())) > 300
    }
    assert long == {}


def test_no_catalogue_key_is_written_outside_its_definition():
    catalog = load_catalog()
    words = {"step", "line"}  # words of the page and of errors, and names of a schedule and a surface too
    keys = {*catalog.surfaces, *catalog.optimizers, *catalog.schedules} - words
    quoted = re.compile("[\"'`](" + "|".join(sorted(keys)) + ")[\"'`]")
    allowed = {ROOT / "app" / "settings.py"}
    for folder in ("app", "static", "templates"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in {".py", ".js", ".html"} and path not in allowed and "scenarios" not in path.parts:
                assert not quoted.search(path.read_text()), f"{path}: {quoted.search(path.read_text())}"


def test_no_folder_is_a_drawer_for_odds_and_ends():
    banned = {"utils", "helpers", "manager", "core", "common", "misc"}
    for folder in ("engine", "app", "static", "tests"):
        for path in (ROOT / folder).rglob("*.*"):
            assert not banned & {path.stem, *path.relative_to(ROOT).parts}, path


def test_the_commands_of_the_readme_are_targets_of_the_makefile():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(
        re.findall(
            r"(?:`|\n)make ([a-z]+)\b", (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
        )
    )
    assert {"setup", "run", "test", "check", "bench"} <= targets
    assert named <= targets
