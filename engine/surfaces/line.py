"""Least squares for a straight line through twelve points.

The loss is the sum over the data of (φ0 + φ1 x_i − y_i)², a quadratic whose minimum is the regression line. With the
mean instead of the sum the same path needs 12 times the learning rate.

Source: S. Prince, Understanding Deep Learning, 2023, figure 2.2 and notebook 6.2 (its data).
"""

from engine.catalog import Array, CriticalPoint, DataSurface

X = (
    0.03, 0.19, 0.34, 0.46, 0.78, 0.81, 1.08, 1.18, 1.39, 1.6, 1.65, 1.9,
)  # fmt: skip
Y = (
    0.67, 0.85, 1.05, 1.0, 1.4, 1.5, 1.3, 1.54, 1.55, 1.68, 1.73, 1.6,
)  # fmt: skip


def predict(u: Array, x: Array, y: Array) -> Array:
    return x + y * u


def sample_loss(prediction: Array, target: Array) -> Array:
    return (prediction - target) ** 2


definition = DataSurface(
    label="Line fit",
    order=190,
    predict=predict,
    sample_loss=sample_loss,
    data_x=X,
    data_y=Y,
    latex=r"\sum_i \left(\phi_0 + \phi_1 x_i - y_i\right)^2",
    domain=((0.0, 2.0), (-1.0, 1.0)),
    start=(1.6, -0.5),
    suggested_learning_rate=0.02,
    teaches="One point of the surface is one line through the data: in the valley they trade offset for slope.",
    critical_points=(CriticalPoint("minimum", 0.8259500451387286, 0.5222260699680329, 0.19986635693424948),),
)
