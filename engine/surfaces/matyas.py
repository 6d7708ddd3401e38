"""A long diagonal valley, 25 times flatter along than across.

0.26 (x² + y²) − 0.48 x y: curvatures 0.04 along the diagonal and 1 across.

Source: J. Matyas, 1965.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


definition = Surface(
    label="Matyas",
    order=90,
    loss=loss,
    latex=r"0.26\,(x^2 + y^2) - 0.48\, x y",
    domain=((-10.0, 10.0), (-10.0, 10.0)),
    start=(9.0, 3.0),
    suggested_learning_rate=1.0,
    teaches="One step crosses the valley, hundreds follow it: momentum adds up the small slope along the floor.",
    critical_points=(CriticalPoint("minimum", 0.0, 0.0, 0.0),),
)
