"""A flat plateau with steep walls at its corners.

(1.5 − x + x y)² + (2.25 − x + x y²)² + (2.625 − x + x y³)²: one minimum at (3, ½), two saddles.

Source: E. Beale, 1958.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


definition = Surface(
    label="Beale",
    order=70,
    loss=loss,
    latex=r"(1.5 - x + x y)^2 + (2.25 - x + x y^2)^2 + (2.625 - x + x y^3)^2",
    domain=((-4.5, 4.5), (-4.5, 4.5)),
    start=(1.0, 1.5),
    suggested_learning_rate=0.005,
    teaches="Slopes differ by orders of magnitude between wall and plateau: one learning rate cannot suit both.",
    critical_points=(
        CriticalPoint("minimum", 3.0, 0.5, 0.0),
        CriticalPoint("saddle", 0.10053793732415836, -2.644513585023125, 9.86451228475556),
        CriticalPoint("saddle", 0.0, 1.0, 14.203125),
    ),
)
