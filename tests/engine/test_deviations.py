"""Where slides and software differ: what is declared holds in numbers, and what is not declared right is told."""

from typing import Any

import numpy as np
import pytest
from latex2mathml.converter import convert

from engine.catalog import Deviation, complete, load_catalog
from engine.definitions import Optimizer
from engine.deviations import GENERAL, SAMPLES
from engine.errors import DefinitionError, OutOfRange
from engine.objective import REDUCTIONS, objective_of_surface
from engine.rule import Rule
from engine.trajectory import Trajectory, run

CATALOG = load_catalog()
DECLARED = [
    (entry, deviation)
    for entry in [*CATALOG.surfaces.values(), *CATALOG.optimizers.values()]
    for deviation in entry.definition.deviations
]
EVERY = [*(deviation for _, deviation in DECLARED), *GENERAL["run"], *GENERAL["data"]]
MOMENTUM, ADAM = (CATALOG.optimizers[name].definition for name in ("momentum", "adam"))


def path(name: str, values: dict[str, Any], reduction: str = "sum", steps: int = 60) -> Trajectory:
    objective = objective_of_surface(CATALOG.surfaces["line"], {}, reduction=reduction)
    return run(objective, objective.start, [Rule.of(CATALOG.optimizers[name], values)], steps)[0]


def test_every_deviating_item_of_the_optimisers_part_of_the_lecture_is_listed() -> None:
    listed = {item for deviation in EVERY for item in deviation.item.split(", ")}
    assert listed >= {"L04", "L11", "L18", "L21", "L28", "L32", "L33", "L34", "L35", "L36"}


@pytest.mark.parametrize("deviation", EVERY, ids=lambda deviation: deviation.item)
def test_formulas_become_mathml_and_differ_and_the_sentence_is_one(deviation: Deviation) -> None:
    assert deviation.slide != deviation.software
    for latex in (deviation.slide, deviation.software):
        assert convert(latex).startswith("<math")
        assert latex.count("{") == latex.count("}")
    assert deviation.sentence.endswith(".") and len(deviation.sentence) <= 260
    assert len(deviation.title) <= 60


def test_both_forms_are_settings_that_the_owner_accepts_and_the_slide_s_is_the_default() -> None:
    for entry, deviation in DECLARED:
        complete(entry.definition, deviation.in_software, "")
        defaults = entry.definition.defaults
        assert complete(entry.definition, deviation.on_slide, "") == defaults
    for deviation in GENERAL["data"]:
        assert (deviation.on_slide, deviation.in_software) in [
            ({}, {}),
            ({"reduction": REDUCTIONS[0]}, {"reduction": REDUCTIONS[1]}),
        ]


def test_what_keeps_the_path_keeps_it() -> None:
    samples = len(CATALOG.surfaces["line"].definition.data_x)  # type: ignore[union-attr]
    for entry, deviation in DECLARED:
        if deviation.same_path is None:
            continue
        values = entry.definition.defaults | {"learning_rate": 0.01}
        factor = 1 - values[deviation.same_path]
        slide = path(entry.name, {**values, **deviation.on_slide})
        software = path(entry.name, {**values, **deviation.in_software, "learning_rate": 0.01 * factor})
        np.testing.assert_allclose(software.phi, slide.phi, rtol=1e-10)
        assert np.abs(path(entry.name, {**values, **deviation.in_software}).phi - slide.phi).max() > 0.1
    (reduction,) = (deviation for deviation in GENERAL["data"] if deviation.on_slide)
    assert reduction.same_path == SAMPLES
    for name in ("gd", "momentum"):
        summed, averaged = (path(name, {"learning_rate": r}, kind) for r, kind in ((0.01, "sum"), (0.12, "mean")))
        assert samples == 12
        np.testing.assert_allclose(averaged.phi, summed.phi, rtol=1e-10)
    adam = [path("adam", {"epsilon": 1e-14}, kind).phi for kind in REDUCTIONS]
    np.testing.assert_allclose(adam[0], adam[1], rtol=1e-6)


def test_pytorchs_nesterov_lists_the_points_ahead_of_the_textbooks() -> None:
    rate, beta = 0.004, 0.9
    book = path("momentum", {"learning_rate": rate, "beta": beta, "form": "heavy_ball", "nesterov": True}, steps=40)
    objective = objective_of_surface(CATALOG.surfaces["line"], {})
    phi, m = np.array(objective.start), np.zeros(2)
    for k in range(40):
        ahead = book.phi[k] - rate * beta * book.state["m"][k]
        np.testing.assert_allclose(phi, ahead, rtol=1e-12)
        g = objective.at(phi)[1]
        m = beta * m + g
        phi = phi - rate * (g + beta * m)


def test_adam_s_numbers_are_those_of_its_sentences() -> None:
    sentences = {deviation.item: deviation.sentence for deviation in ADAM.deviations}
    beta, gamma = 0.9, 0.99
    late = (1 - beta) / (1 - beta**2) / np.sqrt((1 - gamma) / (1 - gamma**2))
    assert f"{late:.3f} η" in sentences["L35"]
    slope, epsilon = 1e-4, 1e-8
    assert f"{slope / np.sqrt(slope**2 + epsilon):.3f} η" in sentences["L36"]
    assert f"{slope / (slope + epsilon):.4f} η" in sentences["L36"]


def deviating(**changes: Any) -> Deviation:
    texts = {"item": "L32", "title": "Form", "slide": "a", "software": "b", "sentence": "They differ."}
    return Deviation(**(texts | {"on_slide": {"form": "ema"}, "in_software": {"form": "heavy_ball"}} | changes))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sentence": ""}, "texts that are not empty"),
        ({"on_slide": {}}, "the same parameters"),
        ({"on_slide": {"shape": 1}, "in_software": {"shape": 2}}, "there is no parameter shape"),
        ({"in_software": {"form": "rolling"}}, "ema or heavy_ball"),
        ({"same_path": "form"}, "same_path 'form' is no parameter"),
        ({"same_path": "alpha"}, "same_path 'alpha' is no parameter"),
    ],
)
def test_a_deviation_that_cannot_be_run_is_refused(changes: dict[str, Any], fault: str) -> None:
    names = ("label", "step", "state", "parameters", "year", "latex")
    with pytest.raises((DefinitionError, OutOfRange), match=fault):
        Optimizer(**{name: getattr(MOMENTUM, name) for name in names}, deviations=(deviating(**changes),))
