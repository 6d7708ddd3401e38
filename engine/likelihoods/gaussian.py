"""Normal distribution of fixed σ: the network tells the mean.

p(y|f) = ∏_d N(y_d | f_d, σ²), so the loss of a sample is Σ_d (y_d − f_d)²/(2σ²) + ½ log(2πσ²). In the sum over samples
it is SSE/(2σ²) plus a constant: σ scales the surface, and with it the step that suits, but does not move its minimum.
Mode and mean are both f. With standardised targets σ is in units of their standard deviation.

Source: the lecture (L09 to L11); S. Prince, Understanding Deep Learning, 2023, section 5.3.
"""

import numpy as np

from engine.catalog import Array, Likelihood, Parameter, Prediction, Settings, Stream


def outputs(targets: int, classes: int) -> int:
    return targets


def parts(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return (y - f) ** 2 / (2 * h.sigma**2) + np.log(2 * np.pi * h.sigma**2) / 2


def loss(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return np.sum(parts(f, y, h, learnt), axis=0)


def predict(f: Array, h: Settings, learnt: Settings) -> Prediction:
    return Prediction(mode=f, mean=f, standard_deviation=np.full_like(f, h.sigma))


def sample(f: Array, h: Settings, learnt: Settings, stream: Stream) -> Array:
    return stream.around(f, h.sigma)


def torch(h: Settings) -> str:
    return f"sigma = {h.sigma!r}\nreturn ((y - f)**2/(2*sigma**2) + math.log(2*math.pi*sigma**2)/2).sum(1)"


SIGMA = Parameter(
    name="sigma",
    default=1.0,
    low=1e-3,
    high=1e3,
    scale="log",
    symbol=r"\sigma",
    unit="1",
    help="Standard deviation of the targets around the network's outputs.",
    slider_low=0.01,
    slider_high=10.0,
)

definition = Likelihood(
    label="Normal, fixed σ",
    order=100,
    kind="regression",
    outputs=outputs,
    loss=loss,
    parts=parts,
    predict=predict,
    sample=sample,
    torch=torch,
    latex=r"\sum_d \frac{(y_d - f_d)^2}{2\sigma^2} + \frac{1}{2} \log 2\pi\sigma^2",
    parameters=(SIGMA,),
    relation="Squared error over 2σ², plus a constant: the same minimum, gradients 1/(2σ²) times as long.",
)
