"""Hyperbolic tangent: values between −1 and 1, steepest at 0.

σ(z) = tanh z, with the derivative 1 − tanh² z. Far from 0 it is flat: a saturated unit hardly learns. Near 0 it is the
identity, so a network of small weights begins as a linear one.

Source: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, Efficient BackProp, 1998, section 4.4.
"""

import numpy as np

from engine.catalog import Activation, Array


def function(z: Array) -> Array:
    return np.tanh(z)


definition = Activation(label="tanh", order=120, function=function, latex=r"\sigma(z) = \tanh z", torch="nn.Tanh()")
