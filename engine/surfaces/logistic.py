"""Logistic regression: two classes that overlap, one input.

The model's logit is φ0 + φ1 x, and σ of it the probability of class 1: one half where x = −φ0/φ1, on the border between
the classes. The loss is the sum over the data of the cross-entropies −log P(y_i), taken from the logits: σ of a large
logit is rounded to 1, and the logarithm of what is left of the other class would be lost. It is convex, with one
minimum. That is finite because the classes overlap: a border without errors would send φ1 to infinity.

Source: D. Cox, 1958; S. Prince, Understanding Deep Learning, 2023, section 5.4. The data are made up for this page.
"""

import numpy as np

from engine.catalog import Array, CriticalPoint, DataSurface, Deviation

X = (
    0.25, 0.48, 0.71, 0.94, 1.12, 1.33, 1.56, 1.74, 1.95, 2.08, 2.31, 2.47, 2.63, 2.84,
    2.99, 3.17, 3.34, 3.52, 3.69, 3.83, 4.06, 4.28, 4.41, 4.67, 4.92, 5.16, 5.43, 5.72,
)  # fmt: skip
Y = (
    0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1,
    0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1,
)  # fmt: skip


def predict(u: Array, x: Array, y: Array) -> Array:
    return x + y * u


def sample_loss(prediction: Array, target: Array) -> Array:
    return np.logaddexp(0.0, (1 - 2 * target) * prediction)  # log(1 + e^z) for class 0, log(1 + e^−z) for class 1


def response(prediction: Array) -> Array:
    return np.exp(-sample_loss(prediction, 1.0))


definition = DataSurface(
    label="Logistic fit",
    order=210,
    predict=predict,
    sample_loss=sample_loss,
    response=response,
    data_x=X,
    data_y=Y,
    classes=("class 0", "class 1"),
    target_label="P(1)",
    latex=r"-\sum_i \log P(y_i), \quad P(1) = \sigma(\phi_0 + \phi_1 x_i)",
    domain=((-8.0, 4.0), (-1.5, 2.5)),
    start=(1.0, -0.5),
    suggested_learning_rate=0.01,
    teaches="Cross-entropy is convex here: there is one minimum. The border between the classes (P = ½) is found soon, "
    "the steepness of the curve slowly, along the valley.",
    critical_points=(CriticalPoint("minimum", -3.565393964464736, 1.145739654954179, 13.03983238268988),),
    deviations=(
        Deviation(
            item="L18",
            title="The sign of cross-entropy",
            slide=r"H(p, q) = \sum_x p(x) \log q(x)",
            software=r"H(p, q) = -\sum_x p(x) \log q(x)",
            sentence="Logarithms of probabilities are negative: without the minus the loss would be below 0, and its "
            "minimum would be the worst fit. The page and all software have the minus.",
        ),
    ),
)
