"""Where the slides differ from most software, as objects of the catalogue: formulas typeset, settings of both forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.typeset import mathml
from engine.catalog import Declares, Deviation
from engine.deviations import SAMPLES


def deviation_objects(deviations: Iterable[Deviation], owner: Declares | None = None) -> list[dict[str, Any]]:
    """Where slides and software differ; `same_path` with what the learning rate becomes, typeset (on batches too)."""
    return [
        {
            "item": deviation.item,
            "title": deviation.title,
            "source": deviation.source,
            "slide": {"mathml": mathml(deviation.slide, "block"), "settings": dict(deviation.on_slide)},
            "software": {"mathml": mathml(deviation.software, "block"), "settings": dict(deviation.in_software)},
            "sentence": deviation.sentence,
            "same_path": _same_path(deviation.same_path, owner),
        }
        for deviation in deviations
    ]


def _same_path(factor: str | None, owner: Declares | None) -> dict[str, Any] | None:
    if factor is None:
        return None
    if factor == SAMPLES or owner is None:
        batches = mathml(r"\eta\, B")
        return {"samples": True, "parameter": None, "mathml": mathml(r"\eta\, n"), "mathml_on_batches": batches}
    return {"samples": False, "parameter": factor, "mathml": mathml(rf"\eta\, (1 - {owner.declared[factor].symbol})")}
