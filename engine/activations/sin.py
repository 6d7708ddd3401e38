"""Sine: a wave; the network is then like a Fourier series that learns.

σ(z) = sin z, with the derivative cos z. It never saturates, but its slope changes sign: the loss has many minima, and
the size of the first weights decides which waves can be learnt.

Source: V. Sitzmann et al., Implicit Neural Representations with Periodic Activation Functions, 2020.
"""

import numpy as np

from engine.catalog import Activation, Array


def function(z: Array) -> Array:
    return np.sin(z)


definition = Activation(
    label="Sine", order=160, function=function, latex=r"\sigma(z) = \sin z", torch="Elementwise(torch.sin)"
)
