"""The README tells the truth: its tables are current, its files exist, its Python runs."""

import re
import subprocess
import sys
from pathlib import Path

from engine.catalog import load_catalog
from engine.objective import objective_of_formula
from engine.rule import Rule
from engine.scripts.paths import snippet
from tests.readme_tables import README, renewed

ROOT = Path(__file__).parents[1]


def test_the_tables_are_those_of_the_definitions():
    assert README.read_text() == renewed(README.read_text()), "run python -m tests.readme_tables"


def test_every_linked_file_exists():
    for name in re.findall(r"\]\(([^)#:]+)\)", README.read_text()):
        assert (ROOT / name).exists(), name


def test_the_python_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.startswith("running") or done.stdout.startswith("converged")


def test_it_names_the_default_type_that_the_scripts_for_pytorch_set_and_nadam_needs():
    catalog = load_catalog()
    bowl = objective_of_formula("x**2 + y**2", (-1, 1), (-1, 1))
    script = snippet(bowl, (1, 1), [Rule.of(catalog.optimizers["nadam"], {"epsilon_inside_root": False})], 5)
    assert "torch.optim.NAdam(" in script
    (line,) = re.findall(r"^torch\.set_default_dtype.*$", script, re.MULTILINE)
    (told,) = (part for part in README.read_text().split("\n\n") if f"`{line}`" in part)
    assert "NAdam needs it" in told


def test_the_first_picture_is_of_the_app():
    picture = re.search(r"!\[[^]]*\]\(([^)]+)\)", README.read_text())
    assert picture is not None
    assert (ROOT / picture[1]).read_bytes().startswith(b"\x89PNG")
