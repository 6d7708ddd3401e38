"""Zeros: fails by symmetry; shown so that one sees why weights are random.

W = 0. With an activation that is 0 at 0 (ReLU, tanh) every hidden value is 0 and so is every gradient but that of the
last layer's biases: the network learns a constant. With others (sigmoid, softplus) all units of a layer stay equal.

Source: S. Prince, Understanding Deep Learning, 2023, section 7.5.
"""

import numpy as np

from engine.catalog import Array, Initializer


def variance(fan_in: int, fan_out: int) -> float:
    return 0.0


def weights(normal: Array, fan_in: int, fan_out: int) -> Array:
    return np.zeros_like(normal)


definition = Initializer(label="Zeros", order=150, weights=weights, variance=variance, latex="W = 0")
