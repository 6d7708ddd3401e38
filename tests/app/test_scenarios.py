"""Each scenario shows what its sentence says: the numbers of its paths, through HTTP."""

from typing import Any
from urllib.parse import parse_qsl

import httpx
import numpy as np
import pytest

from app import scenarios
from tests.app.asking import answered

KNOWN = {"v", "s", "sp", "p", "o", "n", "r", "b", "l", "a"}
Paths = list[dict[str, Any]]


@pytest.fixture(scope="module")
def catalog(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/catalog").json()
    return found


def value(text: str) -> Any:
    return {"0": False, "1": True}[text] if text in ("0", "1") else float(text)


def settings(parts: list[str]) -> dict[str, Any]:
    return {name: value(text) for name, text in (part.split(":") for part in parts)}


def request_of(address: str, catalog: dict[str, Any]) -> dict[str, Any]:
    """The request that the page makes of an address: what it does not say is the surface's or the optimiser's default."""
    keys = dict(parse_qsl(address, strict_parsing=True))
    assert keys["v"] == "1" and set(keys) <= KNOWN
    surface = next(s for s in catalog["surfaces"] if s["name"] == keys["s"])
    optimizers = []
    for text in keys["o"].split(";"):
        name, *parts = text.split(",")
        declared = next(o for o in catalog["optimizers"] if o["name"] == name)["parameters"]
        values = {p["name"]: p["default"] for p in declared}
        if any(p["name"] == "learning_rate" and "[loss]" in p["unit"] for p in declared):
            relative = next(o for o in catalog["optimizers"] if o["name"] == name)["relative_learning_rate"]
            values["learning_rate"] = surface["suggested_learning_rate"] * relative
        optimizers.append({"name": name} | values | settings(parts))
    start = [float(part) for part in keys["p"].split(",")] if "p" in keys else surface["start"]
    parameters = settings(keys["sp"].split(",")) if "sp" in keys else {}
    described = {"name": keys["s"], "parameters": parameters} | ({"reduction": keys["r"]} if "r" in keys else {})
    batches = {"batches": {"size": int(keys["b"])}} if "b" in keys else {}
    return {"surface": described, "start": start, "optimizers": optimizers, "steps": int(keys["n"])} | batches


def asked_by(name: str, catalog: dict[str, Any]) -> dict[str, Any]:
    return request_of(next(s["address"] for s in scenarios.load() if s["name"] == name), catalog)


@pytest.fixture
def show(client: httpx.Client, catalog: dict[str, Any]) -> Any:
    """The paths of a scenario, their lists as arrays; `changes` are made to its request."""

    def paths(name: str, **changes: Any) -> Paths:
        request = asked_by(name, catalog) | changes
        found: Paths = answered(client, "/api/trajectories", request)["trajectories"]
        lists = ("phi", "loss", "gradient")
        return [path | {key: np.array(path[key]) for key in lists} for path in found]

    return paths


def crossings(coordinate: Any) -> int:
    return int((np.diff(np.sign(coordinate)) != 0).sum())


def test_there_are_some_ten_each_with_a_title_and_one_short_text(catalog: dict[str, Any]) -> None:
    everywhere = catalog["scenarios"]
    for page in ("/", "/training"):
        cards = [card for card in everywhere if card["page"] == page]
        assert 8 <= len(cards) <= 12
        assert len({card["title"] for card in cards}) == len({card["address"] for card in cards}) == len(cards)
    for card in everywhere:
        assert card["title"] and len(card["title"]) <= 40
        assert 40 <= len(card["watch"]) <= 180 and card["watch"].endswith(".")


def test_too_large_a_step_diverges_and_the_cause_is_told(show: Any) -> None:
    too_large, within = show("too_large_a_step")
    assert too_large["status"] == "diverged" and "2.2 > 2" in too_large["reason"]
    assert within["status"] != "diverged" and within["loss"][-1] < 1e-4


def test_what_starts_alike_ends_in_the_saddle_and_what_starts_a_little_apart_does_not(
    show: Any, client: httpx.Client, catalog: dict[str, Any]
) -> None:
    for path in show("alike"):
        assert np.array_equal(path["phi"][:, 0], path["phi"][:, 1])
        assert np.allclose(path["phi"][-1], 0.6270981450723777, atol=1e-4)
    address = next(s["address"] for s in scenarios.load() if s["name"] == "alike")
    apart = request_of(address, catalog) | {"start": [2.6, 2.5]}
    for path in answered(client, "/api/trajectories", apart)["trajectories"]:
        assert abs(path["phi"][-1][0] - path["phi"][-1][1]) > 1


def test_gradient_descent_zigzags_where_momentum_does_not(show: Any) -> None:
    descent, momentum = show("zigzag")
    assert crossings(descent["phi"][:, 1]) == 150
    assert crossings(momentum["phi"][:, 1]) < 50


def test_momentum_overshoots_and_the_longer_memory_more(show: Any) -> None:
    descent, momentum, longer = show("overshoot")
    assert descent["phi"][:, 0].max() <= 0
    assert 0.2 < momentum["phi"][:, 0].max() < longer["phi"][:, 0].max()


def test_along_the_valley_momentum_and_adam_leave_gradient_descent_behind(show: Any) -> None:
    descent, momentum, adam = show("narrow_valley_race")
    minimum = np.array([1.0, 1.0])
    assert np.hypot(*(descent["phi"][-1] - minimum)) > 2
    assert max(np.hypot(*(path["phi"][-1] - minimum)) for path in (momentum, adam)) < 0.1
    for path in (descent, momentum, adam):
        x, y = path["phi"][100]
        assert abs(y - x**2) < 0.1


def test_from_one_start_adam_ends_in_another_minimum(show: Any) -> None:
    descent, momentum, adam = show("four_minima")
    assert np.allclose(descent["phi"][-1], [3.584428, -1.848127], atol=1e-3)
    assert np.allclose(momentum["phi"][-1], [3.584428, -1.848127], atol=1e-3)
    assert np.allclose(adam["phi"][-1], [3, 2], atol=1e-3)


def test_all_three_are_stuck_in_a_minimum_that_is_not_the_best(show: Any) -> None:
    for path in show("local_minimum"):
        assert np.allclose(path["phi"][-1], [-5.819376, 13.824504], atol=1e-3)
        assert abs(path["loss"][-1] - 3.3564) < 1e-3
        assert np.hypot(*path["gradient"][-1]) < 1e-4


def test_gradient_descent_and_momentum_crawl_at_the_saddle_and_adam_does_not(show: Any) -> None:
    descent, momentum, adam = (np.hypot(*path["phi"].T) for path in show("saddle_crawl"))
    assert (descent < 0.2).sum() >= 90 and (momentum < 0.2).sum() >= 90
    assert adam.min() > 0.5


def test_without_its_correction_adam_leaps_into_another_minimum(show: Any) -> None:
    corrected, plain = show("adam_without_correction")
    first, longer = (np.abs(np.diff(path["phi"][:2], axis=0)).max() for path in (corrected, plain))
    assert longer / first == pytest.approx((1 - 0.9) / (1 - 0.999) ** 0.5, rel=1e-3)  # (1 − β)/√(1 − γ) = 3.16
    assert np.allclose(corrected["phi"][-1], [3, 2], atol=0.01)
    assert np.allclose(plain["phi"][-1], [3.584428, -1.848127], atol=0.01)


def test_on_the_plateau_neither_finds_the_hole(show: Any) -> None:
    descent, adam = show("plateau")
    assert np.hypot(*(descent["phi"][-1] - descent["phi"][0])) < 0.02
    assert np.hypot(*(adam["phi"][-1] - adam["phi"][0])) > 0.3
    assert max(abs(descent["loss"][-1]), abs(adam["loss"][-1])) < 1e-3


def test_after_as_many_epochs_small_batches_are_further_down_than_all_data(show: Any) -> None:
    (batches,) = show("small_batches")
    (whole,) = show("small_batches", batches=None)
    assert batches["epoch"][-1] == 10
    assert batches["loss"][-1] < 0.05 < 0.2 < whole["loss"][10]


@pytest.mark.parametrize("steps", [500, 2000])
def test_batches_leave_the_shallow_minimum_in_which_all_data_are_stuck_and_no_deeper_one(
    show: Any, client: httpx.Client, catalog: dict[str, Any], steps: int
) -> None:
    best, other = np.array([0.0038, 16.0263]), np.array([-5.8, 13.9])
    (whole,) = show("noise_escapes", batches=None)
    assert whole["status"] == "converged" and np.allclose(whole["phi"][-1], [-0.166466, 4.880933], atol=1e-3)
    (shown,) = show("noise_escapes")
    assert np.hypot(*(shown["phi"][-1] - best)) < 1
    seeds = answered(client, "/api/ensembles", asked_by("noise_escapes", catalog) | {"draws": 30, "steps": steps})
    ends = np.array([path[-1] for path in seeds["ensembles"][0]["phi"]])
    assert (np.hypot(*(ends - whole["phi"][-1]).T) > 5).all(), "all 30 leave it"
    found = [int((np.hypot(*(ends - minimum).T) < 1).sum()) for minimum in (best, other)]
    assert found == [26, 4]
    (words,) = (card["watch"] for card in scenarios.load() if card["name"] == "noise_escapes")
    assert all(word in words for word in ("shallow", "all 30 seeds", "500 steps", "26 into the best", "4 into another"))
