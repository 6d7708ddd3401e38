"""Runs that diverge, of every optimiser on every surface: flagged, told in strict JSON, and nothing on standard error."""

import itertools
import json
import math
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.timing import Row, at_least
from tests.soak.serving import Options, Served, all_of, none

WANTED = 2400
TRIED = 20_000
FAR = 1000
"""Half-widths of the plot from its centre: who ends beyond, and beyond its own start, has diverged, as is documented."""
FARTHEST = (1e80, 1e160, 1e3, 1e304)
"""Half-widths from the plot at which a loss, or what is squared on its way, is no finite number any more."""
STEPS = 60


def strict(text: bytes) -> Any:
    """JSON as the standard has it."""

    def refuse(constant: str) -> None:
        raise ValueError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def requests(catalog: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[list[float]]]]:
    """Each optimiser on each surface, with rates up to the largest that is allowed, from the plot and from far outside it.

    Beside each request are the ranges of the plot.
    """
    surfaces = [(entry["name"], [entry["domain"][axis] for axis in ("x", "y")]) for entry in catalog["surfaces"]]
    rates = {
        entry["name"]: next(p["high"] for p in entry["parameters"] if p["name"] == "learning_rate")
        for entry in catalog["optimizers"]
    }
    for turn in itertools.count():
        out = FARTHEST[turn // 2 % len(FARTHEST)] if turn % 2 else 0.3 + 0.1 * (turn % 7)
        for (surface, domain), (optimizer, rate) in itertools.product(surfaces, rates.items()):
            start = [(low + high) / 2 + out * side * (high - low) / 2 for side, (low, high) in zip((1, -0.7), domain)]
            yield (
                {
                    "surface": {"name": surface},
                    "start": start,
                    "optimizers": [{"name": optimizer, "learning_rate": rate / (1 + turn % 3)}],
                    "steps": STEPS,
                },
                domain,
            )


def gone(path: dict[str, Any], domain: list[list[float]]) -> bool:
    """Whether a path has diverged, by its points alone: it broke off, or it ends far outside the plot and its start."""
    if len(path["phi"]) <= STEPS:
        return True
    for begin, end, (low, high) in zip(path["phi"][0], path["phi"][-1], domain):
        centre, reach = (low + high) / 2, FAR * (high - low) / 2
        if abs(end - centre) > max(reach, abs(begin - centre)):
            return True
    return False


def rows(options: Options) -> Iterator[Row]:
    tried = away = flagged = told = finite = mistaken = 0
    seen: set[tuple[str, str]] = set()
    faults: list[str] = []
    with Served(options) as server:
        catalog = server.get("/api/catalog")
        pairs = len(catalog["surfaces"]) * len(catalog["optimizers"])
        for body, domain in itertools.islice(requests(catalog), TRIED):
            if away >= WANTED and tried % pairs == 0:
                break
            tried += 1
            status, _, answer = server.ask("POST", "/api/trajectories", body)
            if status != 200:
                faults.append(f"{status} {answer[:200]!r}")
                continue
            (path,) = strict(answer)["trajectories"]
            finite += all(math.isfinite(number) for point in path["phi"] for number in point)
            diverged = path["status"] == "diverged"
            if gone(path, domain):
                away += 1
                seen.add((body["surface"]["name"], body["optimizers"][0]["name"]))
                flagged += diverged
                told += diverged and bool(path["reason"]) and path["diverged_at"] is not None
            else:
                mistaken += diverged
        name = f"{tried:,} runs of {pairs} pairs of optimiser and surface"
        yield at_least(name, "runs that diverge, by their points", away, WANTED, "")
        for what, place, entries in (("surfaces", 0, catalog["surfaces"]), ("optimisers", 1, catalog["optimizers"])):
            yield all_of(name, f"{what} among them", len({pair[place] for pair in seen}), len(entries))
        yield at_least(
            name, "pairs among them (the slopes of some surfaces vanish far out)", len(seen), 0.9 * pairs, ""
        )
        yield all_of(name, "of those, flagged as diverged", flagged, away)
        yield all_of(name, "with a step and a sentence", told, away)
        yield none(name, "others that are flagged", mistaken, f"{tried - away:,}")
        yield all_of(name, "answered in strict JSON, with finite points", finite, tried)
        yield none(name, f"refused{f', such as {faults[0]}' if faults else ''}", len(faults), f"{tried:,}")
        yield none(name, "lines on standard error", len(server.faults), "lines")
