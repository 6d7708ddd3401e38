"""Calibration: what is as sure as it may be, and cases counted by hand."""

from statistics import NormalDist

import numpy as np
import pytest

from engine.catalog import Prediction
from engine.networks.calibration import NOMINAL, coverage, reliability

NORMAL = NormalDist()


def test_targets_at_the_quantiles_of_the_prediction_are_covered_as_they_should_be():
    random, n = np.random.default_rng(0), 2000
    mean, deviation = random.normal(size=(2, n)) * 9, random.uniform(0.1, 5, size=(2, n))
    quantiles = np.array([NORMAL.inv_cdf((k + 0.5) / n) for k in range(n)])
    y = (mean + deviation * np.stack([random.permutation(quantiles) for _ in range(2)])).T
    np.testing.assert_allclose(coverage(Prediction(mean, mean, deviation), y), NOMINAL, atol=1 / n)
    # twice the deviation that is right covers as much as an interval twice as wide: too much
    wide = [2 * NORMAL.cdf(2 * NORMAL.inv_cdf((1 + share) / 2)) - 1 for share in NOMINAL]
    np.testing.assert_allclose(coverage(Prediction(mean, mean, 2 * deviation), y), wide, atol=1 / n)


def test_coverage_by_hand():
    """Distances of 0, 0.5, 1.5 and 2.5 σ; the class behind the target does not matter."""
    mean = np.array([[1.0, 1.0, 1.0, 1.0]])
    y = np.array([[1.0, 0], [2.0, 1], [-2.0, 0], [6.0, 1]])
    found = dict(zip(NOMINAL, coverage(Prediction(mean, mean, mean * 2), y), strict=True))
    assert (found[0.05], found[0.35], found[0.4], found[0.85], found[0.9], found[0.9545]) == (
        0.25, 0.25, 0.5, 0.5, 0.75, 0.75,
    )  # fmt: skip
    assert coverage(Prediction(mean, mean), y) is None


def test_the_last_interval_is_that_of_two_deviations():
    assert sorted(NOMINAL) == list(NOMINAL) and len(NOMINAL) == 20
    assert NORMAL.inv_cdf((1 + NOMINAL[-1]) / 2) == pytest.approx(2, abs=1e-5)


def test_reliability_by_hand():
    second = np.array([0.5, 0.52, 0.58, 0.85, 0.9, 1.0, 0.95])
    prediction = Prediction((second > 0.5)[None] * 1.0, second[None], probabilities=np.stack([1 - second, second]))
    found = reliability(prediction, np.array([[0], [1], [0], [1], [1], [1], [0]]))
    assert found.count.tolist() == [0, 0, 0, 0, 0, 3, 0, 0, 1, 3]
    assert found.confidence[[5, 8, 9]] == pytest.approx([1.6 / 3, 0.85, 2.85 / 3])
    assert found.accuracy[[5, 8, 9]] == pytest.approx([2 / 3, 1, 2 / 3])
    assert np.isnan(found.accuracy[[0, 4, 6, 7]]).all()
    assert reliability(Prediction(second[None], second[None]), np.zeros((7, 1))) is None


def test_classes_drawn_from_the_probabilities_are_right_as_often_as_predicted():
    random, n = np.random.default_rng(1), 200_000
    logits = random.normal(size=(3, n)) * 2
    p = np.exp(logits) / np.exp(logits).sum(axis=0)
    classes = (random.uniform(size=n) > p.cumsum(axis=0)[:-1]).sum(axis=0)
    found = reliability(Prediction(p.argmax(axis=0)[None] * 1.0, p, probabilities=p), classes[:, None])
    filled = found.count > 0
    assert np.flatnonzero(filled).tolist() == [3, 4, 5, 6, 7, 8, 9]
    spread = np.sqrt(found.confidence * (1 - found.confidence) / found.count)[filled]
    assert (np.abs(found.accuracy - found.confidence)[filled] < 4 * spread).all()
