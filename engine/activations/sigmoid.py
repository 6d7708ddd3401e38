"""Logistic sigmoid: values between 0 and 1, like a probability.

σ(z) = 1/(1 + e⁻ᶻ), with the derivative σ (1 − σ), which is ¼ at most: through each layer gradients shrink at least
fourfold, weights aside. Its values are never negative, so all weights of a unit behind it are pushed the same way.

Source: S. Prince, Understanding Deep Learning, 2023, section 5.4.
"""

from engine.catalog import Activation, Array
from engine.program.functions import sigmoid


def function(z: Array) -> Array:
    return sigmoid(z)


definition = Activation(
    label="Sigmoid", order=130, function=function, latex=r"\sigma(z) = \frac{1}{1 + e^{-z}}", torch="nn.Sigmoid()"
)
