"""Real numbers and a class at once: a normal times a categorical density.

Given f the two are independent, so their densities multiply and their losses add up: N(y_{1:D} | f_{1:D}, σ²) for the D
real targets, and the categorical distribution with the softmax of the further outputs for the class, one-hot. How much
the parts count against each other is decided by σ, or by the units of the real targets.

Source: the lecture (L20); S. Prince, Understanding Deep Learning, 2023, section 5.6.
"""

import numpy as np

from engine.catalog import Array, Likelihood, Prediction, Settings, Stream
from engine.likelihoods import categorical, gaussian


def outputs(targets: int, classes: int) -> int:
    return targets + classes


def loss(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    d = h.targets
    return gaussian.loss(f[:d], y[:d], h, learnt) + categorical.loss(f[d:], y[d:], h, learnt)


def parts(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    d = h.targets
    of_class = categorical.loss(f[d:], y[d:], h, learnt)
    return np.concatenate([gaussian.parts(f[:d], y[:d], h, learnt), of_class[None]])


def predict(f: Array, h: Settings, learnt: Settings) -> Prediction:
    real = gaussian.predict(f[: h.targets], h, learnt)
    of_class = categorical.predict(f[h.targets :], h, learnt)
    return Prediction(
        mode=np.concatenate([real.mode, of_class.mode]),
        mean=np.concatenate([real.mean, of_class.mean]),
        standard_deviation=real.standard_deviation,
        probabilities=of_class.probabilities,
    )


def sample(f: Array, h: Settings, learnt: Settings, stream: Stream) -> Array:
    real = gaussian.sample(f[: h.targets], h, learnt, stream)
    return np.concatenate([real, categorical.sample(f[h.targets :], h, learnt, stream)])


def torch(h: Settings) -> str:
    return (
        f"d, sigma = {h.targets}, {h.sigma!r}\n"
        "real = ((y[:, :d] - f[:, :d])**2/(2*sigma**2) + math.log(2*math.pi*sigma**2)/2).sum(1)\n"
        'return real + nn.functional.cross_entropy(f[:, d:], y[:, d].long(), reduction="none")'
    )


definition = Likelihood(
    label="Normal and categorical",
    order=300,
    kind="combined",
    outputs=outputs,
    loss=loss,
    parts=parts,
    predict=predict,
    sample=sample,
    torch=torch,
    latex=r"\sum_{d=1}^{D} \frac{(y_d - f_d)^2}{2\sigma^2} + \frac{1}{2} \log 2\pi\sigma^2"
    r" - \sum_{d>D} y_d \log \operatorname{softmax}_d(f_{>D})",
    parameters=(gaussian.SIGMA,),
)
