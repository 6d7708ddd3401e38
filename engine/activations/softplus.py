"""Softplus: a ReLU with its corner rounded.

σ(z) = log(1 + eᶻ), computed without overflow. Its derivative is the logistic sigmoid: never 0, so that no unit is dead.
At 0 it is log 2, not 0.

Source: C. Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option Pricing, 2000.
"""

from engine.catalog import Activation, Array
from engine.program.functions import softplus


def function(z: Array) -> Array:
    return softplus(z)


definition = Activation(
    label="Softplus",
    order=140,
    function=function,
    latex=r"\sigma(z) = \log(1 + e^z)",
    torch="nn.Softplus(threshold=40)",  # beyond its own threshold of 20 it would be z itself
)
