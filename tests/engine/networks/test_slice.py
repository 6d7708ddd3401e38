"""Slices of the loss beside closed forms: a quadratic, a path in a plane, Pythagoras, the lengths of units' weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import DeadlineExceeded, OutOfRange
from engine.networks.network import block
from engine.networks.slice import Plane, before_lost, losses, principal_plane, random_plane, ranges, sliced
from engine.networks.training import Task

from .test_training import model_of

RANDOM = np.random.default_rng(7)


def walk(n=40, size=33, seed=1):
    """A path (n, size) that wanders; its last point is where it is seen from."""
    return np.cumsum(np.random.default_rng(seed).normal(size=(n, size)), axis=0)


def network_of(*widths):
    return model_of(widths).network


@pytest.fixture
def linear():
    """A linear model of two inputs and squared error, summed: its loss is |X w − y|², a quadratic of w = (weights, bias)."""
    x, y = RANDOM.normal(size=(2, 30)), RANDOM.normal(size=(1, 30))
    held = RANDOM.normal(size=(2, 9)), RANDOM.normal(size=(1, 9))
    return Task(model_of((2, 1)), x, y, held)


def quadratic(x, y, phi):
    design = np.vstack([x, np.ones(x.shape[1])])
    return float(np.sum((phi @ design - y[0]) ** 2))


@pytest.mark.parametrize("kind", ["random", "principal"])
def test_the_plane_of_a_linear_model_is_the_quadratic_that_numpy_computes(linear, kind):
    path = walk(12, 3)
    plane = random_plane(linear.model.network, path[-1], 3) if kind == "random" else principal_plane(path, path[-1])
    seen = sliced(linear, plane, [path], *ranges([plane.project(path)[0]], 0.3, 1.0), (7, 5))
    assert seen.loss.shape == seen.validation_loss.shape == (5, 7)
    for row, b in enumerate(seen.b):
        for column, a in enumerate(seen.a):
            phi = plane.centre + a * plane.directions[0] + b * plane.directions[1]
            assert seen.loss[row, column] == pytest.approx(quadratic(linear.x, linear.y, phi), rel=1e-12)
            assert seen.validation_loss[row, column] == pytest.approx(quadratic(*linear.validation, phi), rel=1e-12)
    third = np.diff(seen.loss, n=3, axis=1)
    assert np.abs(third).max() < 1e-9 * np.abs(seen.loss).max()


def test_what_is_seen_of_a_path_is_the_loss_of_the_nearest_points(linear):
    path = walk(12, 3)
    plane = principal_plane(path, path[-1])
    (shadow,) = sliced(linear, plane, [path], np.full(2, -1.0), np.full(2, 1.0), (2, 2)).shadows
    for coordinates, loss in zip(shadow.coordinates, shadow.loss, strict=True):
        assert loss == pytest.approx(quadratic(linear.x, linear.y, plane.at(coordinates[None])[0]), rel=1e-12)
    assert shadow.coordinates[-1] == pytest.approx([0, 0], abs=1e-12)


def test_a_path_that_lies_in_a_plane_is_wholly_explained_and_at_no_distance():
    steps, basis = walk(30, 2), RANDOM.normal(size=(2, 50))
    path = RANDOM.normal(size=50) + steps @ basis
    plane = principal_plane(path, path[-1])
    coordinates, distance = plane.project(path)
    assert sum(plane.variance_explained) == pytest.approx(1, abs=1e-14)
    assert distance.max() < 1e-12 * np.linalg.norm(path - path[-1], axis=1).max()
    np.testing.assert_allclose(plane.at(coordinates), path, rtol=1e-11, atol=1e-11)


@given(seed=st.integers(0, 10_000), kind=st.sampled_from(["random", "principal"]), place=st.sampled_from([0, -1]))
def test_the_square_of_the_way_is_that_in_the_plane_and_that_out_of_it(seed, kind, place):
    path = walk(20, 33, seed)
    centre = path[place]
    plane = random_plane(network_of(2, 8, 1), centre, seed) if kind == "random" else principal_plane(path, centre)
    coordinates, distance = plane.project(path)
    inside = np.sum((coordinates @ plane.directions) ** 2, axis=1)
    np.testing.assert_allclose(inside + distance**2, np.sum((path - centre) ** 2, axis=1), rtol=1e-12)
    least = np.linalg.lstsq(plane.directions.T, (path - centre).T, rcond=None)[0].T
    np.testing.assert_allclose(coordinates, least, rtol=1e-8, atol=1e-10)


def test_principal_directions_are_the_leading_eigenvectors_of_the_scatter_matrix():
    path = walk(60, 20)
    plane, away = principal_plane(path, path[0]), path - path[0]
    values, vectors = np.linalg.eigh(away.T @ away)
    np.testing.assert_allclose(plane.variance_explained, values[:-3:-1] / values.sum(), rtol=1e-12)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-14)
    for found, vector in zip(plane.directions, vectors.T[:-3:-1], strict=True):
        assert abs(found @ vector) == pytest.approx(1, abs=1e-12)
        along = away @ found
        assert along[np.abs(along).argmax()] > 0


def test_a_share_as_small_as_rounding_allows_is_still_true():
    one, other = np.eye(2, 40)
    path = np.outer([3.0, 0, 0], one) + np.outer([0, 1e-6, 0], other)
    plane = principal_plane(path, path[-1])
    assert plane.variance_explained[1] == pytest.approx(1e-12 / (9 + 1e-12), rel=1e-6)
    assert abs(plane.directions[1] @ other) == pytest.approx(1, abs=1e-8)


def test_random_directions_are_as_long_as_each_units_weights_and_leave_biases_alone():
    model = model_of((3, 8, 4, 2), likelihood="gaussian_learnt", targets=2)
    centre = RANDOM.normal(size=model.size)
    plane = random_plane(model.network, centre, 5)
    for direction in plane.directions:
        for layer in model.network.layers:
            lengths = [np.linalg.norm(block(phi, layer.weights), axis=1) for phi in (direction, centre)]
            np.testing.assert_allclose(*lengths, rtol=1e-13)
            assert not block(direction, layer.biases).any()
        assert not direction[model.network.size :].any()
    again, other = (random_plane(model.network, centre, seed).directions for seed in (5, 6))
    assert again.tobytes() == plane.directions.tobytes() != other.tobytes()


def test_what_spans_no_plane_is_refused():
    stays = np.ones((5, 9))
    with pytest.raises(OutOfRange, match="stays where it is"):
        principal_plane(stays, stays[0])
    with pytest.raises(OutOfRange, match="on one line"):
        random_plane(network_of(1, 1), np.array([2.0, 1.0]), 0)  # a single weight
    with pytest.raises(OutOfRange, match="on one line"):
        random_plane(network_of(2, 8, 1), np.zeros(33), 0)
    far = np.array([[1e308, 0, 0], [-1e308, 0, 0]])
    with pytest.raises(OutOfRange, match="so far"):
        principal_plane(far, far[0])


def test_a_straight_path_has_one_component_and_a_plane_all_the_same():
    path = np.outer(np.linspace(1, 0, 9), RANDOM.normal(size=12))
    plane = principal_plane(path, path[-1])
    assert plane.variance_explained == pytest.approx((1, 0), abs=1e-14)
    np.testing.assert_allclose(plane.directions @ plane.directions.T, np.eye(2), atol=1e-14)
    low, high = ranges([plane.project(path)[0]], 0.0)
    assert high[1] - low[1] == pytest.approx(0.1 * (high[0] - low[0]))


def test_ranges_show_all_paths_with_a_margin_and_the_centre():
    one, other = np.array([[1.0, 0.0], [3.0, 2.0]]), np.array([[2.0, -6.0]])
    low, high = ranges([one, other], 0.5)
    assert (low.tolist(), high.tolist()) == ([0, -10], [4, 6])
    low, high = ranges([one / 100], 0.5, 1.0)
    assert (low.tolist(), high.tolist()) == ([-1, -1], [1, 1])


def test_a_path_that_flies_away_does_not_stretch_the_plane_of_another():
    own, lost = np.array([[0.0, 0.0], [4.0, 1.0]]), np.array([[1.0, -2.0], [1e30, -1e40]])
    low, high = ranges([own, lost], 0.0)
    assert (low.tolist(), high.tolist()) == ([0, -2], [4, 1])


def test_a_path_is_lost_where_its_loss_is_a_thousand_times_the_first():
    assert before_lost(np.array([5.0, 2.0, 4999.0, 4.0])) == 4
    assert before_lost(np.array([5.0, 2.0, 5001.0, 4.0])) == 2
    assert before_lost(np.array([0.01, 999.0, 1.0, 1001.0])) == 3  # a small first loss counts as 1
    assert before_lost(np.array([1.0, 1e300, np.inf])) == 2


def test_a_deadline_ends_a_slice(linear):
    plane = Plane(np.zeros(3), np.eye(2, 3))
    with pytest.raises(DeadlineExceeded, match="0 of 4 points"):
        losses(linear.model, (linear.x, linear.y), plane, np.zeros((4, 2)), deadline=0.0)
