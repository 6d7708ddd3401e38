"""Six minima in three depths, two of them the lowest.

(4 − 2.1x² + x⁴/3) x² + x y + (4y² − 4) y²: six minima, seven saddles and two maxima.

Source: L. Dixon, G. Szegő, 1978.
"""

from engine.catalog import Array, CriticalPoint, Surface


def loss(x: Array, y: Array) -> Array:
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


definition = Surface(
    label="Six-hump camel",
    order=110,
    loss=loss,
    latex=r"\left(4 - 2.1\,x^2 + \tfrac{1}{3}x^4\right) x^2 + x y + (4y^2 - 4)\, y^2",
    domain=((-3.0, 3.0), (-2.0, 2.0)),
    start=(-1.2, 0.05),
    suggested_learning_rate=0.02,
    teaches="Every type of critical point on one map: from one start, near a saddle, methods part to different minima.",
    critical_points=(
        CriticalPoint("minimum", -0.08984201310031806, 0.7126564030207396, -1.0316284534898774),
        CriticalPoint("minimum", 0.08984201310031806, -0.7126564030207396, -1.0316284534898774),
        CriticalPoint("minimum", -1.703606714969981, 0.7960835686726251, -0.21546382438371764),
        CriticalPoint("minimum", 1.703606714969981, -0.7960835686726251, -0.21546382438371764),
        CriticalPoint("minimum", -1.6071047529201972, -0.5686514548841314, 2.1042503103112584),
        CriticalPoint("minimum", 1.6071047529201972, 0.5686514548841314, 2.1042503103112584),
        CriticalPoint("saddle", 0.0, 0.0, 0.0),
        CriticalPoint("saddle", -1.1092053368047865, 0.7682680925095399, 0.5437186009781851),
        CriticalPoint("saddle", 1.1092053368047865, -0.7682680925095399, 0.5437186009781851),
        CriticalPoint("saddle", -1.6380679841897785, -0.22867406904439408, 2.2293571975307147),
        CriticalPoint("saddle", 1.6380679841897785, 0.22867406904439408, 2.2293571975307147),
        CriticalPoint("saddle", -1.2960702671671092, -0.6050843880386585, 2.22947081802986),
        CriticalPoint("saddle", 1.2960702671671092, 0.6050843880386585, 2.22947081802986),
        CriticalPoint("maximum", -1.2302298765166526, -0.16233458445899496, 2.496295351023577),
        CriticalPoint("maximum", 1.2302298765166526, 0.16233458445899496, 2.496295351023577),
    ),
)
