"""Calibration: does a model know how sure it may be?

Of real targets, a share c should lie within the central interval of probability c, mean ± z σ with z = Φ⁻¹((1 + c)/2).
Of the samples whose class was predicted with a probability near p, a share p should be right.

Source: C. Guo, G. Pleiss, Y. Sun, K. Weinberger, On Calibration of Modern Neural Networks, 2017, section 2;
V. Kuleshov, N. Fenner, S. Ermon, Accurate Uncertainties for Deep Learning Using Calibrated Regression, 2018.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from engine.catalog import Prediction

Array = NDArray[np.float64]
NOMINAL = (*(k / 20 for k in range(1, 20)), 0.9545)
"""Probabilities of central intervals; the last is that of 2 σ."""
EDGES = tuple(k / 10 for k in range(11))
"""Ends of bins of probability; a bin has its lower end, and the last one both."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """Predicted classes by their probability: how many are in each bin (10,), the mean probability of these, and the
    share of them that is right, both NaN where a bin is empty."""

    count: NDArray[np.int64]
    confidence: Array
    accuracy: Array


def coverage(prediction: Prediction, y: Array) -> Array | None:
    """The shares of real targets (n, D) or more columns within the intervals of NOMINAL; None without a deviation."""
    if prediction.standard_deviation is None:
        return None
    mean, deviation = prediction.mean[: len(prediction.standard_deviation)].T, prediction.standard_deviation.T
    distance = np.abs(y[:, : mean.shape[1]] - mean)
    normal = NormalDist()
    return np.array([np.mean(distance <= normal.inv_cdf((1 + share) / 2) * deviation) for share in NOMINAL])


def reliability(prediction: Prediction, y: Array) -> Reliability | None:
    """How often predicted classes are right, by their probability; the last column of y (n, D) tells the class.

    None where no class is predicted.
    """
    if prediction.probabilities is None:
        return None
    probability, right = prediction.probabilities.max(axis=0), prediction.mode[-1] == y[:, -1]
    bins = len(EDGES) - 1
    places = np.minimum(np.searchsorted(EDGES, probability, "right") - 1, bins - 1)
    count = np.bincount(places, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence, accuracy = (np.bincount(places, weights, bins) / count for weights in (probability, right))
    return Reliability(count, confidence, accuracy)
