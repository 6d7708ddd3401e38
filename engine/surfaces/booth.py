"""A tilted quadratic bowl with its minimum off the centre.

(x + 2y − 7)² + (2x + y − 5)²: curvatures 2 and 18 along the diagonals, so the condition number is 9.

Source: standard test function, as in M. Jamil, X.-S. Yang, 2013.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


definition = Surface(
    label="Booth",
    order=80,
    loss=loss,
    latex=r"(x + 2y - 7)^2 + (2x + y - 5)^2",
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(-8.0, -4.0),
    suggested_learning_rate=0.05,
    teaches="The principal axes are the diagonals: methods that scale each coordinate alone cannot see the valley.",
    critical_points=(CriticalPoint("minimum", 1.0, 3.0, 0.0),),
)
