"""The scenarios: one file each, with a title, what to watch, and the address of the page that shows it.

A file holds `scenario = Scenario(order=..., title=..., watch=..., address=...)`; its docstring says why it happens.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Scenario:
    """`address` is a query of the page, without the question mark; the page's state.js lists its keys."""

    order: int
    title: str
    watch: str
    address: str
    page: str = "/"


@cache
def load() -> tuple[dict[str, str], ...]:
    """All scenarios as objects with their names, in their declared order."""
    found: dict[str, Scenario] = {}
    for path in Path(__file__).parent.glob("[!_]*.py"):
        found[path.stem] = importlib.import_module(f"app.scenarios.{path.stem}").scenario
    ordered = sorted(found.items(), key=lambda item: (item[1].order, item[0]))
    return tuple(
        {"name": name, "title": s.title, "watch": s.watch, "page": s.page, "address": s.address} for name, s in ordered
    )
