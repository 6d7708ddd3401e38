"""Identity: no activation; the whole network is one linear map.

σ(z) = z. However many layers there are, their product is one matrix: the network can fit a line or a plane, and
nothing else. But the loss is no longer quadratic in the weights.

Source: S. Prince, Understanding Deep Learning, 2023, problem 3.1.
"""

from engine.catalog import Activation, Array


def function(z: Array) -> Array:
    return z


definition = Activation(label="Identity", order=170, function=function, latex=r"\sigma(z) = z", torch="nn.Identity()")
