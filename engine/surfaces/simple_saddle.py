"""A saddle: a valley along x, and a ridge along y.

x² − y², unbounded below. On the line y = 0 gradient descent converges to the saddle; any other start leaves it, as
y_t = y_0 (1 + 2η)^t.

Source: lecture, saddle points; S. Prince, Understanding Deep Learning, 2023, section 6.1.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return x**2 - y**2


definition = Surface(
    label="Simple saddle",
    order=20,
    loss=loss,
    latex=r"x^2 - y^2",
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(1.5, 0.001),
    suggested_learning_rate=0.05,
    teaches="A start a thousandth off the ridge first runs into the saddle, stays long, and then escapes.",
    critical_points=(CriticalPoint("saddle", 0.0, 0.0, 0.0),),
)
