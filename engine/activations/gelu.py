"""GELU: the input times the probability that a normal number is below it.

σ(z) = z Φ(z), with Φ the distribution function of the standard normal distribution: ½ (1 + erf(z/√2)). This is the
exact form, not the approximation by tanh. Below about −0.75 it rises again towards 0: the one activation here, beside
the sine, that is not monotonic.

Source: D. Hendrycks, K. Gimpel, 2016, section 2.
"""

import math

from engine.catalog import Activation, Array
from engine.program.functions import erf


def function(z: Array) -> Array:
    return 0.5 * z * (1 + erf(z / math.sqrt(2)))


definition = Activation(
    label="GELU",
    order=150,
    function=function,
    latex=r"\sigma(z) = z\, \Phi(z) = \frac{z}{2} \left(1 + \operatorname{erf}\frac{z}{\sqrt{2}}\right)",
    torch="nn.GELU()",
)
