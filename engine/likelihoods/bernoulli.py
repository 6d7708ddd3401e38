"""Bernoulli distribution: two classes, one logit.

P(1) = sig(f) and P(0) = 1 − sig(f) = sig(−f). The loss of a sample is −log P(y): log(1 + exp(−f)) for class 1 and
log(1 + exp(f)) for class 0, taken from the logit, which neither overflows nor rounds a small probability to 0. Its
derivative with respect to f is sig(f) − y. The mean of y is P(1).

Source: S. Prince, Understanding Deep Learning, 2023, section 5.4; the lecture (L18) has several classes instead.
"""

import numpy as np

from engine.catalog import Array, Likelihood, Prediction, Settings, Stream


def outputs(targets: int, classes: int) -> int:
    return 1


def loss(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return np.sum(np.logaddexp(0.0, (1 - 2 * y) * f), axis=0)


def predict(f: Array, h: Settings, learnt: Settings) -> Prediction:
    probabilities = np.exp(-np.logaddexp(0.0, np.concatenate([f, -f])))  # exp(−loss) of either class
    return Prediction(mode=np.where(f > 0, 1.0, 0.0), mean=probabilities[1:], probabilities=probabilities)


def sample(f: Array, h: Settings, learnt: Settings, stream: Stream) -> Array:
    return np.where(stream.uniform(f.size).reshape(f.shape) < predict(f, h, learnt).mean, 1.0, 0.0)


def torch(h: Settings) -> str:
    return 'return nn.functional.binary_cross_entropy_with_logits(f, y, reduction="none").sum(1)'


definition = Likelihood(
    label="Bernoulli",
    order=200,
    kind="classification",
    binary=True,
    outputs=outputs,
    loss=loss,
    predict=predict,
    sample=sample,
    torch=torch,
    latex=r"-(1 - y) \log(1 - \operatorname{sig}(f)) - y \log \operatorname{sig}(f)",
)
