"""The README tells the truth: its tables are current, its files exist, its Python runs."""

import re
import subprocess
import sys
from pathlib import Path

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


def test_the_first_picture_is_of_the_app():
    picture = re.search(r"!\[[^]]*\]\(([^)]+)\)", README.read_text())
    assert picture is not None
    assert (ROOT / picture[1]).read_bytes().startswith(b"\x89PNG")
