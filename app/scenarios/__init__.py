"""The scenarios: one file each, with a title, what to watch, and the address of the page that shows it.

A file holds `scenario = Scenario(title=..., watch=..., address=...)`; its docstring says why it happens. The files are
listed in the order of their names.
"""

from __future__ import annotations

import importlib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Scenario:
    """`address` is a query of the page, without the question mark; static/js/state.js lists its keys."""

    title: str
    watch: str
    address: str


@cache
def load() -> tuple[dict[str, str], ...]:
    """All scenarios as objects with their names."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    found = []
    for name in names:
        scenario: Scenario = importlib.import_module(f"app.scenarios.{name}").scenario
        found.append({"name": name, **asdict(scenario)})
    return tuple(found)
