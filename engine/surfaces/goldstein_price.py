"""A product of two polynomials that spans six orders of magnitude.

Loss from 3 to about 10⁶ within the domain; four minima, all critical points are rational.

Source: A. Goldstein, J. Price, 1971.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    a = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    b = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return a * b


definition = Surface(
    label="Goldstein-Price",
    order=130,
    loss=loss,
    latex=(
        r"\left(1 + (x+y+1)^2 (19 - 14x + 3x^2 - 14y + 6xy + 3y^2)\right) "
        r"\left(30 + (2x-3y)^2 (18 - 32x + 12x^2 + 48y - 36xy + 27y^2)\right)"
    ),
    domain=((-2.0, 2.0), (-2.0, 2.0)),
    start=(-0.9, 0.1),
    suggested_learning_rate=1e-05,
    teaches="No learning rate is right on slopes of 10 and of 100\N{THIN SPACE}000: "
    "watch the methods that divide by the slope.",
    critical_points=(
        CriticalPoint("minimum", 0.0, -1.0, 3.0),
        CriticalPoint("minimum", -0.6, -0.4, 30.0),
        CriticalPoint("minimum", 1.8, 0.2, 84.0),
        CriticalPoint("minimum", 1.2, 0.8, 840.0),
        CriticalPoint("saddle", -0.4, -0.6, 35.0),
        CriticalPoint("saddle", 1.2, -0.2, 99.0),
        CriticalPoint("saddle", 1.4, 0.6, 980.0),
        CriticalPoint("saddle", 0.6, 0.4, 990.0),
        CriticalPoint("maximum", 0.8, 0.2, 1155.0),
    ),
)
