"""The contract of a dataset, for every one in the catalogue, and each against its formula."""

import math

import numpy as np
import pytest

from engine.catalog import complete, load_catalog
from engine.errors import OutOfRange
from engine.randomness import DATA, Stream

DATASETS = load_catalog().datasets
EVERY = pytest.mark.parametrize("name", DATASETS)
TRUE = pytest.mark.parametrize("name", [name for name, entry in DATASETS.items() if entry.definition.mean])


def drawn(name, n=60, seed=0, **values):
    dataset = DATASETS[name].definition
    x, y = dataset.draw(Stream(DATA, seed), n, **complete(dataset, values, ""))
    return x, y.reshape(n, -1)


@EVERY
@pytest.mark.parametrize("n", [2, 3, 17, 200])
def test_shapes_and_classes_are_those_declared(name, n):
    dataset = DATASETS[name].definition
    x, y = dataset.draw(Stream(DATA, 0), n, **dataset.defaults)
    classes = dataset.class_count(dataset.defaults)
    assert x.shape == (n, dataset.inputs)
    shapes = {"classification": (n,), "regression": (n, dataset.targets), "combined": (n, dataset.targets + 1)}
    assert y.shape == shapes[dataset.kind]
    assert np.isfinite(x).all() and np.isfinite(y).all()
    if classes:
        told = set(y.reshape(n, -1)[:, -1])
        assert told <= set(range(classes))
        assert n < 17 or len(told) == classes


@EVERY
def test_the_same_seed_gives_the_same_bytes_and_another_one_other_points(name):
    first, again, other = (drawn(name, seed=seed) for seed in (5, 5, 6))
    assert [part.tobytes() for part in first] == [part.tobytes() for part in again]
    assert not np.array_equal(first[0], other[0])


@EVERY
def test_noise_moves_the_points_and_draws_no_others(name):
    dataset = DATASETS[name].definition
    reals = slice(None, dataset.targets)
    none, some, twice = (drawn(name, noise=noise) for noise in (0.0, 0.1, 0.2))
    np.testing.assert_allclose(twice[0] - none[0], 2 * (some[0] - none[0]), atol=1e-13)
    np.testing.assert_allclose((twice[1] - none[1])[:, reals], 2 * (some[1] - none[1])[:, reals], atol=1e-13)
    assert not np.array_equal(np.hstack(none), np.hstack(some))


@EVERY
def test_every_declared_end_of_a_parameter_can_be_drawn(name):
    for parameter in DATASETS[name].definition.parameters:
        for end in (parameter.low, parameter.high, parameter.slider_low, parameter.slider_high):
            x, y = drawn(name, **{parameter.name: end})
            assert np.isfinite(x).all() and np.isfinite(y).all()


@TRUE
def test_without_noise_the_real_targets_are_the_mean(name):
    dataset = DATASETS[name].definition
    x, y = drawn(name, n=200, noise=0)
    values = complete(dataset, {"noise": 0}, "")
    assert np.array_equal(dataset.mean(x, **values), y[:, : dataset.targets])
    assert np.array_equal(dataset.standard_deviation(x, **values), np.zeros((200, dataset.targets)))


@TRUE
def test_residuals_are_normal_with_the_standard_deviation_that_is_told(name):
    dataset, n = DATASETS[name].definition, 10_000
    x, y = drawn(name, n=n)
    mean = dataset.mean(x, **dataset.defaults)
    z = (y[:, : dataset.targets] - mean) / dataset.standard_deviation(x, **dataset.defaults)
    assert (abs(z.mean(axis=0)) < 5 / math.sqrt(n)).all()
    assert (abs((z**2).mean(axis=0) - 1) < 5 * math.sqrt(2 / n)).all()
    near, far = z[x[:, 0] < np.median(x)], z[x[:, 0] >= np.median(x)]
    assert abs((near**2).mean() - (far**2).mean()) < 10 * math.sqrt(2 / n)


@EVERY
def test_the_number_of_samples_has_limits(name):
    n = DATASETS[name].definition.n
    for refused in (0, 1, 2.5, 1e9, True):
        with pytest.raises(OutOfRange, match="n is"):
            n.accept(refused, "dataset.n")


def test_moons_lie_on_their_half_circles():
    x, y = drawn("moons", noise=0)
    for point, (of_class,) in zip(x, y, strict=True):
        centre, side = ((0, 0), 1) if of_class == 0 else ((1, 0.5), -1)
        assert math.dist(point, centre) == pytest.approx(1, abs=1e-12)
        assert side * (point[1] - centre[1]) >= 0


def test_circles_have_the_radii_one_and_the_factor():
    x, y = drawn("circles", noise=0, factor=0.3)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y[:, 0] == 0, 1, 0.3), rtol=1e-12)


def test_exclusive_or_tells_by_the_quadrant():
    x, y = drawn("xor", noise=0)
    assert y[:, 0].tolist() == [float((a > 0) != (b > 0)) for a, b in x]
    noisy, same = drawn("xor", noise=0.5)
    assert np.array_equal(same, y) and not np.array_equal(noisy, x)


def test_blobs_lie_around_centres_on_a_circle_as_many_as_there_are_classes():
    x, y = drawn("blobs", n=3000, classes=5, noise=0.5)
    for k in range(5):
        cloud = x[y[:, 0] == k]
        angle = 2 * math.pi * k / 5
        assert abs(cloud.mean(axis=0) - 2 * np.array([math.cos(angle), math.sin(angle)])).max() < 5 * 0.5 / 24
        assert cloud.std() == pytest.approx(math.sqrt(0.25 + cloud.mean(axis=0).var()), rel=0.1)


@pytest.mark.parametrize(("name", "arms"), [("two_spirals", 2), ("three_arm_spiral", 3)])
def test_the_arms_of_a_spiral_are_one_arm_turned(name, arms):
    x, y = drawn(name, n=300, noise=0, turns=1)
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    assert radius.max() <= 1
    left = (angle / (2 * np.pi) - radius - y[:, 0] / arms) % 1
    assert np.minimum(left, 1 - left).max() < 1e-12


def test_curves_are_those_of_their_formulas():
    t = 0.7
    x = np.array([[t], [-t]])
    expected = {
        "sine": math.sin(2 * math.pi * t),
        "lecture_sine": 0.5 * math.sin(3 * t) + t,
        "gabor": math.sin(t) * math.exp(-t * t / 32),
        "heteroscedastic": math.sin(2 * t),
    }
    for name, value in expected.items():
        found = DATASETS[name].definition.mean(x, noise=0.1)
        assert found == pytest.approx(np.array([[value], [-value]]), rel=1e-14)
    assert DATASETS["step"].definition.mean(x, noise=0.1).tolist() == [[1], [0]]
    assert DATASETS["combined"].definition.mean(x, noise=0.1)[1].tolist() == [math.sin(-t), pytest.approx(t * t / 9)]
    spread = DATASETS["heteroscedastic"].definition.standard_deviation(np.array([[0.8]]), noise=0.2)
    assert spread == pytest.approx(0.2)


def test_the_notebook_s_inputs_are_evenly_spaced_and_shuffled():
    x, _ = drawn("lecture_sine", n=300)
    assert np.array_equal(np.sort(x[:, 0]), np.linspace(-3, 3, 300))
    assert not np.array_equal(x[:, 0], np.sort(x[:, 0]))
    assert DATASETS["lecture_sine"].definition.defaults["noise"] == 0.5
