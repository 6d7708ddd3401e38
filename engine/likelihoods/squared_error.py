"""Squared error: the sum of squares as on the slide, without a constant.

The loss of a sample is Σ_d (y_d − f_d)², with no ½ in front. It is the negative log-likelihood of a normal distribution
with σ² = ½, up to a constant: NLL = SSE/(2σ²) + (n/2) log(2πσ²) for any fixed σ, which has its minimum at the same
weights. It says nothing of how sure it is; samples are drawn with σ² = ½.

Source: the lecture (L04, L11); S. Prince, Understanding Deep Learning, 2023, equation 2.5.
"""

import numpy as np

from engine.catalog import Array, Likelihood, Prediction, Settings, Stream


def outputs(targets: int, classes: int) -> int:
    return targets


def parts(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return (y - f) ** 2


def loss(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return np.sum(parts(f, y, h, learnt), axis=0)


def predict(f: Array, h: Settings, learnt: Settings) -> Prediction:
    return Prediction(mode=f, mean=f)


def sample(f: Array, h: Settings, learnt: Settings, stream: Stream) -> Array:
    return stream.around(f, np.sqrt(0.5))


def torch(h: Settings) -> str:
    return "return ((y - f)**2).sum(1)"


definition = Likelihood(
    label="Squared error",
    order=120,
    kind="regression",
    outputs=outputs,
    loss=loss,
    parts=parts,
    predict=predict,
    sample=sample,
    torch=torch,
    latex=r"\sum_d (y_d - f_d)^2",
    relation="2σ² times the normal NLL of a fixed σ, less a constant: the same minimum, gradients 2σ² times as long.",
)
