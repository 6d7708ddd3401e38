"""Normal distribution of learnt σ: one for each output, whatever x is.

p(y|f) = ∏_d N(y_d | f_d, σ_d²), where log σ_d is learnt beside the network's weights, from 0 on: so σ_d stays positive.
At the minimum σ_d² is the mean squared residual of output d, and the quadratic part of each output is n/2: targets of
very different size count alike.

Source: the lecture (L11); S. Prince, Understanding Deep Learning, 2023, section 5.3 and problem 5.9.
"""

import numpy as np

from engine.catalog import Array, Learnt, Likelihood, Prediction, Settings, Stream


def outputs(targets: int, classes: int) -> int:
    return targets


def parts(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return (y - f) ** 2 * np.exp(-2 * learnt.log_sigma) / 2 + learnt.log_sigma + np.log(2 * np.pi) / 2


def loss(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return np.sum(parts(f, y, h, learnt), axis=0)


def predict(f: Array, h: Settings, learnt: Settings) -> Prediction:
    return Prediction(mode=f, mean=f, standard_deviation=np.exp(learnt.log_sigma) + np.zeros_like(f))


def sample(f: Array, h: Settings, learnt: Settings, stream: Stream) -> Array:
    return stream.around(f, np.exp(learnt.log_sigma))


def torch(h: Settings) -> str:
    return "return ((y - f)**2*torch.exp(-2*log_sigma)/2 + log_sigma + math.log(2*math.pi)/2).sum(1)"


definition = Likelihood(
    label="Normal, learnt σ",
    order=110,
    kind="regression",
    outputs=outputs,
    loss=loss,
    parts=parts,
    predict=predict,
    sample=sample,
    torch=torch,
    latex=r"\sum_d \frac{(y_d - f_d)^2}{2\sigma_d^2} + \frac{1}{2} \log 2\pi\sigma_d^2",
    learnt={
        "log_sigma": Learnt(
            symbol=r"\log \sigma_d",
            help="Logarithm of each output's standard deviation.",
            shape=lambda targets: (targets, 1),
        )
    },
)
