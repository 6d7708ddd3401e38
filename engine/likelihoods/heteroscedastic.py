"""Normal distribution whose σ depends on x: the network tells both.

For D targets there are 2D outputs: the means μ, then z, from which the variances are made. They must not be negative:
σ² = exp(z), or z² + ε, or softplus(z) = log(1 + exp(z)). The loss of a sample is Σ_d (y_d − μ_d)²/(2σ_d²) +
½ log(2πσ_d²). z² + ε has no slope at z = 0, and two z for one σ²; exp(z) and softplus(z) always have one.

Source: the lecture (L13, L14); S. Prince, Understanding Deep Learning, 2023, section 5.3.
"""

import numpy as np

from engine.catalog import Array, Choice, Likelihood, Parameter, Prediction, Settings, Stream
from engine.program.functions import softplus


def outputs(targets: int, classes: int) -> int:
    return 2 * targets


def variance(z: Array, h: Settings) -> Array:
    if h.variance == "square":
        return z**2 + h.epsilon
    return softplus(z) if h.variance == "softplus" else np.exp(z)


def parts(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    d = y.shape[0]
    mean, z = f[:d], f[d:]
    if h.variance == "exp":  # then z itself is the logarithm
        return ((y - mean) ** 2 * np.exp(-z) + z + np.log(2 * np.pi)) / 2
    sigma2 = variance(z, h)
    return ((y - mean) ** 2 / sigma2 + np.log(2 * np.pi * sigma2)) / 2


def loss(f: Array, y: Array, h: Settings, learnt: Settings) -> Array:
    return np.sum(parts(f, y, h, learnt), axis=0)


def predict(f: Array, h: Settings, learnt: Settings) -> Prediction:
    d = h.targets
    return Prediction(mode=f[:d], mean=f[:d], standard_deviation=np.sqrt(variance(f[d:], h)))


def sample(f: Array, h: Settings, learnt: Settings, stream: Stream) -> Array:
    mean, sigma = f[: h.targets], np.sqrt(variance(f[h.targets :], h))
    return stream.around(mean, sigma)


def torch(h: Settings) -> str:
    forms = {"exp": "torch.exp(z)", "square": f"z**2 + {h.epsilon!r}"}
    sigma2 = forms.get(h.variance, "nn.functional.softplus(z, threshold=40)")
    return (
        f"mean, z = f.chunk(2, dim=1)\nsigma2 = {sigma2}\n"
        "return ((y - mean)**2/sigma2 + torch.log(2*math.pi*sigma2)).sum(1)/2"
    )


definition = Likelihood(
    label="Normal, σ(x)",
    order=130,
    kind="regression",
    outputs=outputs,
    loss=loss,
    parts=parts,
    predict=predict,
    sample=sample,
    torch=torch,
    latex=r"\sum_d \frac{(y_d - \mu_d)^2}{2\sigma_d^2} + \frac{1}{2} \log 2\pi\sigma_d^2, \quad (\mu, z) = f,"
    r" \ \sigma_d^2 = e^{z_d}",
    parameters=(
        Choice(
            name="variance",
            default="exp",
            options=("exp", "square", "softplus"),
            symbol=r"\sigma^2(z)",
            help="How the variance is made of z: exp(z), z² + ε, or log(1 + exp(z)).",
        ),
        Parameter(
            name="epsilon",
            default=1e-3,
            low=1e-12,
            high=10.0,
            scale="log",
            symbol=r"\varepsilon",
            unit="1",
            help="The smallest variance of z² + ε.",
            slider_low=1e-6,
            slider_high=1.0,
            where=("variance", "square"),
        ),
    ),
)
