"""The contract of a surface: holds for every one in the catalogue, present and future."""

from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.catalog import CriticalPoint, DataSurface, SurfaceEntry, load_catalog
from engine.landscape import evaluate
from engine.objective import objective_of_surface

from .formulas import formula, listed

Array = NDArray[np.float64]

ENTRIES = list(load_catalog().surfaces.values())
EVERY = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
WITH_FORMULA = pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if formula(entry.name)], ids=lambda entry: entry.name
)
WITH_REFERENCE = pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if listed(entry.name)], ids=lambda entry: entry.name
)
PARAMETRIC = pytest.mark.parametrize(
    "entry", [entry for entry in ENTRIES if entry.definition.parameters], ids=lambda entry: entry.name
)
LISTED = pytest.mark.parametrize(
    ("entry", "point"),
    [
        (entry, point)
        for entry in ENTRIES
        for point in (listed(entry.name) or {"critical_points": []})["critical_points"]
    ],
    ids=lambda value: value.name if hasattr(value, "name") else f"{value['x']:.4g},{value['y']:.4g}",
)


def at(entry: SurfaceEntry, points: Any, order: int = 0, **parameters: float) -> dict[str, Array]:
    """Loss, gradient and Hessian by the engine at points (n, 2)."""
    values = {parameter.name: parameter.default for parameter in entry.definition.parameters} | parameters
    objective = objective_of_surface(entry, values)
    found: dict[str, Array] = evaluate(objective, np.array(points, dtype=np.float64).reshape(-1, 2), order)
    return found


def in_plain_numpy(entry: SurfaceEntry, x: Any, y: Any) -> Any:
    """The definition's own text, called as a function."""
    definition = entry.definition
    if isinstance(definition, DataSurface):
        inputs, targets = np.array(definition.data_x), np.array(definition.data_y)
        predictions = definition.predict(inputs, np.asarray(x)[..., None], np.asarray(y)[..., None])
        return np.sum(definition.sample_loss(predictions, targets), axis=-1)
    return definition.loss(x, y, **definition.defaults)


def scattered(entry: SurfaceEntry, count: int) -> Array:
    """Points in the domain, always the same."""
    low, high = np.array(entry.definition.domain).T
    points: Array = low + (high - low) * np.random.default_rng(7).random((count, 2))
    return points


def kind_of(eigenvalues: Array) -> str:
    if np.abs(eigenvalues).min() <= 1e-10 * np.abs(eigenvalues).max():
        return "degenerate"
    return "minimum" if eigenvalues[0] > 0 else "maximum" if eigenvalues[1] < 0 else "saddle"


@WITH_FORMULA
def test_the_loss_is_the_formula_of_the_reference(entry: SurfaceEntry) -> None:
    reference = formula(entry.name)
    assert reference is not None
    points = scattered(entry, 40)
    with mp.workdps(30):
        expected = [float(reference(mp.mpf(x), mp.mpf(y))) for x, y in points.tolist()]
    np.testing.assert_allclose(at(entry, points)["loss"], expected, rtol=1e-11, atol=1e-11)


@WITH_FORMULA
def test_derivatives_agree_with_those_of_the_formula_in_thirty_digits(entry: SurfaceEntry) -> None:
    reference = formula(entry.name)
    assert reference is not None
    points = scattered(entry, 4)
    found = at(entry, points, 2)
    with mp.workdps(30):
        for k, (x, y) in enumerate(points.tolist()):
            partial = {n: float(mp.diff(reference, (x, y), n)) for n in [(1, 0), (0, 1), (2, 0), (1, 1), (0, 2)]}
            gradient = [partial[1, 0], partial[0, 1]]
            hessian = [[partial[2, 0], partial[1, 1]], [partial[1, 1], partial[0, 2]]]
            np.testing.assert_allclose(found["gradient"][k], gradient, rtol=1e-9, atol=1e-9 * np.abs(gradient).max())
            np.testing.assert_allclose(found["hessian"][k], hessian, rtol=1e-9, atol=1e-9 * np.abs(hessian).max())


@EVERY
def test_the_same_text_runs_on_floats_on_arrays_and_as_a_program(entry: SurfaceEntry) -> None:
    points = scattered(entry, 50)
    on_arrays = in_plain_numpy(entry, points[:, 0], points[:, 1])
    on_floats = [float(in_plain_numpy(entry, x, y)) for x, y in points.tolist()]
    np.testing.assert_allclose(on_arrays, on_floats, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(at(entry, points)["loss"], on_arrays, rtol=1e-12, atol=1e-12)


@EVERY
def test_derivatives_agree_with_finite_differences(entry: SurfaceEntry) -> None:
    points = scattered(entry, 20)
    found = at(entry, points, 2)
    for axis in (0, 1):
        low, high = entry.definition.domain[axis]
        step = np.zeros(2)
        step[axis] = 1e-6 * (high - low)
        ahead, behind = at(entry, points + step, 1), at(entry, points - step, 1)
        slope = (ahead["loss"] - behind["loss"]) / (2 * step[axis])
        bend = (ahead["gradient"] - behind["gradient"]) / (2 * step[axis])
        scale = np.abs(found["gradient"]).max() + np.abs(found["loss"]).max()
        np.testing.assert_allclose(found["gradient"][:, axis], slope, rtol=1e-6, atol=1e-7 * scale)
        scale = np.abs(found["hessian"]).max() + np.abs(found["gradient"]).max()
        np.testing.assert_allclose(found["hessian"][:, axis], bend, rtol=1e-6, atol=1e-7 * scale)


@EVERY
def test_every_declared_point_is_what_it_claims(entry: SurfaceEntry) -> None:
    smooth = [point for point in entry.definition.critical_points if point.kind != "minimum_nonsmooth"]
    if smooth:
        check_points(entry, smooth)


@PARAMETRIC
def test_declared_points_hold_for_all_values_of_the_parameters(entry: SurfaceEntry) -> None:
    for parameter in entry.definition.parameters:
        for value in (parameter.low, parameter.high, (parameter.low * parameter.high) ** 0.5):
            check_points(entry, list(entry.definition.critical_points), **{parameter.name: value})


def check_points(entry: SurfaceEntry, points: list[CriticalPoint], **parameters: float) -> None:
    """Zero gradient (a Newton step of no length), the listed loss, and the type by the eigenvalues."""
    found = at(entry, [(point.x, point.y) for point in points], 2, **parameters)
    for k, point in enumerate(points):
        kind = kind_of(np.linalg.eigvalsh(found["hessian"][k]))
        assert kind == point.kind, point
        if kind == "degenerate":
            assert np.abs(found["gradient"][k]).max() <= 1e-12, point
        else:
            newton = np.linalg.solve(found["hessian"][k], found["gradient"][k])
            assert np.abs(newton).max() <= 1e-9, point
        assert found["loss"][k] == pytest.approx(point.loss, rel=1e-9, abs=1e-12)


@EVERY
def test_no_declared_minimum_lies_above_the_points_around_it(entry: SurfaceEntry) -> None:
    """Nonsmooth ones too: they have no derivatives to ask."""
    minima = [(p.x, p.y, p.loss) for p in entry.definition.critical_points if p.kind.startswith("minimum")]
    low, high = np.array(entry.definition.domain).T
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    ring = 1e-3 * (high - low) * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    for x, y, loss in minima:
        assert np.all(at(entry, np.array([x, y]) + ring)["loss"] > loss)


@LISTED
def test_every_point_of_the_reference_has_zero_gradient_and_the_listed_hessian(
    entry: SurfaceEntry, point: dict[str, Any]
) -> None:
    found = at(entry, [(point["x"], point["y"])], 2)
    if point["type"] == "minimum_nonsmooth":
        assert not np.all(np.isfinite(found["gradient"])), "a gradient was invented where there is none"
        return
    hessian, expected = found["hessian"][0], np.array(point["hessian"])
    scale = np.abs(expected).max()
    np.testing.assert_allclose(hessian, expected, rtol=1e-9, atol=1e-9 * scale)
    np.testing.assert_allclose(np.linalg.eigvalsh(hessian), point["eigenvalues"], rtol=1e-6, atol=1e-15 * scale)
    assert np.abs(found["gradient"][0]).max() <= 1e-9 * scale
    assert found["loss"][0] == pytest.approx(point["f"], rel=1e-9, abs=1e-12)


@WITH_REFERENCE
def test_the_declared_points_are_those_of_the_reference_within_the_domain(entry: SurfaceEntry) -> None:
    reference = listed(entry.name)
    assert reference is not None
    assert entry.definition.domain == tuple(tuple(side) for side in reference["domain"])
    declared = {(point.kind, point.x, point.y, point.loss) for point in entry.definition.critical_points}
    expected = {(p["type"], p["x"], p["y"], p["f"]) for p in reference["critical_points"] if p["in_domain"]}
    assert declared == expected


@EVERY
def test_the_start_has_a_slope_and_gradient_descent_at_the_suggested_rate_goes_down(entry: SurfaceEntry) -> None:
    """Down at every step while it stays in the domain, and by a good part of what there is to go."""
    definition = entry.definition
    low, high = np.array(definition.domain).T
    phi = np.array(definition.start)
    losses = []
    for _ in range(300):
        here = at(entry, phi, 1)
        losses.append(float(here["loss"][0]))
        phi = phi - definition.suggested_learning_rate * here["gradient"][0]
        assert np.all(np.isfinite(phi))
        if np.any(phi < low) or np.any(phi > high):
            break
    noise = 1e-12 * abs(losses[0])
    assert np.all(np.diff(losses) <= noise)
    bottom = min((p.loss for p in definition.critical_points if p.kind.startswith("minimum")), default=losses[0] - 1)
    assert losses[0] - losses[-1] > 0.3 * (losses[0] - bottom)


@EVERY
def test_the_suggested_rate_is_about_one_over_the_curvature_at_the_start_or_less(entry: SurfaceEntry) -> None:
    curvature = np.abs(np.linalg.eigvalsh(at(entry, entry.definition.start, 2)["hessian"][0])).max()
    assert entry.definition.suggested_learning_rate * curvature < 2


@EVERY
def test_the_loss_is_finite_all_over_the_domain(entry: SurfaceEntry) -> None:
    assert np.all(np.isfinite(at(entry, scattered(entry, 400), 0)["loss"]))


def test_ackley_has_no_gradient_at_the_origin_and_says_so() -> None:
    entry = load_catalog().surface("ackley")
    assert entry.definition.critical_points[0] == CriticalPoint("minimum_nonsmooth", 0.0, 0.0, 0.0)
    found = at(entry, [(0.0, 0.0)], 1)
    assert found["loss"][0] == pytest.approx(0.0, abs=1e-14)
    assert not np.all(np.isfinite(found["gradient"]))


def test_the_parameters_of_rosenbrock_and_bowl_scale_what_they_say() -> None:
    catalog = load_catalog()
    bowl = at(catalog.surface("bowl"), [(0.3, 0.4)], 2, condition=50.0)
    np.testing.assert_allclose(np.linalg.eigvalsh(bowl["hessian"][0]), [1.0, 50.0], rtol=1e-12)
    valley = at(catalog.surface("rosenbrock"), [(1.0, 1.0)], 2, b=1.0)
    np.testing.assert_allclose(valley["hessian"][0], [[10.0, -4.0], [-4.0, 2.0]], rtol=1e-12)
