"""ReLU: negative values become 0, positive ones stay.

σ(z) = max(0, z). Its derivative is 1 above 0 and 0 below; at 0 it is taken to be 0. A unit whose pre-activation is
negative on all data has no gradient and learns no more.

Source: K. Fukushima, 1969; S. Prince, Understanding Deep Learning, 2023, section 3.1.
"""

from engine.catalog import Activation, Array
from engine.program.functions import relu


def function(z: Array) -> Array:
    return relu(z)


definition = Activation(label="ReLU", order=100, function=function, latex=r"\sigma(z) = \max(0, z)", torch="nn.ReLU()")
