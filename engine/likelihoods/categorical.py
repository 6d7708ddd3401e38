"""Categorical distribution: a logit for each class, then softmax.

P(d) = π_d = exp(f_d) / Σ_d' exp(f_d'), the softmax of the logits. With y one-hot the loss of a sample, known as
cross-entropy, is −Σ_d y_d log π_d = log Σ_d' exp(f_d') − Σ_d y_d f_d, in which nothing overflows. Its derivative with
respect to f is π − y. A constant added to all logits changes nothing. The mean of the one-hot y is π.

Source: the lecture (L15 to L17); S. Prince, Understanding Deep Learning, 2023, section 5.5.
"""

import numpy as np

from engine.catalog import Array, Likelihood, Prediction, Settings, Stream


def outputs(targets: int, classes: int) -> int:
    return classes


def loss(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return np.logaddexp.reduce(f, axis=0) - np.sum(y * f, axis=0)


def softmax(f: Array) -> Array:
    return np.exp(f - np.logaddexp.reduce(f, axis=0))


def predict(f: Array, h: Settings, learnt: Settings) -> Prediction:
    return Prediction(mode=np.argmax(f, axis=0)[None] * 1.0, mean=softmax(f), probabilities=softmax(f))


def sample(f: Array, h: Settings, learnt: Settings, stream: Stream) -> Array:
    below = np.cumsum(softmax(f), axis=0)[:-1]  # the uniform number falls between two of them
    return np.sum(stream.uniform(f.shape[1]) >= below, axis=0)[None] * 1.0


def torch(h: Settings) -> str:
    return 'return nn.functional.cross_entropy(f, y[:, -1].long(), reduction="none")'


definition = Likelihood(
    label="Categorical",
    order=210,
    kind="classification",
    outputs=outputs,
    loss=loss,
    predict=predict,
    sample=sample,
    torch=torch,
    latex=r"-\sum_d y_d \log \pi_d, \quad \pi_d = \frac{e^{f_d}}{\sum_{d'} e^{f_{d'}}}",
)
