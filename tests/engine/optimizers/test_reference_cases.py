"""The reference cases, in plain NumPy with gradients by hand: the update rules themselves give the listed numbers."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.catalog import load_catalog

from .losses import HandLoss, adam_bowl, gabor, rosenbrock, run, simple_saddle

REFERENCE = json.loads((Path(__file__).parents[2] / "reference" / "cases.json").read_text(encoding="utf-8"))
CASES: dict[str, Any] = {case["id"]: case for case in REFERENCE["cases"]}
FIXTURES = REFERENCE["fixtures"]
OPTIMIZERS = {name: entry.definition for name, entry in load_catalog().optimizers.items()}


def case(name: str) -> tuple[Any, Any, dict[str, Any]]:
    found = CASES[name]
    return found["inputs"], found["outputs"], {"rtol": found["tolerance"]["rel"], "atol": found["tolerance"]["abs"]}


def gabor_data() -> HandLoss:
    return gabor(FIXTURES["gabor_data"]["x"], FIXTURES["gabor_data"]["y"])


def batch(indices: list[int]) -> HandLoss:
    data = FIXTURES["gabor_data"]
    return gabor([data["x"][i] for i in indices], [data["y"][i] for i in indices])


def test_gradient_descent_on_the_gabor_loss_takes_the_path_of_the_textbook() -> None:
    given, expected, tolerance = case("gabor-gd-fixed-0.2-21")
    path, _ = run(OPTIMIZERS["gd"], gabor_data(), given["phi0"], given["n_steps"], {"learning_rate": given["lr"]})
    np.testing.assert_allclose(path, expected["path"], **tolerance)


def test_gradient_descent_on_the_gabor_loss_ends_elsewhere_from_other_starts() -> None:
    for name in ("gabor-gd-8.0,8.0-lr0.2-200", "gabor-gd--8.0,14.0-lr0.2-400"):
        given, expected, tolerance = case(name)
        path, _ = run(OPTIMIZERS["gd"], gabor_data(), given["phi0"], given["n_steps"], {"learning_rate": given["lr"]})
        np.testing.assert_allclose(path[1 : 1 + len(expected["first5"])], expected["first5"], **tolerance)
        np.testing.assert_allclose(path[-1], expected["final_phi"], **tolerance)


def test_batches_are_sums_over_their_points() -> None:
    given, expected, tolerance = case("gabor-sgd-epochs-3")
    losses = [batch(indices) for indices in given["batches"]]
    path, _ = run(OPTIMIZERS["gd"], losses, given["phi0"], len(losses), {"learning_rate": given["lr"]})
    np.testing.assert_allclose(path, expected["path"], **tolerance)


def test_both_forms_of_momentum_end_where_the_reference_does() -> None:
    given, expected, tolerance = case("momentum-heavyball-equivalence")
    losses = [batch(indices) for indices in FIXTURES["batches_seed1_81"]]
    for form in ("ema", "heavy_ball"):
        settings = {"learning_rate": given[form]["lr"], "beta": given[form]["beta"], "form": form}
        path, _ = run(OPTIMIZERS["momentum"], losses, given["phi0"], len(losses), settings)
        np.testing.assert_allclose(path[-1], expected["final_phi_both"], **tolerance)


def adam_settings(given: Any, *, inside: bool) -> dict[str, object]:
    return {
        "learning_rate": given["lr"],
        "beta": given["beta"],
        "gamma": given["gamma"],
        "epsilon": given["eps"],
        "epsilon_inside_root": inside,
    }


def test_adam_on_its_bowl_takes_the_path_of_the_textbook() -> None:
    given, expected, tolerance = case("bowl-adam-60")
    for inside, end in ((False, "final_analytic"), (True, "final_analytic_eps_inside_sqrt")):
        path, _ = run(
            OPTIMIZERS["adam"], adam_bowl(), given["phi0"], given["n_steps"], adam_settings(given, inside=inside)
        )
        np.testing.assert_allclose(path[-1], expected[end], **tolerance)
        np.testing.assert_allclose(path, expected["path_notebook_fd"], rtol=1e-6, atol=1e-6)


def test_adam_keeps_the_state_of_the_textbook() -> None:
    given, expected, _ = case("bowl-adam-60")
    for steps, listed in enumerate(expected["first_three_states"], start=1):
        path, state = run(OPTIMIZERS["adam"], adam_bowl(), given["phi0"], steps, adam_settings(given, inside=False))
        np.testing.assert_allclose(state["m"], listed["m"], rtol=1e-7)
        np.testing.assert_allclose(state["v"], listed["v"], rtol=1e-7)
        np.testing.assert_allclose(path[-1], listed["phi"], rtol=1e-7)


def test_the_place_of_epsilon_shows_in_the_seventh_digit() -> None:
    given, expected, tolerance = case("bowl-adam-60-eps1e-08")
    ends = []
    for inside, end in ((False, "final_eps_outside_UDL_pytorch"), (True, "final_eps_inside_lecture")):
        path, _ = run(
            OPTIMIZERS["adam"], adam_bowl(), given["phi0"], given["n_steps"], adam_settings(given, inside=inside)
        )
        np.testing.assert_allclose(path[-1], expected[end], rtol=1e-9)
        ends.append(path[-1])
    assert 1e-7 < np.abs(ends[0] - ends[1]).max() < 1e-6
    assert tolerance["rtol"] >= 1e-9


def test_the_first_step_of_adam_tells_the_place_of_epsilon_and_the_exponent() -> None:
    given, expected, tolerance = case("adam-first-step-eps")
    loss = HandLoss(lambda phi: given["g"])
    for inside, end in ((True, "lecture_eps_inside_sqrt"), (False, "udl_eps_outside")):
        path, _ = run(OPTIMIZERS["adam"], loss, given["phi0"], 1, adam_settings(given, inside=inside))
        np.testing.assert_allclose(path[-1], expected[end], **tolerance)


def test_adam_on_rosenbrock_matches_the_reference() -> None:
    given, expected, tolerance = case("tf-rosenbrock-adam--1.2,1.0")
    path, _ = run(OPTIMIZERS["adam"], rosenbrock(), given["phi0"], given["n_steps"], adam_settings(given, inside=False))
    np.testing.assert_allclose(path[1 : 1 + len(expected["first3"])], expected["first3"], **tolerance)
    np.testing.assert_allclose(path[10], expected["at_10"], **tolerance)
    np.testing.assert_allclose(path[-1], expected["final"], **tolerance)


def test_gradient_descent_escapes_a_saddle_from_a_millionth_beside_it() -> None:
    given, expected, tolerance = case("tf-simple_saddle-gd-1.0,1e-06")
    path, _ = run(OPTIMIZERS["gd"], simple_saddle(), given["phi0"], given["n_steps"], {"learning_rate": given["lr"]})
    np.testing.assert_allclose(path[10], expected["at_10"], **tolerance)
    np.testing.assert_allclose(path[-1], expected["final"], **tolerance)
