"""The reference's formulas in arbitrary precision, independent of the engine: what surfaces are compared with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]

from engine.catalog import load_catalog

REFERENCE = Path(__file__).parents[2] / "reference"
FUNCTIONS: dict[str, Any] = json.loads((REFERENCE / "critical_points.json").read_text(encoding="utf-8"))["functions"]
FIXTURES: dict[str, Any] = json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))["fixtures"]
NAMES_THERE = {"line": "linear_least_squares", "gabor": "gabor_loss"}

Formula = Callable[[Any, Any], Any]


def listed(name: str) -> dict[str, Any] | None:
    """The reference's entry for a surface of ours, if it has one."""
    entry: dict[str, Any] | None = FUNCTIONS.get(NAMES_THERE.get(name, name))
    return entry


def gabor(x: Any, y: Any) -> Any:
    data = FIXTURES["gabor_data"]
    u = [x + mp.mpf("0.06") * y * mp.mpf(v) for v in data["x"]]
    return mp.fsum((mp.sin(w) * mp.exp(-(w**2) / 32) - mp.mpf(t)) ** 2 for w, t in zip(u, data["y"], strict=True))


def line(x: Any, y: Any) -> Any:
    data = FIXTURES["linear_data"]
    return mp.fsum((x + y * mp.mpf(v) - mp.mpf(t)) ** 2 for v, t in zip(data["x"], data["y"], strict=True))


def ackley(x: Any, y: Any) -> Any:
    waves = (mp.cos(2 * mp.pi * x) + mp.cos(2 * mp.pi * y)) / 2
    return -20 * mp.exp(mp.mpf("-0.2") * mp.sqrt((x**2 + y**2) / 2)) - mp.exp(waves) + 20 + mp.e


def own_data(name: str) -> list[tuple[Any, Any]]:
    """The samples that a surface brings along, as they are written there."""
    surface: Any = load_catalog().surfaces[name].definition
    return [(mp.mpf(str(u)), mp.mpf(str(t))) for u, t in zip(surface.data_x, surface.data_y, strict=True)]


def logistic(x: Any, y: Any) -> Any:
    chances = [(1 / (1 + mp.exp(-(x + y * u))), t) for u, t in own_data("logistic")]
    return -mp.fsum(mp.log(p if t == 1 else 1 - p) for p, t in chances)


def exponential_decay(x: Any, y: Any) -> Any:
    return mp.fsum(((mp.exp(-x * u) + mp.exp(-y * u)) / 2 - t) ** 2 for u, t in own_data("exponential_decay"))


BY_HAND: dict[str, Formula] = {
    "bowl": lambda x, y: (x**2 + 10 * y**2) / 2,
    "ackley": ackley,
    "gabor": gabor,
    "line": line,
    "logistic": logistic,
    "exponential_decay": exponential_decay,
    "adam_bowl": lambda x, y: 1 - mp.exp(-2 * y**2) * mp.exp(-((x - mp.mpf("0.7")) ** 2) / 8),
}


def formula(name: str) -> Formula | None:
    """The reference's formula of a surface: as written there, or by hand where it is written in words."""
    if name in BY_HAND:
        return BY_HAND[name]
    entry = listed(name)
    if entry is None:
        return None
    code = compile(entry["formula"].replace("^", "**"), name, "eval")
    words = {"sin": mp.sin, "cos": mp.cos, "exp": mp.exp, "sqrt": mp.sqrt, "pi": mp.pi, "e": mp.e}
    return lambda x, y: eval(code, {"__builtins__": {}}, {**words, "x": mp.mpf(x), "y": mp.mpf(y)})
