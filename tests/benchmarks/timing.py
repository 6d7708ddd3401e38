"""How to compare: contenders alternate, ratios are taken round by round, medians are reported."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Timed:
    """Seconds a call for each round, by contender."""

    seconds: dict[str, list[float]]

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, other: str) -> float:
        """Median over the rounds of one contender's time divided by another's in the same round."""
        pairs = zip(self.seconds[name], self.seconds[other], strict=False)
        return statistics.median(a / b for a, b in pairs)


def compare(contenders: dict[str, Callable[[], object]], rounds: int = 15, least: float = 0.02) -> Timed:
    """Run all contenders in turn; each round repeats a fast one until `least` seconds are filled."""
    repeats = {}
    for name, call in contenders.items():
        call()
        began = time.perf_counter()
        call()
        repeats[name] = max(1, int(least / max(time.perf_counter() - began, 1e-9)))
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        for name, call in contenders.items():
            began = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            seconds[name].append((time.perf_counter() - began) / repeats[name])
    gc.enable()
    return Timed(seconds)


@dataclass
class Row:
    """One line of the table: a workload, what it must reach, what it reached."""

    workload: str
    bar: str
    measured: str
    holds: bool

    def markdown(self) -> str:
        return f"| {self.workload} | {self.bar} | {self.measured} | {'yes' if self.holds else 'NO'} |"


def at_most(workload: str, what: str, value: float, limit: float, unit: str = "×") -> Row:
    return Row(workload, f"{what} ≤ {limit:g} {unit}", f"{value:.3g} {unit}", value <= limit)


def at_least(workload: str, what: str, value: float, limit: float, unit: str = "×") -> Row:
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return Row(workload, f"{what} ≥ {limit:,g} {unit}", f"{shown} {unit}", value >= limit)


def told(workload: str, what: str, value: float, unit: str = "×") -> Row:
    """A figure without a bar."""
    return Row(workload, f"{what}, no bar", f"{value:.3g} {unit}", True)
